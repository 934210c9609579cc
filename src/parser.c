/* The event stream format. Each function below stands beside one paragraph of the standard, in its order. */
#include "sse.h"

#include <stddef.h>
#include <string.h>

#include "scan.h"

/* A cut line shorter than this is carried over whole; in a longer one the field and where its value begins are
   settled ("event: " and "retry: " have seven bytes). */
enum { LONGEST_CARRY = 7 };

/* Records that one line and the end of a slice can emit. */
enum { RECORDS_PER_LINE = 4 };

_Static_assert(LONGEST_CARRY + 1 < SSE_HEADROOM, "a carried line and one LF fit before the slice");
_Static_assert(LONGEST_CARRY <= sizeof(((sse_parser *)0)->carry), "a carried line fits in the parser");
_Static_assert(SSE_BATCH_RECORDS > RECORDS_PER_LINE, "a batch has room for one line");
_Static_assert(sizeof(sse_record) == 32, "a record has eight words");

/* One call of sse_parse. */
typedef struct pass {
  sse_parser *parser;
  sse_batch *batch;
  uint8_t *window;    /* the slice less SSE_HEADROOM: where places count from */
  sse_record *event;  /* what this slice brought of the event so far: the record after the batch's last */
  uint8_t *stale_end; /* where what joined lines of data left behind ends; NULL if none was joined */
  uint32_t limit;
  int counts_units;
} pass;

/* No room for another line, and the record after it. */
static int is_full(const sse_batch *batch) { return batch->count + RECORDS_PER_LINE >= SSE_BATCH_RECORDS; }

static uint32_t place(const pass *p, const uint8_t *at) { return (uint32_t)(at - p->window); }

static void set_range(pass *p, uint32_t *range, const uint8_t *begin, const uint8_t *end) {
  range[0] = place(p, begin);
  range[1] = place(p, end);
  /* In the order in which they lie. */
  if (range[0] < p->batch->begin) p->batch->begin = range[0];
  p->batch->end = range[1];
}

static void begin_record(pass *p) {
  p->event = &p->batch->records[p->batch->count];
  *p->event = (sse_record){0};
}

/* What joined lines left behind could be half a character, which would spoil the text around it. */
static void blank_stale(pass *p, const sse_record *event) {
  if (p->stale_end == NULL) return;
  uint8_t *const stale = p->window + event->data_end;
  memset(stale, ' ', (uint32_t)(p->stale_end - stale));
  p->stale_end = NULL;
}

/* The record is complete. */
static void emit(pass *p, uint32_t flags) {
  blank_stale(p, p->event);
  p->event->flags |= flags;
  ++p->batch->count;
  begin_record(p);
}

/* Hands out what the slice brought of an event that goes on. */
static void flush_event(pass *p) {
  if (p->event->flags == 0) return;
  emit(p, p->parser->continued ? SSE_CONTINUED : 0u);
  p->parser->continued = 1;
}

/* Hands out a piece of an `event` or `id` value, or of a reported line, that the end of the slice cut; or such a
   line's end. */
static void emit_text(pass *p, uint32_t flags, const uint8_t *begin, const uint8_t *end) {
  flush_event(p);
  set_range(p, &p->event->data_begin, begin, end);
  emit(p, flags);
}

/* As the limit counts: in bytes, or in UTF-16 code units, of which none stands for more than three bytes; malformed
   bytes count at least so much. */
static uint32_t size_of(const pass *p, const uint8_t *begin, const uint8_t *end) {
  const uint32_t bytes = (uint32_t)(end - begin);
  if (!SSE_WITH_REPORTS || !p->counts_units) return bytes;
  const uint32_t units = count_utf16(begin, end);
  return units > (bytes + 2) / 3 ? units : (bytes + 2) / 3;
}

/* What the line being read brings; it stays with the event when the line is data, an event type or an id. `joins` is 1
   for the LF before a further line of data. */
static void count_line(pass *p, const uint8_t *begin, const uint8_t *end, uint32_t joins) {
  sse_parser *const parser = p->parser;
  const uint32_t size = joins + size_of(p, begin, end);
  if (parser->size > p->limit || size > p->limit - parser->size || parser->line_size > p->limit - parser->size - size) {
    parser->too_large = 1;
  } else {
    parser->line_size += size;
  }
}

static void keep_line_size(sse_parser *parser) {
  parser->size += parser->line_size;
  parser->line_size = 0;
}

/*
 * #dispatchMessage: "Set the last event ID string of the event source to the value of the last event ID buffer. ...
 * If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and
 * return." Having had a `data` line stands for a data buffer that is not empty.
 */
static void dispatch_event(pass *p) {
  sse_parser *const parser = p->parser;
  if (parser->event_id != SSE_ID_NONE) parser->last_event_id = parser->event_id;
  if (parser->has_data || parser->event_id != SSE_ID_NONE || parser->continued) {
    emit(p, SSE_COMPLETE | (parser->has_data ? SSE_FIRE : 0u) | (parser->continued ? SSE_CONTINUED : 0u));
  } else {
    begin_record(p);
  }
  parser->fired |= parser->has_data;
  parser->event_id = SSE_ID_NONE;
  parser->continued = 0;
  parser->has_data = 0;
  parser->size = 0;
}

/* An id or a type that lies between a line and the data before it would be overwritten by joining them. */
static int can_join(const sse_record *event) {
  return event->type_begin <= event->data_begin && event->id_begin <= event->data_begin;
}

/* Moves a line of data up behind the one before. */
static void join(pass *p, sse_record *event, const uint8_t *begin, uint8_t *end) {
  uint8_t *const lf = p->window + event->data_end;
  const uint32_t length = (uint32_t)(end - begin);
  *lf = '\n';
  move_down(lf + 1, begin, length);
  event->data_end = p->batch->end = place(p, lf + 1 + length);
  p->batch->flags |= SSE_REWRITTEN;
  p->stale_end = end;
}

/* "Append the field value to the data buffer, then append a single U+000A LINE FEED (LF) character to the data
   buffer." The LF goes before every value but the first instead, so that none needs to be taken off at the end. */
static void append_data(pass *p, uint8_t *begin, uint8_t *end) {
  if ((p->event->flags & SSE_DATA) != 0 && !can_join(p->event)) flush_event(p);
  count_line(p, begin, end, p->parser->has_data);
  if ((p->event->flags & SSE_DATA) != 0) {
    join(p, p->event, begin, end);
    return;
  }
  if (p->parser->has_data) {
    *--begin = '\n'; /* over the colon, the space or the name that precedes the value */
    p->batch->flags |= SSE_REWRITTEN;
  }
  p->event->flags |= SSE_DATA;
  set_range(p, &p->event->data_begin, begin, end);
  p->parser->has_data = 1;
}

/* "Set the event type buffer to the field value." */
static void set_type(pass *p, uint32_t after_cut, const uint8_t *begin, const uint8_t *end) {
  count_line(p, begin, end, 0);
  keep_line_size(p->parser);
  p->event->flags = (p->event->flags & ~(uint32_t)SSE_PIECES_BEFORE_TYPE) | SSE_TYPE | after_cut;
  set_range(p, &p->event->type_begin, begin, end);
}

static sse_id_kind classify_id(const uint8_t *begin, const uint8_t *end) {
  sse_id_kind id = begin == end ? SSE_ID_EMPTY : SSE_ID_SENDABLE;
  for (const uint8_t *at = begin; at < end; ++at) {
    if (*at == 0) return SSE_ID_WITH_NULL;
    if ((*at < 0x20 && *at != '\t') || *at == 0x7F) id = SSE_ID_UNSENDABLE;
  }
  return id;
}

static void note_cut_id(pass *p, const uint8_t *begin, const uint8_t *end) {
  const sse_id_kind id = classify_id(begin, end);
  if (id > p->parser->cut_id) p->parser->cut_id = (uint8_t)id;
  count_line(p, begin, end, 0);
}

/* "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value. Otherwise,
   ignore the field." */
static void set_id(pass *p, uint32_t after_cut, const uint8_t *begin, const uint8_t *end) {
  note_cut_id(p, begin, end);
  keep_line_size(p->parser);
  const uint8_t id = p->parser->cut_id;
  p->parser->cut_id = SSE_ID_NONE;
  if (id == SSE_ID_WITH_NULL) return;
  p->parser->event_id = id;
  p->event->flags = (p->event->flags & ~(uint32_t)SSE_PIECES_BEFORE_ID) | SSE_ID | after_cut;
  set_range(p, &p->event->id_begin, begin, end);
}

static void read_retry(sse_parser *parser, const uint8_t *begin, const uint8_t *end) {
  for (const uint8_t *at = begin; at < end; ++at) {
    const uint32_t digit = (uint32_t)*at - '0';
    if (digit > 9) {
      parser->bad_retry = 1;
    } else {
      parser->retry = parser->retry > (SSE_MAX_DELAY - digit) / 10 ? SSE_MAX_DELAY : parser->retry * 10 + digit;
    }
  }
}

/* "If the field value consists of only ASCII digits, then interpret the field value as an integer in base ten, and set
   the event stream's reconnection time to that integer. Otherwise, ignore the field." */
static void set_reconnection_time(sse_parser *parser, int is_empty) {
  if (is_empty) parser->bad_retry = 1;
  if (!parser->bad_retry) sse_set_reconnection_time(parser, parser->retry);
  parser->retry = 0;
}

/* Whether a line to be reported, pieces before this one included, is within the limit. No event is lost with one that
   is not: it is just not reported, unless the caller counts in units, whose limit is one for all that is kept. */
static int is_within_limit(pass *p, sse_field field, const uint8_t *begin, const uint8_t *end) {
  sse_parser *const parser = p->parser;
  const uint32_t size = size_of(p, begin, end);
  const int is_within = size <= p->limit && parser->line_size <= p->limit - size;
  parser->line_size = is_within ? parser->line_size + size : UINT32_MAX; /* the rest of the line neither */
  if (!is_within && (parser->flags & SSE_LIMIT_IN_UNITS) != 0 && field != SSE_FIELD_UNKNOWN) parser->too_large = 1;
  return is_within;
}

/* Hands out the line [begin, end), or what follows its pieces, as it stands. */
static void report_line(pass *p, sse_field field, int after_cut, const uint8_t *begin, const uint8_t *end) {
  const uint32_t kind = field == SSE_FIELD_COMMENT   ? SSE_LINE_COMMENT
                        : field == SSE_FIELD_UNKNOWN ? SSE_LINE_UNKNOWN
                        : p->parser->bad_retry       ? SSE_LINE_BAD_RETRY
                                                     : SSE_LINE_RETRY;
  if (is_within_limit(p, field, begin, end)) {
    emit_text(p, kind | (after_cut ? SSE_CONTINUED : 0u), begin, end);
  }
  p->parser->line_size = 0;
}

static int is_reported(const sse_parser *parser, sse_field field) {
  if (!SSE_WITH_REPORTS) return 0;
  return (field == SSE_FIELD_COMMENT && (parser->flags & SSE_REPORT_COMMENTS) != 0) ||
         (field == SSE_FIELD_UNKNOWN && (parser->flags & SSE_REPORT_UNKNOWN) != 0) ||
         (field == SSE_FIELD_RETRY && (parser->flags & SSE_REPORT_RETRY) != 0);
}

/* #processField: "The steps to process the field given a field name and a field value depend on the field name".
   [begin, end) is the line and `value` where its value begins; or, `after_cut`, both are the rest of the value whose
   first part the slices before brought. */
static void process_field(pass *p, sse_field field, int after_cut, uint8_t *begin, uint8_t *value, uint8_t *end) {
  switch (field) {
    case SSE_FIELD_EVENT:
      set_type(p, after_cut ? SSE_PIECES_BEFORE_TYPE : 0u, value, end);
      break;
    case SSE_FIELD_DATA:
      append_data(p, value, end);
      keep_line_size(p->parser);
      break;
    case SSE_FIELD_ID:
      set_id(p, after_cut ? SSE_PIECES_BEFORE_ID : 0u, value, end);
      break;
    case SSE_FIELD_RETRY:
      read_retry(p->parser, value, end);
      set_reconnection_time(p->parser, value == end && !after_cut);
      break;
    case SSE_FIELD_NONE:
    case SSE_FIELD_COMMENT:
    case SSE_FIELD_UNKNOWN:
      break;
  }
  if (field >= SSE_FIELD_RETRY) {
    if (is_reported(p->parser, field)) report_line(p, field, after_cut, begin, end);
    p->parser->bad_retry = 0;
  }
}

/* The first four bytes as one word: names are compared with a load instead of a call. */
static uint32_t load4(const void *at) {
  uint32_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

static int starts_with(const uint8_t *at, const char four[5]) { return load4(at) == load4(four); }

/* "Collect the characters on the line before the first U+003A COLON character (:), and let field be that string. ...
   If value starts with a U+0020 SPACE character, remove it from value." A line without a colon is all name. */
static sse_field split_field(uint8_t *begin, uint8_t *end, uint8_t **value) {
  const ptrdiff_t length = end - begin;
  sse_field field = length > 0 && *begin == ':' ? SSE_FIELD_COMMENT : SSE_FIELD_UNKNOWN;
  uint8_t *at = end;
  if (length >= 4 && starts_with(begin, "data")) {
    field = SSE_FIELD_DATA;
    at = begin + 4;
  } else if (length >= 5 && starts_with(begin, "even") && begin[4] == 't') {
    field = SSE_FIELD_EVENT;
    at = begin + 5;
  } else if (length >= 2 && begin[0] == 'i' && begin[1] == 'd') {
    field = SSE_FIELD_ID;
    at = begin + 2;
  } else if (length >= 5 && starts_with(begin, "retr") && begin[4] == 'y') {
    field = SSE_FIELD_RETRY;
    at = begin + 5;
  }
  if (at < end) {
    if (*at != ':') field = SSE_FIELD_UNKNOWN;
    ++at;
    if (at < end && *at == ' ') ++at;
  }
  *value = field == SSE_FIELD_COMMENT || field == SSE_FIELD_UNKNOWN ? begin : at;
  return field;
}

/* "Strip a leading U+FEFF BYTE ORDER MARK, if any": `end` is the end of the stream's first line, or the slice's. */
static uint8_t *skip_bom(sse_parser *parser, uint8_t *begin, const uint8_t *end, int is_cut) {
  if (parser->past_bom || (is_cut && end - begin < 3)) return begin;
  parser->past_bom = 1;
  return end - begin >= 3 && begin[0] == 0xEF && begin[1] == 0xBB && begin[2] == 0xBF ? begin + 3 : begin;
}

/* How many of the last bytes of [begin, end) may begin a character whose rest is still to come (0 to 3): those from
   the last byte on that begins one. A character that is whole, or malformed, is none the worse for waiting. */
static uint32_t cut_character(const uint8_t *begin, const uint8_t *end) {
  for (uint32_t back = 1; back <= 3 && back <= (uint32_t)(end - begin); ++back) {
    if (end[-(int32_t)back] >= 0xC0) return back;
  }
  return 0;
}

static void carry_over(sse_parser *parser, const uint8_t *begin, const uint8_t *end) {
  parser->carry_length = (uint8_t)(end - begin);
  memcpy(parser->carry, begin, parser->carry_length);
}

/* A further part, not the last, of a `data` value; what is before it has been emitted. */
static void append_cut_data(pass *p, const uint8_t *begin, const uint8_t *end) {
  count_line(p, begin, end, 0);
  p->event->flags = SSE_DATA;
  set_range(p, &p->event->data_begin, begin, end);
}

/* The end of the slice cut the line [begin, end). */
static void cut_line(pass *p, uint8_t *begin, uint8_t *end) {
  sse_parser *const parser = p->parser;
  const int is_first = parser->field == SSE_FIELD_NONE;
  uint8_t *value = begin;
  if (is_first) {
    begin = skip_bom(parser, begin, end, 1);
    if (end - begin <= LONGEST_CARRY) {
      carry_over(parser, begin, end);
      return;
    }
    parser->field = (uint8_t)split_field(begin, end, &value);
  }
  const sse_field field = (sse_field)parser->field;
  uint8_t *const cut_end = end - cut_character(value, end);
  const uint32_t piece = is_first ? SSE_PIECE : SSE_PIECE | SSE_CONTINUED;
  switch (field) {
    case SSE_FIELD_DATA:
      if (is_first) {
        append_data(p, value, cut_end);
      } else {
        append_cut_data(p, value, cut_end);
      }
      break;
    case SSE_FIELD_EVENT:
      count_line(p, value, cut_end, 0);
      emit_text(p, piece, value, cut_end);
      break;
    case SSE_FIELD_ID:
      note_cut_id(p, value, cut_end);
      emit_text(p, piece, value, cut_end);
      break;
    case SSE_FIELD_RETRY:
      read_retry(parser, value, cut_end);
      break;
    case SSE_FIELD_NONE:
    case SSE_FIELD_COMMENT:
    case SSE_FIELD_UNKNOWN:
      break;
  }
  if (is_reported(parser, field) && is_within_limit(p, field, begin, cut_end)) emit_text(p, piece, begin, cut_end);
  carry_over(parser, cut_end, end);
}

/* The rest of a line that an earlier slice began. */
static void finish_line(pass *p, uint8_t *begin, uint8_t *end) {
  const sse_field field = (sse_field)p->parser->field;
  p->parser->field = SSE_FIELD_NONE;
  if (field == SSE_FIELD_DATA) {
    append_cut_data(p, begin, end);
    keep_line_size(p->parser);
  } else {
    process_field(p, field, 1, begin, begin, end);
  }
}

/* #event-stream-interpretation: "Lines must be processed, in the order they are received, as follows". */
static void process_line(pass *p, uint8_t *begin, uint8_t *end) {
  if (p->parser->field != SSE_FIELD_NONE) {
    finish_line(p, begin, end);
    return;
  }
  begin = skip_bom(p->parser, begin, end, 0);
  if (begin == end) {
    dispatch_event(p);
    return;
  }
  uint8_t *value;
  const sse_field field = split_field(begin, end, &value);
  process_field(p, field, 0, begin, value, end);
}

/* Over the end of a line, of which both bytes are in the slice. */
static uint8_t *skip_eol(uint8_t *eol) { return eol + (*eol == '\r' && eol[1] == '\n' ? 2 : 1); }

/* At the start of a line, with nothing of its event in slices before. */
static int can_take_plain_lines(const pass *p) {
  const sse_parser *const parser = p->parser;
  return SSE_WITH_PLAIN_LINES && parser->field == SSE_FIELD_NONE && parser->past_bom && !parser->continued &&
         p->event->flags < SSE_CONTINUED && parser->size <= p->limit && !p->counts_units;
}

/*
 * The commonest lines, as process_line takes them, in one go: from `line` on, at most to the first that is something
 * else, that the end of the slice may cut, or that the limit forbids; `eol` is the end of that line, if it is known.
 */
static uint8_t *take_plain_lines(pass *p, uint8_t *line, const uint8_t *end, uint8_t **eol, uint32_t *seen) {
  sse_parser *const parser = p->parser;
  sse_batch *const batch = p->batch;
  sse_record *event = p->event;
  uint32_t flags = event->flags;
  uint32_t size = parser->size;
  uint32_t bits = *seen;
  uint8_t id = parser->event_id;
  uint32_t all_flags = 0;
  while (end - line >= 8 || (line < end && *line == '\n')) {
    if (is_eol(*line)) {
      if ((flags & (SSE_DATA | SSE_ID)) != 0) {
        if (id != SSE_ID_NONE) parser->last_event_id = id;
        blank_stale(p, event);
        event->flags = flags | SSE_COMPLETE | ((flags & SSE_DATA) != 0 ? SSE_FIRE : 0u);
        all_flags |= flags;
        ++batch->count;
        ++event;
      }
      *event = (sse_record){0};
      flags = 0;
      size = 0;
      id = SSE_ID_NONE;
      line = skip_eol(line);
      if (is_full(batch)) break;
      continue;
    }
    uint8_t *value;
    uint32_t field;
    if (starts_with(line, "data") && line[4] == ':' && ((flags & SSE_DATA) == 0 || can_join(event))) {
      field = SSE_DATA;
      value = line + 5;
    } else if (starts_with(line, "even") && line[4] == 't' && line[5] == ':') {
      field = SSE_TYPE;
      value = line + 6;
    } else if (line[0] == 'i' && line[1] == 'd' && line[2] == ':') {
      field = SSE_ID;
      value = line + 3;
    } else {
      break;
    }
    uint8_t *const value_end = find_eol(value, end, &bits);
    if (*value == ' ') ++value;
    const uint32_t joins = (field & flags & SSE_DATA) != 0; /* 1 for the LF before a further line of data */
    const uint32_t length = (uint32_t)(value_end - value) + joins;
    const sse_id_kind kind = field == SSE_ID ? classify_id(value, value_end) : SSE_ID_NONE;
    if (end - value_end < 2 || length > p->limit - size || kind == SSE_ID_WITH_NULL) {
      *eol = value_end;
      break;
    }
    if (field == SSE_ID) {
      id = (uint8_t)kind;
      set_range(p, &event->id_begin, value, value_end);
    } else if (field == SSE_TYPE) {
      set_range(p, &event->type_begin, value, value_end);
    } else if (joins == 0) {
      set_range(p, &event->data_begin, value, value_end);
    } else {
      join(p, event, value, value_end);
    }
    flags |= field;
    size += length;
    line = skip_eol(value_end);
  }
  event->flags = flags;
  p->event = event;
  parser->event_id = id;
  parser->size = size;
  parser->has_data = (flags & SSE_DATA) != 0;
  if ((all_flags & SSE_DATA) != 0) parser->fired = 1;
  *seen = bits;
  return line;
}

/* Puts what the slice before left over in front of this one, and takes the LF of a CRLF that was cut. */
static uint8_t *resume(sse_parser *parser, uint8_t *bytes) {
  if (parser->swallow_lf) {
    parser->swallow_lf = 0;
    return *bytes == '\n' ? bytes + 1 : bytes;
  }
  uint8_t *const at = bytes - parser->carry_length;
  memcpy(at, parser->carry, parser->carry_length);
  parser->carry_length = 0;
  return at;
}

uint32_t sse_parse(sse_parser *parser, uint32_t limit, uint8_t *bytes, uint32_t length, sse_batch *batch) {
  pass p = {.parser = parser,
            .batch = batch,
            .window = bytes - SSE_HEADROOM,
            .limit = limit != 0 ? limit : SSE_DEFAULT_LIMIT,
            .counts_units = (parser->flags & SSE_LIMIT_IN_UNITS) != 0 && limit != UINT32_MAX};
  uint8_t *const end = bytes + length;
  uint32_t seen = 0;
  batch->count = 0;
  batch->flags = 0;
  batch->begin = UINT32_MAX;
  batch->end = 0;
  begin_record(&p);
  if (length == 0 || parser->too_large) return 0;

  uint8_t *at = resume(parser, bytes);
  while (at < end && !is_full(batch)) {
    uint8_t *eol = NULL;
    if (can_take_plain_lines(&p)) at = take_plain_lines(&p, at, end, &eol, &seen);
    if (at == end || is_full(batch)) break;
    uint8_t *const line = at;
    if (eol == NULL) eol = find_eol(line, end, &seen);
    if (eol == end) {
      cut_line(&p, line, end);
      at = end;
    } else {
      process_line(&p, line, eol);
      at = eol + 1;
      if (*eol == '\r') {
        if (at == end) {
          parser->swallow_lf = 1; /* the line ends here, whatever comes */
        } else if (*at == '\n') {
          ++at;
        }
      }
    }
    if (parser->too_large) {
      at = line > bytes ? line : bytes;
      break;
    }
  }
  if (parser->too_large) {
    blank_stale(&p, p.event);
  } else {
    flush_event(&p);
  }
  if (seen > 0x7F) batch->flags |= SSE_NON_ASCII;
  if (batch->begin < SSE_HEADROOM) batch->flags |= SSE_REWRITTEN;
  return (uint32_t)(at - bytes);
}

/* The begin and the end of each of its three ranges. */
static uint32_t *places_of(sse_record *record) { return (uint32_t *)record + 1; }

void sse_to_utf16(sse_batch *batch, const uint8_t *bytes) {
  const uint8_t *const window = bytes - SSE_HEADROOM;
  uint32_t byte = batch->begin;
  uint32_t units = 0;
  for (uint32_t i = 0; i < batch->count; ++i) {
    uint32_t *const places = places_of(&batch->records[i]);
    /* Its ranges that are not empty, in the order in which they lie: each is counted from the one before. */
    uint32_t *ranges[3] = {NULL, NULL, NULL};
    int count = 0;
    for (int range = 0; range < 6; range += 2) {
      if (places[range] == places[range + 1]) continue;
      int at = count++;
      for (; at > 0 && *ranges[at - 1] > places[range]; --at) ranges[at] = ranges[at - 1];
      ranges[at] = places + range;
    }
    for (int at = 0; at < count; ++at) {
      for (int end = 0; end < 2; ++end) {
        uint32_t *const word = ranges[at] + end;
        units += count_utf16(window + byte, window + *word);
        byte = *word;
        *word = units;
      }
    }
  }
}

uint32_t sse_decode(sse_batch *batch, const uint8_t *bytes, uint16_t *text) {
  const uint8_t *const window = bytes - SSE_HEADROOM;
  uint16_t *to = text;
  for (uint32_t i = 0; i < batch->count; ++i) {
    uint32_t *const places = places_of(&batch->records[i]);
    for (int range = 0; range < 6; range += 2) {
      const uint8_t *const begin = window + places[range];
      const uint8_t *const end = window + places[range + 1];
      places[range] = (uint32_t)(to - text);
      to = decode_utf8(begin, end, to);
      places[range + 1] = (uint32_t)(to - text);
    }
  }
  return (uint32_t)(to - text);
}

int sse_is_within_line(const sse_parser *parser) { return parser->field != SSE_FIELD_NONE || parser->carry_length > 0; }

void sse_parser_reset(sse_parser *parser) {
  *parser = (sse_parser){.flags = parser->flags,
                         .reconnection_time = parser->reconnection_time,
                         .has_reconnection_time = parser->has_reconnection_time,
                         .last_event_id = parser->last_event_id};
}

void sse_set_last_event_id(sse_parser *parser, const uint8_t *id, uint32_t length) {
  parser->last_event_id = (uint8_t)classify_id(id, id + length);
}

void sse_set_reconnection_time(sse_parser *parser, uint32_t milliseconds) {
  parser->reconnection_time = milliseconds < SSE_MAX_DELAY ? milliseconds : SSE_MAX_DELAY;
  parser->has_reconnection_time = 1;
}
