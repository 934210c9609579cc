// Puts the EventSource of the standard in the place of a native one.
// @ts-check
import { install } from './source/install.js';
import { EventSource } from './source/standard.js';

install(EventSource);
