// Streams to measure with, from a seed: the same seed gives the same bytes, another one other texts and lengths.

const encoder = new TextEncoder();

/** xorshift32: reproducible anywhere. */
export function randomFrom(seed) {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const WORDS = {
  english:
    'the of and to in is was that for it with as on be at by this had not are but from or have an they which'.split(
      ' ',
    ),
  portuguese: 'não é uma ção ações você também às até já são português há mês três avó café maçã coração'.split(' '),
  japanese: '日本語 の 文章 は こう いう もの です 東京 から 大阪 まで 新幹線 で 行きます ありがとう ございます'.split(
    ' ',
  ),
  emoji: '😀 🎉 🚀 hello 👍🏽 world 🌍 ok 👩‍💻 yes ❤️ fine 🙏'.split(' '),
};

function text(random, words, length) {
  let out = '';
  while (out.length < length) out += `${words[random(words.length)]} `;
  return out.slice(0, length).replace(/[\uD800-\uDBFF]$/, ''); // not half a character
}

const around = (random, length) => Math.max(1, Math.round(length * (0.6 + random(81) / 100)));

const token = (random, words) =>
  JSON.stringify({
    id: `chatcmpl-${random(1e9).toString(36)}`,
    object: 'chat.completion.chunk',
    created: 1_700_000_000 + random(1e6),
    model: 'a-model-2026',
    system_fingerprint: `fp_${random(1e9).toString(16)}`,
    choices: [
      { index: 0, delta: { content: text(random, words, 1 + random(12)) }, logprobs: null, finish_reason: null },
    ],
  });

/** By name: how one event of the workload is written. */
const EVENTS = {
  'model-API tokens': (random) => `data: ${token(random, WORDS.english)}\n\n`,
  'content deltas': (random) =>
    `event: content_block_delta\ndata: ${JSON.stringify({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: text(random, WORDS.english, 1 + random(24)) },
    })}\n\n`,
  tiny: (random) => `data: ${random(10)}\n\n`,
  'full fields': (random) =>
    `id: ${random(1e9)}\nevent: update\nretry: ${1000 + random(9000)}\ndata: ${text(random, WORDS.english, around(random, 60))}\n\n`,
  'ten-line data': (random) =>
    `${Array.from({ length: 10 }, () => `data: ${text(random, WORDS.english, around(random, 30))}\n`).join('')}\n`,
  '16 KB events': (random) => `data: ${text(random, WORDS.english, around(random, 16_384))}\n\n`,
  '1 MB events': (random) => `data: ${text(random, WORDS.english, around(random, 1_048_576))}\n\n`,
  Portuguese: (random) => `data: ${text(random, WORDS.portuguese, around(random, 200))}\n\n`,
  Japanese: (random) => `data: ${text(random, WORDS.japanese, around(random, 120))}\n\n`,
  emoji: (random) => `data: ${text(random, WORDS.emoji, around(random, 120))}\n\n`,
  CRLF: (random) => `event: m\r\ndata: ${text(random, WORDS.english, around(random, 100))}\r\n\r\n`,
  heartbeats: (random) =>
    random(2) ? `: ping ${random(1000)}\n\n` : `data: ${text(random, WORDS.english, around(random, 80))}\n\n`,
};

export const WORKLOADS = Object.keys(EVENTS);
export const CHUNK_SIZES = {
  '64 KB': 65_536,
  '16 KB': 16_384,
  '1 KB': 1024,
  'event per chunk': 0,
  '1.5 MB': 1_572_864,
};

/**
 * @param {string} name
 * @param {number} size about how many bytes
 * @param {number} seed
 */
export function makeWorkload(name, size, seed) {
  const random = randomFrom(seed * 7919 + name.length);
  const events = [];
  for (let bytes = 0; bytes < size;) {
    const event = encoder.encode(EVENTS[name](random));
    events.push(event);
    bytes += event.length;
  }
  return events;
}

/**
 * @param {Uint8Array[]} events
 * @param {number} size of a chunk in bytes; 0: an event each
 */
export function cut(events, size) {
  if (size === 0) return events;
  const whole = new Uint8Array(events.reduce((sum, event) => sum + event.length, 0));
  let at = 0;
  for (const event of events) {
    whole.set(event, at);
    at += event.length;
  }
  // Copies, as a network hands them out: no view of a larger buffer.
  const chunks = [];
  for (let from = 0; from < whole.length; from += size) chunks.push(whole.slice(from, from + size));
  return chunks;
}
