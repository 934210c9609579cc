// @ts-check
export { SharedEventSource } from './shared/source.js';
