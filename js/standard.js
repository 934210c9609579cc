// @ts-check
export { EventSource } from './source/standard.js';
