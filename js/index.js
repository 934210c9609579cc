// @ts-check
export { EventSource } from './eventsource.js';
