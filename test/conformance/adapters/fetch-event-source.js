import { fetchEventSource } from '@microsoft/fetch-event-source';

// It asks for a page.
globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };

/** It gives each event's own id, or '': what came before is kept here. */
export const parse = (chunks) =>
  new ReadableStream({
    start(controller) {
      let lastEventId = '';
      const headers = { 'content-type': 'text/event-stream' };
      fetchEventSource('http://127.0.0.1/', {
        fetch: async () => new Response(ReadableStream.from(chunks), { headers }),
        onmessage({ event, data, id }) {
          lastEventId = id || lastEventId;
          controller.enqueue({ type: event || 'message', data, lastEventId });
        },
        onclose: () => controller.close(),
        onerror(error) {
          controller.error(error);
          throw error;
        },
      });
    },
  });
