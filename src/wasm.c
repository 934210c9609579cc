/*
 * The one file that knows wasm: a window for bytes, one resident connection, one batch, all at fixed places in a memory
 * that never grows. The state of a connection lives with its owner in JavaScript, which copies it in before a call and
 * out when another connection needs the place: so no memory is left behind, whatever becomes of the owner.
 */
#include "sse.h"

#define EXPORT(name) __attribute__((export_name(name)))

/* Bytes of a slice: what fits beside its text, the batch and the stack in four pages. */
enum { SLICE = 64 * 1024 };

/* SIMD reads a block over its end. */
static uint8_t window[SSE_HEADROOM + SLICE + 16] __attribute__((aligned(16)));
static sse_batch batch;
static sse_connection connection;
static sse_policy policy;

/* Where things lie, in bytes. dist/layout.js, made by src/layout.c, tells how they look inside. */
EXPORT("slice") uint8_t *slice(void) { return window + SSE_HEADROOM; }
EXPORT("sliceSize") uint32_t slice_size(void) { return SLICE; }
EXPORT("batch") sse_batch *get_batch(void) { return &batch; }
EXPORT("connection") sse_connection *get_connection(void) { return &connection; }
EXPORT("policy") sse_policy *get_policy(void) { return &policy; }

/* Inputs whose text or bytes stand at the begin of the slice. */
EXPORT("start") void start(uint32_t length) { sse_start(&connection, &policy, slice(), length); }
EXPORT("response") void response(uint32_t status, uint32_t length, uint32_t has_stream) {
  sse_response(&connection, &policy, status, slice(), length, has_stream != 0);
}
EXPORT("receive") uint32_t receive(uint32_t length) {
  return sse_receive(&connection, &policy, slice(), length, &batch);
}
EXPORT("parse") uint32_t parse(uint32_t length) {
  return sse_parse(&connection.parser, policy.limit, slice(), length, &batch);
}
EXPORT("setLastEventId") void set_last_event_id(uint32_t length) {
  sse_set_last_event_id(&connection.parser, slice(), length);
}
EXPORT("toUtf16") void to_utf16(void) { sse_to_utf16(&batch, slice()); }

EXPORT("endOfBody") void end_of_body(void) { sse_end_of_body(&connection, &policy); }
EXPORT("networkError") void network_error(void) { sse_network_error(&connection, &policy); }
EXPORT("answer") void answer(uint32_t given) { sse_give_answer(&connection, &policy, (sse_answer)given); }
EXPORT("idle") void idle(void) { sse_idle(&connection, &policy); }
EXPORT("timer") void timer(void) { sse_timer(&connection, &policy); }
EXPORT("pause") void pause_connection(void) { sse_pause(&connection); }
EXPORT("resume") void resume_connection(void) { sse_resume(&connection, &policy); }
EXPORT("close") void close_connection(void) { sse_close(&connection); }
EXPORT("reset") void reset(void) { sse_parser_reset(&connection.parser); }
EXPORT("report") void report(uint32_t what) { connection.parser.report = (uint8_t)what; }
EXPORT("setReconnectionTime") void set_reconnection_time(uint32_t milliseconds) {
  sse_set_reconnection_time(&connection.parser, milliseconds);
}

EXPORT("nextAction") uint32_t next_action(void) { return sse_next_action(&connection); }
EXPORT("readyState") uint32_t ready_state(void) { return sse_get_ready_state(&connection); }
EXPORT("reason") uint32_t reason(void) { return sse_get_reason(&connection); }
EXPORT("lastEventId") uint32_t last_event_id(void) { return sse_get_last_event_id(&connection); }
EXPORT("tries") uint32_t tries(void) { return connection.tries; }
EXPORT("isWithinLine") uint32_t is_within_line(void) { return (uint32_t)sse_is_within_line(&connection.parser); }
EXPORT("reconnectionTime") uint32_t reconnection_time(void) { return sse_get_reconnection_time(&connection); }
EXPORT("delay")
uint32_t delay(double factor, double max_delay, double jitter, double random, double least, double not_before) {
  const sse_backoff backoff = {
      .factor = factor, .max_delay = max_delay, .jitter = jitter, .random = random, .least = least};
  return sse_get_delay(&connection, &backoff, not_before);
}

#ifdef __wasm_simd128__
/* Only here: as JavaScript it is slower than any decoder. */
static uint16_t text[SSE_HEADROOM + SLICE] __attribute__((aligned(16)));

EXPORT("text") uint16_t *get_text(void) { return text; }
EXPORT("decode") uint32_t decode(void) { return sse_decode(&batch, slice(), text); }
#endif
