// What the class of the package's root has beyond the standard. To take an extension away, delete its file, its line
// here, and its tests.
// @ts-check
import { full } from '../core/full.js';
import { describe } from './describe.js';
import { extend } from './extend.js';
import { fromStream } from './from-stream.js';
import { idle } from './idle.js';
import { iterate } from './iterate.js';
import { limit } from './limit.js';
import { lines } from './lines.js';
import { open } from './open.js';
import { ref } from './ref.js';
import { request } from './request.js';
import { resume } from './resume.js';
import { retry } from './retry.js';
import { signal } from './signal.js';
import { visibility } from './visibility.js';

/** @type {readonly import('./hooks.d.ts').Extension[]} */
export const extensions = [
  limit,
  request,
  retry,
  resume,
  signal,
  idle,
  visibility,
  ref,
  lines,
  open,
  describe,
  iterate,
  fromStream,
];

export const EventSource = /* @__PURE__ */ extend(full, extensions);
