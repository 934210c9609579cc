// @ts-check
export { createFetch, fetch } from './source/xhr.js';
