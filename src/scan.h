/*
 * The two loops over bytes that cost time: find the end of a line, count UTF-16 code units. Sixteen bytes and more at
 * a step where the target has wasm SIMD, else byte by byte.
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
/* A bit for each byte that ends a line. */
static inline uint32_t find_eols(v128_t block) {
  const v128_t is_lf = wasm_i8x16_eq(block, wasm_i8x16_const_splat('\n'));
  return wasm_i8x16_bitmask(wasm_v128_or(is_lf, wasm_i8x16_eq(block, wasm_i8x16_const_splat('\r'))));
}
#endif

/* The first LF or CR in [at, end), or `end`. Bytes passed are ORed into `seen`; so may be some after the line's end. */
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
      /* Both LF and CR lie below 14: one compare of the smallest bytes of four vectors, exact only on a hit. */
      while (end - at >= 64) {
        const v128_t a = wasm_v128_load(at);
        const v128_t b = wasm_v128_load(at + 16);
        const v128_t c = wasm_v128_load(at + 32);
        const v128_t d = wasm_v128_load(at + 48);
        const v128_t least = wasm_u8x16_min(wasm_u8x16_min(a, b), wasm_u8x16_min(c, d));
        if (wasm_v128_any_true(wasm_u8x16_lt(least, wasm_i8x16_const_splat(14)))) break;
        all = wasm_v128_or(all, wasm_v128_or(wasm_v128_or(a, b), wasm_v128_or(c, d)));
        at += 64;
      }
      for (int step = 0; step < 4 && at < end; ++step, at += 16) {
        if (end - at < 16) at -= 16 - (end - at); /* again over bytes that were passed */
        const v128_t block = wasm_v128_load(at);
        all = wasm_v128_or(all, block);
        hits = find_eols(block);
        if (hits != 0) {
          at += __builtin_ctz(hits);
          break;
        }
      }
    }
    *seen = bits | (wasm_i8x16_bitmask(all) != 0 ? 0x80u : 0u);
    return at;
  }
#endif
  for (; at < end && !is_eol(*at); ++at) bits |= *at;
  *seen = bits;
  return at;
}

/* memmove to a lower place. For the few bytes of most lines the call costs more than the bytes. */
static inline void move_down(uint8_t *to, const uint8_t *from, uint32_t length) {
#ifdef __wasm_simd128__
  for (; length >= 16; length -= 16, to += 16, from += 16) wasm_v128_store(to, wasm_v128_load(from));
  for (; length > 0; --length) *to++ = *from++;
#else
  memmove(to, from, length);
#endif
}

/* How many UTF-16 code units the well-formed UTF-8 in [at, end) decodes to: one for each byte that begins a
   character, and one more for each character of four bytes. */
static inline uint32_t count_utf16(const uint8_t *at, const uint8_t *end) {
  uint32_t units = 0;
#ifdef __wasm_simd128__
  for (; end - at >= 16; at += 16) {
    const v128_t block = wasm_v128_load(at);
    const uint32_t begins = wasm_i8x16_bitmask(wasm_i8x16_gt(block, wasm_i8x16_const_splat(-65)));
    const uint32_t of_four = wasm_i8x16_bitmask(wasm_u8x16_ge(block, wasm_u8x16_const_splat(0xF0)));
    units += (uint32_t)__builtin_popcount(begins) + (uint32_t)__builtin_popcount(of_four);
  }
#endif
  for (; at < end; ++at) units += (uint32_t)((*at & 0xC0u) != 0x80u) + (uint32_t)(*at >= 0xF0u);
  return units;
}

#endif
