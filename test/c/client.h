/*
 * The caller of the core that the C tests share: joins records to events as js/core/stream.js does, and judges every
 * batch. All of it stands in this header, so that a test is one file.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sse.h"

static inline _Noreturn void stop(const char *where, const char *why) {
  printf("%s: %s\n", where, why);
  exit(1);
}

/* ---- Text that grows ---- */

typedef struct text {
  char *bytes; /* always with a NUL behind the last */
  uint32_t length;
  uint32_t capacity;
} text;

static inline void append(text *t, const void *bytes, uint32_t length) {
  const uint32_t needed = t->length + length + 1;
  if (t->bytes == NULL || needed > t->capacity) {
    char *const grown = realloc(t->bytes, 2 * (size_t)needed);
    if (grown == NULL) stop("append", "out of memory");
    t->bytes = grown;
    t->capacity = 2 * needed;
  }
  if (length > 0) memcpy(t->bytes + t->length, bytes, length);
  t->length += length;
  t->bytes[t->length] = '\0';
}

static inline void append_string(text *t, const char *string) { append(t, string, (uint32_t)strlen(string)); }

static inline void append_text(text *t, const text *other) { append(t, other->bytes, other->length); }

static inline void clear(text *t) {
  t->length = 0;
  append(t, "", 0);
}

static inline void release(text *t) {
  free(t->bytes);
  *t = (text){0};
}

/* In one way only, so that transcripts can be compared as text. */
static inline void append_quoted(text *t, const text *value) {
  append_string(t, "\"");
  for (uint32_t i = 0; i < value->length; ++i) {
    const uint8_t byte = (uint8_t)value->bytes[i];
    if (byte < 0x20 || byte == 0x7F || byte == '"' || byte == '\\') {
      char escape[5];
      snprintf(escape, sizeof escape, "\\x%02X", (unsigned)byte);
      append_string(t, escape);
    } else {
      append(t, &byte, 1);
    }
  }
  append_string(t, "\"");
}

static inline void append_event(text *t, const text *type, const text *data, const text *id) {
  append_string(t, "> ");
  append_quoted(t, type);
  append_string(t, " ");
  append_quoted(t, data);
  append_string(t, " ");
  append_quoted(t, id);
  append_string(t, "\n");
}

static inline void append_state(text *t, const text *last_event_id, uint32_t reconnection_time) {
  char number[32];
  snprintf(number, sizeof number, "%u", (unsigned)reconnection_time);
  append_string(t, "last-event-id ");
  append_quoted(t, last_event_id);
  append_string(t, "\nreconnection-time ");
  append_string(t, number);
  append_string(t, "\n");
}

static inline int equals(const text *a, const text *b) {
  return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* ---- UTF-8, as plainly as the Encoding Standard says it, to judge the core by ---- */

/* https://encoding.spec.whatwg.org/#utf-8-decoder: returns 1 and the length of the character at `at`, or 0 and the
   length of what becomes one U+FFFD. */
static inline int read_character(const uint8_t *at, const uint8_t *end, uint32_t *length) {
  const uint8_t lead = *at;
  const uint32_t needed = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  uint8_t lower = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  uint8_t upper = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  *length = 1;
  if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4) return 0;
  for (; *length < needed; ++*length) {
    if (at + *length == end || at[*length] < lower || at[*length] > upper) return 0;
    lower = 0x80;
    upper = 0xBF;
  }
  return 1;
}

static inline void append_decoded(text *t, const uint8_t *at, const uint8_t *end) {
  uint32_t length;
  for (; at < end; at += length) {
    if (read_character(at, end, &length)) {
      append(t, at, length);
    } else {
      append_string(t, "\xEF\xBF\xBD");
    }
  }
}

static inline int is_well_formed(const uint8_t *at, const uint8_t *end) {
  uint32_t length;
  for (; at < end; at += length) {
    if (!read_character(at, end, &length)) return 0;
  }
  return 1;
}

/* Of well-formed text. */
static inline uint32_t count_units(const uint8_t *at, const uint8_t *end) {
  uint32_t units = 0;
  uint32_t length;
  for (; at < end; at += length) units += read_character(at, end, &length) && length == 4 ? 2 : 1;
  return units;
}

/* ---- A caller of the core: joins records to events as js/core/stream.js does ---- */

/* What the connections of the test at hand are given; zeros but where a test says otherwise. */
static sse_policy policy;

typedef struct client {
  sse_connection connection;
  sse_batch batch;
  text transcript;
  text last_event_id;
  text data, type, id, cut; /* of the event whose end is still to come */
  int has_id;
  int has_begun;       /* a record of that event was seen */
  const char *problem; /* what was wrong with a batch */
} client;

static inline void start(sse_connection *connection, const char *scheme) {
  sse_start(connection, &policy, (const uint8_t *)scheme, (uint32_t)strlen(scheme));
}

static inline void respond(sse_connection *connection, uint32_t status, const char *content_type) {
  sse_response(connection, &policy, status, (const uint8_t *)content_type, (uint32_t)strlen(content_type), 1);
}

static inline void open_client(client *c, uint32_t limit) {
  *c = (client){0};
  policy.limit = limit;
  append(&c->last_event_id, "", 0);
  append(&c->transcript, "", 0);
  start(&c->connection, "http:");
  respond(&c->connection, 200, "text/event-stream");
  while (sse_next_action(&c->connection) != SSE_ACTION_NONE) {
  }
}

static inline void release_client(client *c) {
  release(&c->transcript);
  release(&c->last_event_id);
  release(&c->data);
  release(&c->type);
  release(&c->id);
  release(&c->cut);
}

static inline void forget_event(client *c) {
  clear(&c->data);
  clear(&c->type);
  clear(&c->id);
  c->has_id = 0;
  c->has_begun = 0;
}

static inline void dispatch(client *c, int has_data) {
  if (c->has_id) {
    clear(&c->last_event_id);
    append_text(&c->last_event_id, &c->id);
  }
  if (c->type.length == 0) append_string(&c->type, "message");
  if (has_data) append_event(&c->transcript, &c->type, &c->data, &c->last_event_id);
  forget_event(c);
}

static inline void append_line(client *c, const uint8_t *window, const sse_record *record) {
  const uint32_t flags = record->flags;
  text line = {0};
  if ((flags & SSE_LINE_AFTER_CUT) != 0) append_text(&line, &c->cut);
  append_decoded(&line, window + record->data_begin, window + record->data_end);
  append_string(&c->transcript, (flags & SSE_COMMENT) != 0     ? "comment "
                                : (flags & SSE_UNKNOWN) != 0   ? "unknown "
                                : (flags & SSE_BAD_RETRY) != 0 ? "bad retry "
                                                               : "retry ");
  append_quoted(&c->transcript, &line);
  append_string(&c->transcript, "\n");
  release(&line);
}

static inline void deliver(client *c, const uint8_t *window, const sse_record *record) {
  const uint32_t flags = record->flags;
  if ((flags & (SSE_CUT | SSE_CUT_MORE)) != 0) {
    if ((flags & SSE_CUT) != 0) clear(&c->cut);
    append_decoded(&c->cut, window + record->data_begin, window + record->data_end);
    return;
  }
  if ((flags & SSE_LINE) != 0) {
    append_line(c, window, record);
    return;
  }
  if (((flags & SSE_CONTINUED) != 0) != c->has_begun) c->problem = "SSE_CONTINUED does not tell what came before";
  if ((flags & SSE_CONTINUED) == 0) forget_event(c);
  c->has_begun = 1;
  append_decoded(&c->data, window + record->data_begin, window + record->data_end);
  if ((flags & SSE_TYPE) != 0) {
    clear(&c->type);
    if ((flags & SSE_TYPE_AFTER_CUT) != 0) append_text(&c->type, &c->cut);
    append_decoded(&c->type, window + record->type_begin, window + record->type_end);
  }
  if ((flags & SSE_ID) != 0) {
    clear(&c->id);
    if ((flags & SSE_ID_AFTER_CUT) != 0) append_text(&c->id, &c->cut);
    append_decoded(&c->id, window + record->id_begin, window + record->id_end);
    c->has_id = 1;
  }
  if ((flags & SSE_DISPATCH) != 0) dispatch(c, (flags & SSE_FIRE) != 0);
}

/* The three pairs of places. */
static inline const uint32_t *places_of(const sse_record *record) { return (const uint32_t *)record + 1; }

static inline const char *judge_range(const sse_batch *batch, const uint32_t *range, uint32_t window_length) {
  if (range[0] > range[1]) return "a range ends before it begins";
  if (range[1] > window_length) return "a range lies outside of the window";
  if (range[0] < range[1] && (range[0] < batch->begin || range[1] > batch->end))
    return "a range lies outside of the batch";
  return NULL;
}

/* What a batch must be like whatever the stream. That no piece is cut within a character shows in the transcript. */
static inline void judge_batch(client *c, uint32_t window_length) {
  const sse_batch *const batch = &c->batch;
  if (batch->count > SSE_BATCH_RECORDS) {
    c->problem = "too many records";
    return;
  }
  for (uint32_t i = 0; i < batch->count; ++i) {
    for (uint32_t range = 0; range < 6; range += 2) {
      const char *const problem = judge_range(batch, places_of(&batch->records[i]) + range, window_length);
      if (problem != NULL) c->problem = problem;
    }
  }
}

/* Compares sse_to_utf16 with counting each place from the begin. Well-formed bytes must have stayed so. */
static inline void judge_utf16(client *c, const uint8_t *window, int is_sound) {
  static sse_batch turned;
  if (c->batch.begin > c->batch.end) return;
  const uint8_t *const begin = window + c->batch.begin;
  if (!is_well_formed(begin, window + c->batch.end)) {
    if (is_sound) c->problem = "well-formed bytes were spoilt";
    return;
  }
  turned = c->batch;
  sse_to_utf16(&turned, window + SSE_HEADROOM);
  for (uint32_t i = 0; i < turned.count; ++i) {
    for (uint32_t word = 0; word < 6; word += 2) {
      const uint32_t *const bytes = places_of(&c->batch.records[i]) + word;
      const uint32_t *const units = places_of(&turned.records[i]) + word;
      if (bytes[0] == bytes[1]) {
        if (units[0] != units[1]) c->problem = "sse_to_utf16 filled an empty range";
      } else if (units[0] != count_units(begin, window + bytes[0]) ||
                 units[1] != count_units(begin, window + bytes[1])) {
        c->problem = "sse_to_utf16 miscounted";
      }
    }
  }
}

/* Writes the UTF-8 of the character at `units`; returns how many units it has. */
static inline uint32_t encode(const uint16_t *units, uint8_t *to, uint32_t *length) {
  const int is_pair = units[0] >= 0xD800 && units[0] < 0xDC00;
  const uint32_t code = is_pair ? 0x10000u + ((units[0] & 0x3FFu) << 10 | (units[1] & 0x3FFu)) : units[0];
  *length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (uint32_t i = *length - 1; i > 0; --i) to[i] = (uint8_t)(0x80 | (code >> (6 * (*length - 1 - i)) & 0x3F));
  const uint32_t marks[] = {0, 0xC0, 0xE0, 0xF0};
  to[0] = (uint8_t)(marks[*length - 1] | code >> (6 * (*length - 1)));
  return is_pair ? 2 : 1;
}

/* What sse_decode made of well-formed bytes must encode to them again; of others, it must keep within its room. */
static inline void judge_decode(client *c, const uint8_t *window, uint32_t window_length) {
  static sse_batch turned;
  uint16_t *const text = malloc(window_length * sizeof *text);
  if (text == NULL) stop("sse_decode", "out of memory");
  turned = c->batch;
  const uint32_t filled = sse_decode(&turned, window + SSE_HEADROOM, text);
  if (filled > window_length) c->problem = "sse_decode filled more than the bytes allow";
  for (uint32_t i = 0; i < turned.count; ++i) {
    for (uint32_t word = 0; word < 6; word += 2) {
      const uint32_t *const bytes = places_of(&c->batch.records[i]) + word;
      const uint32_t *const units = places_of(&turned.records[i]) + word;
      if (units[0] > units[1] || units[1] > filled) c->problem = "sse_decode gives a place outside of its text";
      if (c->problem != NULL || !is_well_formed(window + bytes[0], window + bytes[1])) continue;
      uint32_t at = bytes[0];
      for (uint32_t unit = units[0]; unit < units[1];) {
        uint8_t again[4];
        uint32_t length;
        unit += encode(text + unit, again, &length);
        if (at + length > bytes[1] || memcmp(window + at, again, length) != 0) c->problem = "sse_decode mistook a byte";
        at += length;
      }
      if (at != bytes[1]) c->problem = "sse_decode lost bytes";
    }
  }
  free(text);
}

/* Whether a caller may decode what it has instead of the window, as the flags say. `bytes` is what was given. */
static inline void judge_flags(client *c, const uint8_t *window, const uint8_t *bytes, uint32_t consumed) {
  const uint32_t begin = c->batch.begin;
  const uint32_t end = c->batch.end;
  for (uint32_t i = 0; i < consumed && (c->batch.flags & SSE_NON_ASCII) == 0; ++i) {
    if (bytes[i] > 0x7F) c->problem = "SSE_NON_ASCII is missing";
  }
  if ((c->batch.flags & SSE_REWRITTEN) != 0 || begin > end) return;
  if (begin < SSE_HEADROOM || memcmp(window + begin, bytes + (begin - SSE_HEADROOM), end - begin) != 0) {
    c->problem = "SSE_REWRITTEN is missing";
  }
}

static inline void deliver_batch(client *c, const uint8_t *window) {
  for (uint32_t i = 0; i < c->batch.count; ++i) {
    const sse_record *const record = &c->batch.records[i];
    if ((record->flags & (SSE_FIRE | SSE_ID | SSE_CONTINUED)) == 0 && (record->flags & SSE_DISPATCH) != 0) {
      c->problem = "a record says nothing";
    }
    deliver(c, window, record);
  }
}

/* One call of sse_receive. The buffer has exactly the size that the core may touch, and junk where it may write. */
static inline uint32_t receive(client *c, const uint8_t *bytes, uint32_t length) {
  const int is_sound = c->connection.parser.carry_length == 0 && is_well_formed(bytes, bytes + length);
  uint8_t *const window = malloc(SSE_HEADROOM + (size_t)length);
  if (window == NULL) stop("receive", "out of memory");
  memset(window, 0xEE, SSE_HEADROOM);
  memcpy(window + SSE_HEADROOM, bytes, length);
  const uint32_t consumed = sse_receive(&c->connection, &policy, window + SSE_HEADROOM, length, &c->batch);
  if (consumed > length) stop("sse_receive", "more was consumed than given");
  judge_batch(c, SSE_HEADROOM + length);
  if (c->problem == NULL && c->batch.count > 0) {
    judge_flags(c, window, bytes, consumed);
    judge_utf16(c, window, is_sound);
    judge_decode(c, window, SSE_HEADROOM + length);
    deliver_batch(c, window);
  }
  free(window);
  return consumed;
}

static inline void feed(client *c, const uint8_t *bytes, uint32_t length) {
  for (uint32_t at = 0; at < length;) {
    const uint32_t consumed = receive(c, bytes + at, length - at);
    if (consumed == 0) return;
    at += consumed;
  }
}

/* How to cut a stream: slices of `step` bytes, the first of `first` bytes. */
typedef struct split {
  uint32_t first;
  uint32_t step;
} split;

static inline void feed_split(client *c, const text *stream, split how) {
  const uint8_t *const bytes = (const uint8_t *)stream->bytes;
  uint32_t size = how.first;
  for (uint32_t at = 0; at < stream->length; at += size, size = how.step) {
    if (size > stream->length - at) size = stream->length - at;
    feed(c, bytes + at, size);
  }
}

/* What the core knows of the last event ID must fit the string, which only its caller has. */
static inline int is_id_known(const client *c) {
  const sse_id known = sse_get_last_event_id(&c->connection);
  if (c->last_event_id.length == 0) return known == SSE_ID_NONE || known == SSE_ID_EMPTY;
  for (uint32_t i = 0; i < c->last_event_id.length; ++i) {
    const uint8_t byte = (uint8_t)c->last_event_id.bytes[i];
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F) return known == SSE_ID_UNSENDABLE;
  }
  return known == SSE_ID_SENDABLE;
}

#endif
