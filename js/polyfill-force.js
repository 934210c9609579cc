// Puts EventSource in the place of a native one.
// @ts-check
import { force } from './install.js';

force();
