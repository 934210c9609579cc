// Puts EventSource where it is missing; leaves a native one alone.
// @ts-check
import { polyfill } from './install.js';

polyfill();
