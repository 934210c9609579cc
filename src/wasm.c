/*
 * The one file that knows wasm: a window for bytes, one resident connection, one batch, all at fixed places in a memory
 * that never grows. The state of a connection lives with its owner in JavaScript, which copies it in before a call and
 * out when another connection needs the place: so no memory is left behind, whatever becomes of the owner.
 */
#include "sse.h"

#define EXPORT(name) __attribute__((export_name(name)))

/* Bytes of a slice: what fits beside the batch and the stack in two pages. */
enum { SLICE = 64 * 1024 };

static uint8_t window[SSE_HEADROOM + SLICE] __attribute__((aligned(16)));
static sse_batch batch;
static sse_connection connection;

/* Where things lie, in bytes. dist/layout.js, made by src/layout.c, tells how they look inside. */
EXPORT("slice") uint8_t *slice(void) { return window + SSE_HEADROOM; }
EXPORT("sliceSize") uint32_t slice_size(void) { return SLICE; }
EXPORT("batch") sse_batch *get_batch(void) { return &batch; }
EXPORT("connection") sse_connection *get_connection(void) { return &connection; }

/* Inputs whose text or bytes stand at the begin of the slice. */
EXPORT("start") void start(uint32_t length) { sse_start(&connection, slice(), length); }
EXPORT("response") void response(uint32_t status, uint32_t length) {
  sse_response(&connection, status, slice(), length);
}
EXPORT("receive") uint32_t receive(uint32_t length) { return sse_receive(&connection, slice(), length, &batch); }
EXPORT("parse") uint32_t parse(uint32_t length) { return sse_parse(&connection.parser, slice(), length, &batch); }
EXPORT("toUtf16") void to_utf16(void) { sse_to_utf16(&batch, slice()); }

EXPORT("endOfBody") void end_of_body(void) { sse_end_of_body(&connection); }
EXPORT("networkError") void network_error(void) { sse_network_error(&connection); }
EXPORT("timer") void timer(void) { sse_timer(&connection); }
EXPORT("close") void close_connection(void) { sse_close(&connection); }

EXPORT("nextAction") uint32_t next_action(void) { return sse_next_action(&connection); }
EXPORT("readyState") uint32_t ready_state(void) { return sse_get_ready_state(&connection); }
EXPORT("reason") uint32_t reason(void) { return sse_get_reason(&connection); }
EXPORT("lastEventId") uint32_t last_event_id(void) { return sse_get_last_event_id(&connection); }
EXPORT("delay") uint32_t delay(void) { return sse_get_delay(&connection); }
