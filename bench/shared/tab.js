// The first page opens the tabs that its query says, each of which measures how long events take to reach it.
import { EventSource } from '/js/index.js';

const query = new URL(location.href).searchParams;
/** By another host name: six plain sources leave no connection to this one. */
const reports = `http://localhost:${location.port}/report`;
const report = (name, value) =>
  fetch(reports, { method: 'POST', mode: 'no-cors', body: JSON.stringify({ name, value }) });

function openTabs() {
  for (let n = 0; n < Number(query.get('tabs')); n++) {
    open(`?${new URLSearchParams({ ...Object.fromEntries(query), tab: `${n}` })}`, '_blank', 'noopener');
  }
}

async function measure() {
  const way = query.get('way');
  if (way !== 'worker') delete globalThis.SharedWorker;
  const { SharedEventSource } = await import('/js/shared.js');
  // Queries keep plain sources of one URL from waiting for each other in a cache.
  const source = way === 'plain' ? new EventSource(`/stream?${query.get('tab')}`) : new SharedEventSource('/stream');
  let latencies = [];
  source.onopen = () => report('open');
  source.onmessage = ({ data }) => latencies.push(performance.timeOrigin + performance.now() - Number(data));
  source.addEventListener('begin', () => (latencies = []));
  source.addEventListener('end', () => report('latencies', latencies));
}

if (query.has('tab')) measure();
else openTabs();
