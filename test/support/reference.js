// A plain reading of the standard, for the differential tests: decodes the whole stream first, then follows
// #event-stream-interpretation line by line. Slow and obvious.

/** @param {Uint8Array} bytes */
export function interpret(bytes) {
  const text = new TextDecoder('utf-8').decode(bytes);
  const lines = text.split(/\r\n|\n|\r/);
  lines.pop(); // what no line end has ended
  const events = [];
  let reconnectionTime = 3000;
  let lastEventId = '';
  let idBuffer = '';
  let data = '';
  let type = '';
  for (const line of lines) {
    if (line === '') {
      lastEventId = idBuffer;
      if (data !== '') events.push({ type: type || 'message', data: data.slice(0, -1), lastEventId });
      data = '';
      type = '';
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') type = value;
    if (field === 'data') data += `${value}\n`;
    if (field === 'id' && !value.includes('\0')) idBuffer = value;
    if (field === 'retry' && /^[0-9]+$/.test(value)) reconnectionTime = Math.min(Number(value), 2 ** 31 - 1);
  }
  return { events, lastEventId, reconnectionTime };
}
