// The one place that says which assertions the tests use.
export { strict as assert } from 'node:assert';
