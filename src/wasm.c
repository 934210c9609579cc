/*
 * The only file that knows of wasm: the exports, which work on one connection, one policy, one batch and one window at
 * fixed addresses in a memory that never grows. JavaScript keeps the state of every connection. Before a call it copies
 * the state in, unless it is there already, and it copies it out when another connection needs the memory. So nothing
 * is left behind in wasm when JavaScript forgets a connection.
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

/* Where the memory starts; dist/layout.js, which tools/layout.c prints, has the offsets from there. */
EXPORT("address") sse_memory *address(void) { return &memory; }

#if WITH_CONNECTION
/* A `length` is that of the text or the bytes which JavaScript has put at the start of the slice. */
EXPORT("start") void start(uint32_t length) { sse_start(connection, policy, slice, length); }
EXPORT("responded") void responded(uint32_t status, uint32_t length, uint32_t has_stream) {
  sse_responded(connection, policy, status, slice, length, has_stream != 0);
}
EXPORT("receive") uint32_t receive(uint32_t length) { return sse_receive(connection, policy, slice, length, batch); }

EXPORT("bodyEnded") void body_ended(void) { sse_body_ended(connection, policy); }
EXPORT("networkFailed") void network_failed(uint32_t is_futile) {
  sse_network_failed(connection, policy, is_futile != 0);
}
EXPORT("timerFired") void timer_fired(void) { sse_timer_fired(connection); }
EXPORT("close") void close_connection(void) { sse_close(connection); }

EXPORT("nextAction") uint32_t next_action(void) { return sse_next_action(connection); }
EXPORT("readyState") uint32_t ready_state(void) { return sse_get_ready_state(connection); }
EXPORT("reason") uint32_t reason(void) { return sse_get_reason(connection); }
EXPORT("lastEventIdKind") uint32_t last_event_id_kind(void) { return sse_get_last_event_id_kind(connection); }
EXPORT("delay") uint32_t delay(void) { return sse_get_delay(connection); }
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
EXPORT("setFlags") void set_flags(uint32_t flags) { connection->parser.flags = (uint8_t)flags; }
#endif

#if WITH_OPTIONS
EXPORT("setLastEventId") void set_last_event_id(uint32_t length) {
  sse_set_last_event_id(&connection->parser, slice, length);
}
EXPORT("setReconnectionTime") void set_reconnection_time(uint32_t milliseconds) {
  sse_set_reconnection_time(&connection->parser, milliseconds);
}
EXPORT("decide") void decide(uint32_t decision) { sse_decide(connection, policy, (sse_decision)decision); }
EXPORT("alive") void alive(uint32_t uptime) { sse_alive(connection, policy, uptime); }
EXPORT("wentIdle") void went_idle(void) { sse_went_idle(connection, policy); }
EXPORT("pause") void pause_connection(void) { sse_pause(connection); }
EXPORT("resume") void resume_connection(void) { sse_resume(connection); }
EXPORT("retries") uint32_t retries(void) { return connection->retries; }
EXPORT("reconnectionTime") uint32_t reconnection_time(void) { return sse_get_reconnection_time(connection); }
EXPORT("delayWith")
uint32_t delay_with(double factor, double max_delay, double jitter, double random, double min_delay,
                    double not_before) {
  const sse_backoff backoff = {
      .factor = factor, .max_delay = max_delay, .jitter = jitter, .random = random, .min_delay = min_delay};
  return sse_get_delay_with(connection, &backoff, not_before);
}
#endif

#ifdef __wasm_simd128__
/* Not in the builds without SIMD: there it is faster to decode each range by itself. */
EXPORT("toUtf16") void to_utf16(void) { sse_to_utf16(batch, slice); }
#endif

#if WITH_TEXT
EXPORT("decode") uint32_t decode(void) { return sse_decode(batch, slice, memory.text); }
#endif
