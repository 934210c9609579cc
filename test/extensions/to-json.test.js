// What JSON.stringify makes of errors.
import { assert } from '../support/assert.js';
import { open, record, tearDown } from '../support/scene.js';

describe('JSON.stringify', () => {
  afterEach(tearDown);

  it('has of an error what it says', async () => {
    const source = open('http://127.0.0.1/', { fetch: async () => new Response('', { status: 404 }) });
    const error = await record(source).next('error');
    assert.deepEqual(JSON.parse(JSON.stringify({ error })), {
      error: {
        type: 'error',
        message: 'The connection failed: the server answered with status 404, not 200.',
        code: 404,
        status: 404,
        retryIn: null,
      },
    });
  });
});
