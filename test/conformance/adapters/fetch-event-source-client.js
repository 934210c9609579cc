// node fetch-event-source-client.js URL
import { fetchEventSource } from '@microsoft/fetch-event-source';

const tell = (line) => console.log(JSON.stringify(line));
tell({ can: ['open'] });

// It asks for a page.
globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };

let lastEventId = '';
await fetchEventSource(process.argv[2], {
  async onopen(response) {
    // As its documentation has it: what is no event stream is not tried again.
    if (!response.ok || !response.headers.get('content-type')?.startsWith('text/event-stream')) process.exit();
    tell({ type: 'open' });
  },
  onmessage({ event, data, id }) {
    lastEventId = id || lastEventId;
    // It also calls for blocks that have no data.
    tell({ type: event || 'message', data, lastEventId });
  },
  onclose() {
    throw new Error('The stream ended'); // so that it tries again
  },
});
