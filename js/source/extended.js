// What the class of the package's root has beyond the standard. To take an extension away, delete its file, its line
// here, and its tests.
// @ts-check
import { full } from '../core/full.js';
import { cors } from './cors.js';
import { describe } from './describe.js';
import { dispose } from './dispose.js';
import { extend } from './extend.js';
import { fitting } from './fitting.js';
import { fromStream } from './from-stream.js';
import { idle } from './idle.js';
import { inspect } from './inspect.js';
import { iterate } from './iterate.js';
import { limit } from './limit.js';
import { lines } from './lines.js';
import { missingType } from './missing-type.js';
import { open } from './open.js';
import { queryId } from './query-id.js';
import { reconnect } from './reconnect.js';
import { ref } from './ref.js';
import { refusal } from './refusal.js';
import { refusedId } from './refused-id.js';
import { requestUrl } from './request-url.js';
import { request } from './request.js';
import { resume } from './resume.js';
import { retry } from './retry.js';
import { signal } from './signal.js';
import { toJson } from './to-json.js';
import { visibility } from './visibility.js';

/** @type {readonly import('./hooks.d.ts').Extension[]} */
export const extensions = [
  limit,
  request,
  requestUrl,
  queryId,
  missingType,
  fitting,
  cors,
  refusedId,
  retry,
  resume,
  signal,
  idle,
  visibility,
  ref,
  lines,
  reconnect,
  dispose,
  open,
  refusal,
  describe,
  iterate,
  fromStream,
  inspect,
  toJson,
];

export const EventSource = /* @__PURE__ */ extend(full, extensions);
