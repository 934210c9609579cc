export { EventSource } from '../../../js/index.js';
