// Streams to measure with: the same seed gives the same bytes. Seed 1 is the set that the targets speak of. Any other
// gives streams of the same kinds in other shapes: other lengths, texts, mixes, and orders of keys and fields.

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

const english = 'the of and to in is was that for it with as on be at by this had not are but from or have an they';
const names = 'Ada Alonzo Barbara Dennis Donald Edsger Frances Grace Ken Leslie Margaret Niklaus Radia Tony';
const portuguese = 'não é uma ção ações você também às até já são português há mês três avó café maçã coração';
const polish = 'że się nie jest być został który także już między więc będzie książka źródło łąka od do na po';
const japanese = '日本語 の 文章 は こう いう もの です 東京 から 大阪 まで 新幹線 で 行きます ありがとう ございます';
const korean = '안녕하세요 오늘은 날씨가 좋습니다, 서울에서 부산까지 KTX로 두 시간 반쯤 걸려요. 다음 주에 봬요';
const smileys = '😀 🎉 🚀 hello 👍🏽 world 🌍 ok 👩‍💻 yes ❤️ fine 🙏';
const signs = '“quoted” – naïve 🧪 and → then ✅ done, so 5 € … or 10 ₿ 🇧🇷 at the café 🌶️ tonight';

/** @param {(below: number) => number} random */
function text(random, source, length) {
  const words = source.split(' ');
  let out = '';
  while (out.length < length) out += `${words[random(words.length)]} `;
  return out.slice(0, length).replace(/[\uD800-\uDBFF]$/, ''); // not half a character
}

/** @returns from `least` to `most` */
const between = (random, least, most) => least + random(most - least + 1);

const around = (random, length) => between(random, Math.ceil(length * 0.6), Math.ceil(length * 1.4));

const lines = (random, count, source, length) =>
  `${Array.from({ length: count }, () => `data: ${text(random, source, around(random, length))}\n`).join('')}\n`;

/** By name: how one event of the workload is written. */
const FIRST = {
  'model-API tokens': (random) =>
    `data: ${JSON.stringify({
      id: `chatcmpl-${random(1e9).toString(36)}`,
      object: 'chat.completion.chunk',
      created: 1_700_000_000 + random(1e6),
      model: 'a-model-2026',
      system_fingerprint: `fp_${random(1e9).toString(16)}`,
      choices: [
        { index: 0, delta: { content: text(random, english, 1 + random(12)) }, logprobs: null, finish_reason: null },
      ],
    })}\n\n`,
  'content deltas': (random) =>
    `event: content_block_delta\ndata: ${JSON.stringify({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: text(random, english, 1 + random(24)) },
    })}\n\n`,
  tiny: (random) => `data: ${random(10)}\n\n`,
  'full fields': (random) =>
    `id: ${random(1e9)}\nevent: update\nretry: ${between(random, 1000, 9999)}\ndata: ${text(random, english, around(random, 60))}\n\n`,
  'ten-line data': (random) => lines(random, 10, english, 30),
  '16 KB events': (random) => `data: ${text(random, english, around(random, 16_384))}\n\n`,
  '1 MB events': (random) => `data: ${text(random, english, around(random, 1_048_576))}\n\n`,
  Portuguese: (random) => `data: ${text(random, portuguese, around(random, 200))}\n\n`,
  Japanese: (random) => `data: ${text(random, japanese, around(random, 120))}\n\n`,
  emoji: (random) => `data: ${text(random, smileys, around(random, 120))}\n\n`,
  CRLF: (random) => `event: m\r\ndata: ${text(random, english, around(random, 100))}\r\n\r\n`,
  heartbeats: (random) =>
    random(2) ? `: ping ${random(1000)}\n\n` : `data: ${text(random, english, around(random, 80))}\n\n`,
};

const SECOND = {
  'tokens in other words': (random) =>
    `data: ${JSON.stringify({
      choices: [{ delta: { role: 'assistant', reasoning: text(random, names, between(random, 3, 90)) }, index: 0 }],
      usage: random(8) ? undefined : { input: random(4096), output: random(512) },
      model: `${text(random, names, 6)}/large`,
      seq: random(1e6),
    })}\n\n`,
  'deltas with ids': (random) =>
    `id: ${random(1e12).toString(36)}\nevent: response.output_text.delta\ndata: ${JSON.stringify({
      sequence_number: random(1e5),
      delta: text(random, english, 2 + random(9)),
      item_id: `msg_${random(1e9).toString(16)}${random(1e9).toString(16)}`,
      type: 'response.output_text.delta',
    })}\n\n`,
  'tiny and empty': (random) => ['data:\n\n', `data:${random(1e5)}\n\n`, 'data: ok\n\n'][random(3)],
  'fields in another order': (random) =>
    `data: ${text(random, names, around(random, 140))}\nretry:${between(random, 1, 60)}000\nid:${random(1e6)}-${random(10)}\nevent:${text(random, names, 9).trim()}\n\n`,
  'three to sixteen lines': (random) => lines(random, between(random, 3, 16), names, 55),
  '7 KB events': (random) => `data: ${text(random, names, around(random, 7_000))}\n\n`,
  '400 KB events': (random) => `id: ${random(100)}\ndata: ${text(random, names, around(random, 400_000))}\n\n`,
  Polish: (random) => `data: ${text(random, polish, around(random, 90))}\n\n`,
  Korean: (random) => `event: chat\ndata: ${text(random, korean, around(random, 260))}\n\n`,
  'typographic signs': (random) => `data: ${text(random, signs, around(random, 70))}\n\n`,
  'CRLF and ids': (random) => `id: ${random(1e4)}\r\ndata: ${text(random, names, around(random, 220))}\r\n\r\n`,
  'few heartbeats': (random) =>
    random(6) ? `event: tick\ndata: {"n":${random(1e5)},"at":${random(1e9)}}\n\n` : ':\n\n',
};

const eventsOf = (seed) => (seed === 1 ? FIRST : SECOND);

/** @param {number} seed */
export const workloadsOf = (seed) => Object.keys(eventsOf(seed));

/** Bytes of a chunk; 0: an event each. */
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
  const write = eventsOf(seed)[name];
  const events = [];
  for (let bytes = 0; bytes < size;) {
    const event = encoder.encode(write(random));
    events.push(event);
    bytes += event.length;
  }
  return events;
}

/** @param {Uint8Array[]} parts */
export function join(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * @param {Uint8Array[]} events
 * @param {number} size of a chunk in bytes; 0: an event each
 */
export function cut(events, size) {
  if (size === 0) return events;
  const whole = join(events);
  // Copies, as a network hands them out: no view of a larger buffer.
  const chunks = [];
  for (let from = 0; from < whole.length; from += size) chunks.push(whole.slice(from, from + size));
  return chunks;
}
