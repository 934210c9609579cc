// Whether bytes are UTF-8, and if not, where the first is that is wrong.
// @ts-check

/** @param {number} byte that begins a character; any other byte stands alone, and is wrong */
export function lengthOf(byte) {
  if (byte < 0xc0) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/**
 * How many bytes at the end begin a character that needs more.
 * @param {Uint8Array} bytes
 */
function lengthOfCut(bytes) {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < lengthOf(byte) ? back : 0;
  }
  return 0;
}

export class Utf8Check {
  #decoder = new TextDecoder('utf-8', { fatal: true });
  #offset = 0;
  /** The start of a character that a chunk has cut. */
  #cut = new Uint8Array(0);
  /** @type {number | undefined} The offset of the first byte that is wrong. */
  malformedAt;

  /** @param {Uint8Array} chunk */
  feed(chunk) {
    if (this.malformedAt !== undefined) return;
    const bytes = new Uint8Array(this.#cut.length + chunk.length);
    bytes.set(this.#cut);
    bytes.set(chunk, this.#cut.length);
    const end = bytes.length - lengthOfCut(bytes);
    if (!this.#isValid(bytes.subarray(0, end))) this.malformedAt = this.#offset + this.#find(bytes);
    this.#offset += end;
    this.#cut = bytes.slice(end);
  }

  /** The stream has ended: a character that is cut stays so. */
  end() {
    if (this.#cut.length > 0) this.malformedAt ??= this.#offset;
  }

  /** @param {Uint8Array} bytes */
  #isValid(bytes) {
    try {
      this.#decoder.decode(bytes);
      return true;
    } catch {
      return false;
    }
  }

  /** @param {Uint8Array} bytes of which one is wrong */
  #find(bytes) {
    let at = 0;
    for (;;) {
      const length = lengthOf(bytes[at]);
      if (!this.#isValid(bytes.subarray(at, at + length))) return at;
      at += length;
    }
  }
}
