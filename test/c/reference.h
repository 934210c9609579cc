/*
 * A plain reading of the standard, to judge the core by: the whole stream at once, line by line, buffer by buffer
 * (#event-stream-interpretation). Slow and obvious. That lines are split before they are decoded changes nothing: LF,
 * CR, colon and space are never part of a longer character, well-formed or not.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "client.h"

typedef struct reference {
  uint32_t limit;  /* UINT32_MAX for none */
  uint32_t report; /* of sse_parser_flag */
  text transcript; /* as a client writes it */
  text last_event_id;
  text id, type, data; /* the buffers; `data` ends in LF if it is not empty */
  uint32_t reconnection_time;
  uint64_t size;        /* what counts for the limit of the event so far */
  int is_too_large;     /* ... and stops here */
  int may_be_too_large; /* a line that never ends would pass the limit */
} reference;

static inline int is(const uint8_t *begin, const uint8_t *end, const char *name) {
  return (size_t)(end - begin) == strlen(name) && memcmp(begin, name, strlen(name)) == 0;
}

static inline void set(text *t, const uint8_t *begin, const uint8_t *end) {
  clear(t);
  append_decoded(t, begin, end);
}

static inline void release_reference(reference *r) {
  release(&r->transcript);
  release(&r->last_event_id);
  release(&r->id);
  release(&r->type);
  release(&r->data);
}

/* As the limit counts. */
static inline uint64_t size_of(const reference *r, const uint8_t *begin, const uint8_t *end) {
  return (r->report & SSE_LIMIT_IN_UNITS) != 0 ? count_units(begin, end) : (uint64_t)(end - begin);
}

static inline void report_whole_line(reference *r, const char *kind, const uint8_t *begin, const uint8_t *end) {
  text line = {0};
  if (size_of(r, begin, end) > r->limit) {
    /* A limit in units is one for all that is kept. */
    r->is_too_large = (r->report & SSE_LIMIT_IN_UNITS) != 0 && strcmp(kind, "unknown ") != 0;
    return;
  }
  set(&line, begin, end);
  append_string(&r->transcript, kind);
  append_quoted(&r->transcript, &line);
  append_string(&r->transcript, "\n");
  release(&line);
}

/* "If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and
   return." Else the event is fired. */
static inline void end_block(reference *r) {
  clear(&r->last_event_id);
  append_text(&r->last_event_id, &r->id);
  if (r->data.length > 0) {
    r->data.bytes[--r->data.length] = '\0';
    if (r->type.length == 0) append_string(&r->type, "message");
    append_event(&r->transcript, &r->type, &r->data, &r->last_event_id);
  }
  clear(&r->data);
  clear(&r->type);
  r->size = 0;
}

static inline void read_reconnection_time(reference *r, const uint8_t *line, const uint8_t *value, const uint8_t *end) {
  uint64_t time = 0;
  int is_valid = value < end;
  for (const uint8_t *at = value; at < end; ++at) {
    if (*at < '0' || *at > '9') {
      is_valid = 0;
      break;
    }
    time = time * 10 + (uint64_t)(*at - '0');
    if (time > SSE_MAX_DELAY) time = SSE_MAX_DELAY;
  }
  if (is_valid) r->reconnection_time = (uint32_t)time;
  if ((r->report & SSE_REPORT_RETRY) != 0) report_whole_line(r, is_valid ? "retry " : "bad retry ", line, end);
}

/* A line that has ended; `end` is before its line end. */
static inline void interpret_line(reference *r, const uint8_t *line, const uint8_t *end) {
  const uint8_t *const colon = line < end ? memchr(line, ':', (size_t)(end - line)) : NULL;
  const uint8_t *const name_end = colon != NULL ? colon : end;
  const uint8_t *value = colon != NULL ? colon + 1 : end;
  if (value < end && *value == ' ') ++value;
  if (line == end) {
    end_block(r);
  } else if (colon == line) {
    if ((r->report & SSE_REPORT_COMMENTS) != 0) report_whole_line(r, "comment ", line, end);
  } else if (is(line, name_end, "event")) {
    set(&r->type, value, end);
    r->size += size_of(r, value, end);
  } else if (is(line, name_end, "data")) {
    r->size += r->data.length > 0; /* the LF that joins them */
    append_decoded(&r->data, value, end);
    append_string(&r->data, "\n");
    r->size += size_of(r, value, end);
  } else if (is(line, name_end, "id")) {
    if (value == end || memchr(value, '\0', (size_t)(end - value)) == NULL) set(&r->id, value, end);
    r->size += size_of(r, value, end);
  } else if (is(line, name_end, "retry")) {
    read_reconnection_time(r, line, value, end);
  } else if ((r->report & SSE_REPORT_UNKNOWN) != 0) {
    report_whole_line(r, "unknown ", line, end);
  }
  if (r->size > r->limit) r->is_too_large = 1;
}

/* Whether [line, end) would pass the limit if it ended here. */
static inline int would_be_too_large(const reference *r, const uint8_t *line, const uint8_t *end) {
  reference probe = {.limit = r->limit, .report = r->report, .size = r->size};
  if (r->data.length > 0) append_string(&probe.data, "\n");
  if (line < end) interpret_line(&probe, line, end);
  release_reference(&probe);
  return probe.is_too_large;
}

static inline void interpret(reference *r, const uint8_t *stream, uint32_t length, uint32_t limit, uint32_t report) {
  const uint8_t *const end = stream + length;
  *r = (reference){
      .limit = limit != 0 ? limit : UINT32_MAX, .report = report, .reconnection_time = SSE_DEFAULT_RECONNECTION_TIME};
  clear(&r->transcript);
  clear(&r->last_event_id);
  clear(&r->id);
  clear(&r->type);
  clear(&r->data);
  if (length >= 3 && memcmp(stream, "\xEF\xBB\xBF", 3) == 0) stream += 3;
  while (!r->is_too_large) {
    const uint8_t *eol = stream;
    while (eol < end && *eol != '\n' && *eol != '\r') ++eol;
    if (eol == end) break;
    interpret_line(r, stream, eol);
    stream = eol + (*eol == '\r' && eol + 1 < end && eol[1] == '\n' ? 2 : 1);
  }
  r->may_be_too_large = !r->is_too_large && would_be_too_large(r, stream, end);
}

#endif
