/*
 * The parser under libFuzzer: a stream, fed whole and cut in many ways, must mean what the reference says. An input is
 * a byte of what to report, a byte for the limit, a byte that begins the random slices, and the stream.
 */
#include "client.h"
#include "reference.h"

enum { HEADER = 3, EVERY_SPLIT = 48, RANDOM_SPLITS = 6 };

static _Noreturn void fail(const char *why, split how, const char *expected, const char *got) {
  printf("%s (first slice %u, then %u)\nexpected:\n%sgot:\n%s", why, (unsigned)how.first, (unsigned)how.step, expected,
         got);
  fflush(stdout);
  abort();
}

/* What a client heard, against the reference. */
static void compare(client *c, const reference *r, split how) {
  const int is_too_large = sse_get_ready_state(&c->connection) == SSE_CLOSED;
  if (c->problem != NULL) fail(c->problem, how, "", "");
  if (is_too_large != r->is_too_large && !(is_too_large && r->may_be_too_large)) {
    fail("the limit", how, r->is_too_large ? "too large\n" : "not too large\n", is_too_large ? "too large\n" : "not\n");
  }
  if (!equals(&c->transcript, &r->transcript)) fail("the events", how, r->transcript.bytes, c->transcript.bytes);
  /* What a line of the event that is too large says may have been taken, or not. */
  if (is_too_large) return;
  if (!equals(&c->last_event_id, &r->last_event_id) || !is_id_known(c)) {
    fail("the last event ID", how, r->last_event_id.bytes, c->last_event_id.bytes);
  }
  if (sse_get_reconnection_time(&c->connection) != r->reconnection_time) fail("the reconnection time", how, "", "");
}

static void open_reported(client *c, const reference *r, uint32_t limit) {
  open_client(c, limit);
  c->connection.parser.flags = (uint8_t)r->report;
}

static void try_split(const reference *r, const text *stream, uint32_t limit, split how) {
  static client c;
  open_reported(&c, r, limit);
  feed_split(&c, stream, how);
  compare(&c, r, how);
  release_client(&c);
}

static void try_random_split(const reference *r, const text *stream, uint32_t limit, uint32_t *random) {
  static client c;
  uint32_t size;
  open_reported(&c, r, limit);
  for (uint32_t at = 0; at < stream->length; at += size) {
    *random = *random * 1664525u + 1013904223u;
    size = 1 + (*random >> 24) % 24;
    if (size > stream->length - at) size = stream->length - at;
    feed(&c, (const uint8_t *)stream->bytes + at, size);
  }
  compare(&c, r, (split){0, 0});
  release_client(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t length) {
  if (length <= HEADER) return 0;
  const uint32_t size = (uint32_t)length - HEADER;
  const int is_sound = is_well_formed(input + HEADER, input + length);
  /* What malformed text counts in code units depends on how it is cut. */
  const uint32_t report = input[0] & (is_sound ? 15u : 7u);
  const uint32_t limit = input[1];
  uint32_t random = input[2];
  text stream = {0};
  reference r;
  append(&stream, input + HEADER, size);
  interpret(&r, input + HEADER, size, limit, report);
  try_split(&r, &stream, limit, (split){size, size});
  if (size <= EVERY_SPLIT) {
    for (uint32_t first = 1; first < size; ++first) try_split(&r, &stream, limit, (split){first, size});
  }
  for (uint32_t step = 1; step < 10; ++step) try_split(&r, &stream, limit, (split){step, step});
  for (int i = 0; i < RANDOM_SPLITS; ++i) try_random_split(&r, &stream, limit, &random);
  release(&stream);
  release_reference(&r);
  return 0;
}
