// Pages of a test's own, which load the package from the runner and report to the test.
import { atTearDown, serve } from '../../support/scene.js';
import { openWindow } from './server.js';

/** Where the package's files are. */
export const host = globalThis.location.origin;

/** Takes what pages report: `report(value)` there, `next()` here. */
async function startReports() {
  const server = await serve(Array(20).fill({ status: 204, chunks: [], then: 'end' }));
  let taken = 0;
  const next = async () => {
    const { path } = await server.request(taken++);
    return JSON.parse(decodeURIComponent(path.slice(path.indexOf('?') + 1)));
  };
  return {
    url: server.url,
    next,
    /** The first report that is one of these, whatever comes before it. */
    async until(...values) {
      for (;;) {
        const value = await next();
        if (values.includes(value)) return value;
      }
    },
  };
}

/**
 * Serves pages that run these modules, in which `EventSource` and `report` are defined.
 * @param {string[]} scripts a page each, in the order of the requests
 * @param {Record<string, string>} [headers]
 */
export async function servePages(scripts, headers = {}) {
  const { url: reportUrl, ...reports } = await startReports();
  const pages = scripts.map((script) => ({
    type: 'text/html; charset=utf-8',
    headers,
    chunks: [
      `<!doctype html><title>A page</title><link rel="icon" href="data:," /><script type="module" nonce="own">
        import { EventSource } from '${host}/js/index.js';
        const report = (value) =>
          fetch('${reportUrl}?' + encodeURIComponent(JSON.stringify(value)))
            .catch(() => setTimeout(report, 0, value)); // of a page that is being left
        ${script}
      </script>`,
    ],
    then: 'end',
  }));
  const server = await serve(pages);
  return { url: server.url, origin: server.origin, request: (n) => server.request(n), ...reports };
}

/** Shows a page in a window, until the test is over. */
export async function showWindow(url) {
  const window = await openWindow(url);
  let isOpen = true;
  const close = async () => {
    if (isOpen) await window.close();
    isOpen = false;
  };
  atTearDown(close);
  return { close };
}

/** Shows a page in a frame, until the test is over. */
export function showFrame(url) {
  const frame = document.createElement('iframe');
  frame.src = url;
  document.body.append(frame);
  atTearDown(() => frame.remove());
  return frame;
}
