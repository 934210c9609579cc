// Stands in for the native half of React Native's networking, over real HTTP: as RCTNetworking.mm and NetworkingModule.kt
// of the package react-native do it, which say what they tell JavaScript, and when, and how they make text of bytes.
import { Buffer } from 'node:buffer';

const STATUS_WITHOUT_BODY = [204, 205, 304];

/** By its charset, unless the platform does not know it. @param {string | null} contentType */
function makeStrictDecoder(contentType) {
  const options = { fatal: true, ignoreBOM: true };
  const [, charset = 'utf-8'] = /charset=([\w-]+)/i.exec(contentType ?? '') ?? [];
  let decoder;
  try {
    decoder = new TextDecoder(charset, options);
  } catch {
    decoder = new TextDecoder('utf-8', options);
  }
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
}

/**
 * Text of bytes as they come; the bytes of a character that is not whole wait for the next ones.
 * @param {string | null} contentType
 * @param {{ most: number, keepsRest: boolean }} how many bytes may wait, and whether what is no text stays before the rest
 */
function makeTextDecoder(contentType, { most, keepsRest }) {
  const decode = makeStrictDecoder(contentType);
  let waiting = Buffer.alloc(0);
  return (bytes) => {
    const all = Buffer.concat([waiting, bytes]);
    for (let left = 0; left <= Math.min(most, all.length); left++) {
      const text = decode(all.subarray(0, all.length - left));
      if (text === undefined) continue;
      waiting = all.subarray(all.length - left);
      return text;
    }
    waiting = keepsRest ? all : Buffer.alloc(0);
    return undefined;
  };
}

const platforms = {
  // decodeTextData: carries what it cannot decode for good, and tells JavaScript nothing then.
  ios: { most: 5, keepsRest: true, whenNoText: undefined },
  // ProgressiveStringDecoder: gives it up, as empty text.
  android: { most: 3, keepsRest: false, whenNoText: '' },
};

/** A buffer of NetworkingModule.kt. */
const BUFFER = 8192;

/** The body in pieces of at most `size` bytes, at its start; a long one is not to take all day. */
async function* piecesOf(body, size) {
  let total = 0;
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + (total < BUFFER ? size : BUFFER));
      at += piece.length;
      total += piece.length;
      yield piece;
    }
  }
}

/** By id. */
const blobs = new Map();

/** What BlobManager.js makes blobs with. */
export const blobModule = {
  getConstants: () => ({}),
  addNetworkingHandler() {},
  createFromParts(parts, id) {
    const bytes = parts.map(({ type, data }) => (type === 'string' ? Buffer.from(data) : blobs.get(data.blobId)));
    blobs.set(id, Buffer.concat(bytes));
  },
  release: (id) => blobs.delete(id),
};

/** The body that JavaScript asks for, by convertRequestBody.js. */
function bodyOf({ string, base64, blob }) {
  if (blob !== undefined) return blobs.get(blob.blobId);
  return base64 === undefined ? string : Buffer.from(base64, 'base64');
}

/** Header values are sent as UTF-8. */
const encodeValues = (headers) => headers.map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]);

/** @param {Headers} headers */
const decodeValues = (headers) =>
  Object.fromEntries([...headers].map(([name, value]) => [name, Buffer.from(value, 'latin1').toString('utf8')]));

/**
 * @param {'ios' | 'android'} platform
 * @param {(event: string, values: unknown[]) => void} emit to JavaScript
 * @param {number} [pieceSize] in bytes, of what the network brings
 */
export function makeNetworking(platform, emit, pieceSize = BUFFER) {
  const { whenNoText, ...decoding } = platforms[platform];
  const running = new Map();

  async function readIncrementally(id, response) {
    const decode = makeTextDecoder(response.headers.get('content-type'), decoding);
    for await (const piece of piecesOf(response.body, pieceSize)) {
      const text = decode(piece) ?? whenNoText;
      if (text !== undefined) emit('didReceiveNetworkIncrementalData', [id, text, piece.length, -1]);
    }
  }

  async function readWhole(id, response, responseType) {
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = responseType === 'base64' ? bytes.toString('base64') : bytes.toString('utf8');
    emit('didReceiveNetworkData', [id, text]);
  }

  async function send({ id, method, url, headers, data, responseType, incrementalUpdates, withCredentials }) {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const response = await fetch(url, {
        method,
        headers: encodeValues(headers),
        body: bodyOf(data),
        credentials: withCredentials ? 'include' : 'omit',
        signal: controller.signal,
      });
      emit('didReceiveNetworkResponse', [id, response.status, decodeValues(response.headers), response.url]);
      const isEmpty = response.body === null || STATUS_WITHOUT_BODY.includes(response.status);
      if (!isEmpty && incrementalUpdates && responseType === 'text') await readIncrementally(id, response);
      else if (!isEmpty) await readWhole(id, response, responseType);
      emit('didCompleteNetworkResponse', [id, null, false]);
    } catch (error) {
      emit('didCompleteNetworkResponse', [id, `${error.cause?.message ?? error.message}`, false]);
    } finally {
      running.delete(id);
    }
  }

  const abortRequest = (id) => running.get(id)?.abort();
  const nothing = () => {};
  let lastId = 0;

  if (platform === 'ios') {
    return {
      sendRequest(query, callback) {
        const id = ++lastId;
        callback(id);
        send({ ...query, id, headers: Object.entries(query.headers) });
      },
      abortRequest,
    };
  }
  return {
    sendRequest(method, url, id, headers, data, responseType, incrementalUpdates, _timeout, withCredentials) {
      const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
      if (data.string !== undefined && !hasType) {
        const reason = 'Payload is set but no content-type header specified';
        queueMicrotask(() => emit('didCompleteNetworkResponse', [id, reason, false]));
        return;
      }
      send({ id, method, url, headers, data, responseType, incrementalUpdates, withCredentials });
    },
    abortRequest,
    addListener: nothing,
    removeListeners: nothing,
  };
}
