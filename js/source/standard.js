// The class of the standard, whose `error` events say what happened.
// @ts-check
import { standard } from '../core/standard.js';
import { describe } from './describe.js';
import { defineEventSource } from './eventsource.js';

export const EventSource = /* @__PURE__ */ defineEventSource(standard, [describe.hooks]);
