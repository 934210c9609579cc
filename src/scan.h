/*
 * The loops over bytes, which take most of the parser's time: find the end of a line, move a line, count UTF-16 code
 * units, decode. With wasm SIMD a step takes sixteen bytes or more, without it one byte.
 */
#ifndef SSE_SCAN_H
#define SSE_SCAN_H

#include <stdint.h>
#include <string.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

/* "Lines must be separated by either a U+000D CARRIAGE RETURN U+000A LINE FEED (CRLF) character pair, a single U+000A
   LINE FEED (LF) character, or a single U+000D CARRIAGE RETURN (CR) character." */
static inline int is_eol(uint8_t byte) { return byte == '\n' || byte == '\r'; }

#ifdef __wasm_simd128__
/* Returns a bit for each byte: whether it is LF or CR. */
static inline uint32_t find_eols(v128_t block) {
  const v128_t is_lf = wasm_i8x16_eq(block, wasm_i8x16_const_splat('\n'));
  return wasm_i8x16_bitmask(wasm_v128_or(is_lf, wasm_i8x16_eq(block, wasm_i8x16_const_splat('\r'))));
}
#endif

/* Returns the first LF or CR in [at, end), or `end`. The bytes before it are ORed into `seen`; so may be some of those
   behind it. */
static inline __attribute__((always_inline)) uint8_t *find_eol(uint8_t *at, const uint8_t *end, uint32_t *seen) {
  uint32_t bits = *seen;
#ifdef __wasm_simd128__
  if (end - at >= 16) {
    v128_t all = wasm_v128_load(at);
    uint32_t hits = find_eols(all);
    if (hits != 0) {
      at += __builtin_ctz(hits);
    } else {
      at += 16;
    }
    while (hits == 0 && at < end) {
      /* LF and CR are below 14, and so is hardly any other byte: one comparison, with the smallest bytes of four
         vectors, says whether to look closer. */
      while (end - at >= 64) {
        const v128_t a = wasm_v128_load(at);
        const v128_t b = wasm_v128_load(at + 16);
        const v128_t c = wasm_v128_load(at + 32);
        const v128_t d = wasm_v128_load(at + 48);
        const v128_t smallest = wasm_u8x16_min(wasm_u8x16_min(a, b), wasm_u8x16_min(c, d));
        if (wasm_v128_any_true(wasm_u8x16_lt(smallest, wasm_i8x16_const_splat(14)))) break;
        all = wasm_v128_or(all, wasm_v128_or(wasm_v128_or(a, b), wasm_v128_or(c, d)));
        at += 64;
      }
      for (int step = 0; step < 4 && at < end; ++step, at += 16) {
        if (end - at < 16) at -= 16 - (end - at); /* the last sixteen, some of which were looked at before */
        const v128_t block = wasm_v128_load(at);
        all = wasm_v128_or(all, block);
        hits = find_eols(block);
        if (hits != 0) {
          at += __builtin_ctz(hits);
          break;
        }
      }
    }
    if (wasm_i8x16_bitmask(all) != 0) bits |= 0x80u;
    *seen = bits;
    return at;
  }
#endif
  for (; at < end && !is_eol(*at); ++at) bits |= *at;
  *seen = bits;
  return at;
}

/* memmove to a lower address. Most lines are so short that a call would take longer than moving them. */
static inline void move_down(uint8_t *to, const uint8_t *from, uint32_t length) {
#ifdef __wasm_simd128__
  for (; length >= 16; length -= 16, to += 16, from += 16) wasm_v128_store(to, wasm_v128_load(from));
  for (; length > 0; --length) *to++ = *from++;
#else
  memmove(to, from, length);
#endif
}

/* How many UTF-16 code units the well-formed UTF-8 in [at, end) decodes to: one for each byte that begins a character,
   and one more for each character of four bytes. With SIMD it may read up to 15 bytes behind `end`. */
static inline uint32_t count_utf16(const uint8_t *at, const uint8_t *end) {
  uint32_t units = 0;
#ifdef __wasm_simd128__
  const v128_t last_within = wasm_i8x16_const_splat(-65);
  const v128_t first_of_four = wasm_u8x16_const_splat(0xF0);
  while (end - at >= 16) {
    v128_t sums = wasm_i8x16_const_splat(0);
    for (int step = 0; step < 127 && end - at >= 16; ++step, at += 16) { /* 127 times 2 fits in a byte */
      const v128_t block = wasm_v128_load(at);
      sums = wasm_i8x16_sub(sums, wasm_i8x16_gt(block, last_within));
      sums = wasm_i8x16_sub(sums, wasm_u8x16_ge(block, first_of_four));
    }
    const v128_t four = wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(sums));
    units += (uint32_t)(wasm_i32x4_extract_lane(four, 0) + wasm_i32x4_extract_lane(four, 1) +
                        wasm_i32x4_extract_lane(four, 2) + wasm_i32x4_extract_lane(four, 3));
  }
  if (at < end) {
    const v128_t block = wasm_v128_load(at);
    const uint32_t counted = (1u << (end - at)) - 1;
    const uint32_t begins = wasm_i8x16_bitmask(wasm_i8x16_gt(block, last_within));
    const uint32_t of_four = wasm_i8x16_bitmask(wasm_u8x16_ge(block, first_of_four));
    units += (uint32_t)__builtin_popcount((begins & counted) | (of_four & counted) << 16);
  }
#else
  for (; at < end; ++at) units += (uint32_t)((*at & 0xC0u) != 0x80u) + (uint32_t)(*at >= 0xF0u);
#endif
  return units;
}

/* The code point of the character at `at`, if it is a well-formed one of three or four bytes; else 0. */
static inline uint32_t decode_long(const uint8_t *at, const uint8_t *end) {
  const uint32_t lead = at[0];
  if (end - at < 3 || lead < 0xE0) return 0;
  const uint32_t second = at[1] ^ 0x80u;
  const uint32_t third = at[2] ^ 0x80u;
  if (lead < 0xF0) {
    const uint32_t code = (lead & 0xFu) << 12 | second << 6 | third;
    return (second | third) < 0x40 && code >= 0x800 && (code & 0xF800) != 0xD800 ? code : 0;
  }
  if (end - at < 4 || lead > 0xF4) return 0;
  const uint32_t fourth = at[3] ^ 0x80u;
  const uint32_t code = (lead & 0x7u) << 18 | second << 12 | third << 6 | fourth;
  return (second | third | fourth) < 0x40 && code >= 0x10000 && code <= 0x10FFFF ? code : 0;
}

/* How many bytes of [at, end), which begins with malformed bytes, become one U+FFFD: as many as could be the beginning
   of a character, but at smallest one. */
static inline int malformed_length(const uint8_t *at, const uint8_t *end) {
  const uint8_t lead = at[0];
  const int most = lead < 0xE0 || lead > 0xF4 ? 1 : lead < 0xF0 ? 2 : 3;
  const uint8_t lower = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t upper = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  int length = 1;
  if (most > 1 && end - at > 1 && at[1] >= lower && at[1] <= upper) {
    length = 2;
    if (most > 2 && end - at > 2 && (at[2] & 0xC0) == 0x80) length = 3;
  }
  return length;
}

/* "UTF-8 decode without BOM" of the Encoding standard (https://encoding.spec.whatwg.org/#utf-8-decoder): each malformed
   sequence becomes one U+FFFD. `to` must have room for a unit for each byte. Returns the end of what was written. */
static inline uint16_t *decode_utf8(const uint8_t *at, const uint8_t *end, uint16_t *to) {
  while (at < end) {
#ifdef __wasm_simd128__
    if (end - at >= 16) {
      const v128_t block = wasm_v128_load(at);
      const uint32_t others = wasm_i8x16_bitmask(block);
      wasm_v128_store(to, wasm_u16x8_extend_low_u8x16(block));
      wasm_v128_store(to + 8, wasm_u16x8_extend_high_u8x16(block));
      const int ascii = others != 0 ? __builtin_ctz(others) : 16;
      at += ascii;
      to += ascii;
      if (others == 0) continue;
    }
#endif
    do {
      const uint32_t lead = *at;
      if (lead < 0x80) {
        *to++ = (uint16_t)lead;
        ++at;
        break;
      }
      if (lead >= 0xC2 && lead < 0xE0 && end - at > 1 && (at[1] & 0xC0) == 0x80) {
        *to++ = (uint16_t)((lead & 0x1Fu) << 6 | (at[1] & 0x3Fu));
        at += 2;
        continue;
      }
      const uint32_t code = decode_long(at, end);
      if (code == 0) {
        *to++ = 0xFFFD;
        at += malformed_length(at, end);
      } else if (code <= 0xFFFF) {
        *to++ = (uint16_t)code;
        at += 3;
      } else {
        *to++ = (uint16_t)(0xD7C0 + (code >> 10));
        *to++ = (uint16_t)(0xDC00 | (code & 0x3FF));
        at += 4;
      }
    } while (at < end && *at >= 0x80);
  }
  return to;
}

#endif
