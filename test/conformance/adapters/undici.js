export { EventSource } from 'undici';
