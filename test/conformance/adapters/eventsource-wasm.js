export { EventSource } from 'eventsource-wasm';
