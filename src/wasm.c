/*
 * The one file that knows wasm: one resident connection, one batch and a window for bytes, at fixed places in a memory
 * that never grows. The state of a connection lives with its owner in JavaScript, which copies it in before a call and
 * out when another connection needs the place: so no memory is left behind, whatever becomes of the owner.
 *
 * A build has only what its users call: WITH_CONNECTION, what the standard's EventSource needs; WITH_PARSER, what a
 * parser without a connection needs; WITH_TYPE, the check of a Content-Type; WITH_OPTIONS, what the options of
 * EventSource need; WITH_TEXT, sse_decode.
 */
#include "wasm.h"

#define EXPORT(name) __attribute__((export_name(name)))

static sse_memory memory;

static sse_connection *const connection = &memory.connection;
static const sse_policy *const policy = &memory.policy;
static sse_batch *const batch = &memory.batch;
static uint8_t *const slice = memory.window + SSE_HEADROOM;

/* In bytes. dist/layout.js, made by src/layout.c, tells what lies where from there on. */
EXPORT("address") sse_memory *address(void) { return &memory; }

#if WITH_CONNECTION
/* Inputs whose text or bytes stand at the start of the slice. */
EXPORT("start") void start(uint32_t length) { sse_start(connection, policy, slice, length); }
EXPORT("response") void response(uint32_t status, uint32_t length, uint32_t has_stream) {
  sse_response(connection, policy, status, slice, length, has_stream != 0);
}
EXPORT("receive") uint32_t receive(uint32_t length) { return sse_receive(connection, policy, slice, length, batch); }

EXPORT("endOfBody") void end_of_body(void) { sse_end_of_body(connection, policy); }
EXPORT("networkError") void network_error(void) { sse_network_error(connection, policy); }
EXPORT("timer") void timer(void) { sse_timer(connection); }
EXPORT("close") void close_connection(void) { sse_close(connection); }

EXPORT("nextAction") uint32_t next_action(void) { return sse_next_action(connection); }
EXPORT("readyState") uint32_t ready_state(void) { return sse_get_ready_state(connection); }
EXPORT("reason") uint32_t reason(void) { return sse_get_reason(connection); }
EXPORT("lastEventId") uint32_t last_event_id(void) { return sse_get_last_event_id(connection); }
EXPORT("delay") uint32_t delay(void) { return sse_get_standard_delay(connection); }
#endif

#if WITH_PARSER
EXPORT("parse") uint32_t parse(uint32_t length) {
  return sse_parse(&connection->parser, policy->limit, slice, length, batch);
}
EXPORT("reset") void reset(void) { sse_parser_reset(&connection->parser); }
EXPORT("isWithinLine") uint32_t is_within_line(void) { return (uint32_t)sse_is_within_line(&connection->parser); }
#endif

#if WITH_TYPE
EXPORT("isEventStream") uint32_t is_event_stream(uint32_t length) {
  return (uint32_t)sse_is_event_stream(slice, length);
}
#endif

#if WITH_PARSER || WITH_OPTIONS
EXPORT("report") void report(uint32_t what) { connection->parser.report = (uint8_t)what; }
#endif

#if WITH_OPTIONS
EXPORT("setLastEventId") void set_last_event_id(uint32_t length) {
  sse_set_last_event_id(&connection->parser, slice, length);
}
EXPORT("setReconnectionTime") void set_reconnection_time(uint32_t milliseconds) {
  sse_set_reconnection_time(&connection->parser, milliseconds);
}
EXPORT("answer") void answer(uint32_t given) { sse_give_answer(connection, policy, (sse_answer)given); }
EXPORT("idle") void idle(void) { sse_idle(connection, policy); }
EXPORT("pause") void pause_connection(void) { sse_pause(connection); }
EXPORT("resume") void resume_connection(void) { sse_resume(connection); }
EXPORT("tries") uint32_t tries(void) { return connection->tries; }
EXPORT("reconnectionTime") uint32_t reconnection_time(void) { return sse_get_reconnection_time(connection); }
EXPORT("delayWith")
uint32_t delay_with(double factor, double max_delay, double jitter, double random, double least, double not_before) {
  const sse_backoff backoff = {
      .factor = factor, .max_delay = max_delay, .jitter = jitter, .random = random, .least = least};
  return sse_get_delay(connection, &backoff, not_before);
}
#endif

#ifdef __wasm_simd128__
/* Not as JavaScript, which does better when it decodes each text by itself. */
EXPORT("toUtf16") void to_utf16(void) { sse_to_utf16(batch, slice); }
#endif

#if WITH_TEXT
EXPORT("decode") uint32_t decode(void) { return sse_decode(batch, slice, memory.text); }
#endif
