/* The memory of the wasm build: for wasm.c, and for tools/layout.c, which prints its layout for JavaScript. */
#ifndef SSE_WASM_H
#define SSE_WASM_H

#include "sse.h"

/* Bytes of a slice: as many as fit, with its text, the batch and the stack, into four pages of memory. */
#define SSE_SLICE_SIZE (64u * 1024u)

typedef struct sse_memory {
  sse_connection connection;
  sse_policy policy;
  sse_batch batch;
  /* The headroom, the slice, and what SIMD reads behind it. */
  uint8_t window[SSE_HEADROOM + SSE_SLICE_SIZE + 16] __attribute__((aligned(16)));
  /* The slice as UTF-16, in the builds that have sse_decode. */
  uint16_t text[SSE_HEADROOM + SSE_SLICE_SIZE] __attribute__((aligned(16)));
} sse_memory;

#endif
