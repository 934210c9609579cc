// The OpenAI provider of the AI SDK with this package in the place of `eventsource-parser`.
import { assert } from '../support/assert.js';
import { tearDown } from '../support/scene.js';
import { assertReplaced, runClient } from './support/run-client.js';

describe('AI SDK', () => {
  afterEach(tearDown);

  for (const [how, file] of [
    ['import', /@ai-sdk\/provider-utils\/dist\/index\.mjs$/],
    ['require', /@ai-sdk\/provider-utils\/dist\/index\.js$/],
  ]) {
    it(`by ${how}: streams of the chat and the responses endpoint`, async () => {
      const result = await runClient('ai-sdk.js', how);
      assertReplaced(result, 'eventsource-parser/stream', file, 'js/stream.js');
      const expected = { text: 'grüße 日本語 😀', errors: [], finish: 'stop' };
      assert.deepEqual(result.chat, expected);
      assert.deepEqual(result.responses, expected);
    });
  }
});
