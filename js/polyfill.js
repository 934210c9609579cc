// Puts the EventSource of the standard where it is missing; leaves a native one alone.
// @ts-check
import { installMissing } from './source/install.js';
import { EventSource } from './source/standard.js';

installMissing(EventSource);
