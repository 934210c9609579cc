/* The event stream format: from bytes to records. The standard's paragraphs have a function each, in its order. */
#include "sse.h"

#include <stddef.h>
#include <string.h>

#include "scan.h"

/* When the end of a slice cuts a line of at most so many bytes, the line is carried over to the next slice whole. A
   longer line shows which field it is and where its value begins: "event: " and "retry: " have seven bytes. */
enum { LONGEST_CARRY = 7 };

/* One line and the end of the slice emit fewer records than this. */
enum { RECORDS_PER_LINE = 4 };

_Static_assert(LONGEST_CARRY + 1 < SSE_HEADROOM, "a carried line and one LF fit before the slice");
_Static_assert(LONGEST_CARRY <= sizeof(((sse_parser *)0)->carry), "a carried line fits in the parser");
_Static_assert(SSE_BATCH_RECORDS > RECORDS_PER_LINE, "a batch has room for one line");
_Static_assert(sizeof(sse_record) == 32, "a record has eight words");

/* line_bit */
_Static_assert(SSE_FIELD_UNKNOWN == SSE_FIELD_COMMENT + 1 && SSE_FIELD_RETRY == SSE_FIELD_COMMENT + 2, "the fields");
_Static_assert(SSE_REPORT_COMMENTS == 1 && SSE_REPORT_UNKNOWN == 2 && SSE_REPORT_RETRY == 4, "stand in the same order");
_Static_assert(SSE_LINE_UNKNOWN == 2 * SSE_LINE_COMMENT && SSE_LINE_RETRY == 4 * SSE_LINE_COMMENT, "as the flags");

/* What one call of sse_parse works with. */
typedef struct context {
  sse_parser *parser;
  sse_batch *batch;
  uint8_t *window;    /* starts SSE_HEADROOM bytes before the slice; offsets count from here */
  sse_record *event;  /* what this slice has brought of the event so far; it stands behind the batch's last record */
  uint8_t *stale_end; /* the end of the bytes that joined lines of data have left behind; NULL if there are none */
  uint32_t limit;
  int counts_units; /* the limit counts UTF-16 code units, not bytes */
} context;

/* There is no room for the records of another line, and for the one behind them. */
static int is_full(const sse_batch *batch) { return batch->count + RECORDS_PER_LINE >= SSE_BATCH_RECORDS; }

static uint32_t offset_of(const context *c, const uint8_t *at) { return (uint32_t)(at - c->window); }

static void set_range(context *c, uint32_t *range, const uint8_t *begin, const uint8_t *end) {
  range[0] = offset_of(c, begin);
  range[1] = offset_of(c, end);
  /* Ranges are set in the order in which they lie in the slice. */
  if (range[0] < c->batch->begin) c->batch->begin = range[0];
  c->batch->end = range[1];
}

static void begin_record(context *c) {
  c->event = &c->batch->records[c->batch->count];
  *c->event = (sse_record){0};
}

/* The bytes that joined lines have left behind may be a part of a character, and would spoil the text around them when
   the batch is decoded as a whole. */
static void blank_stale(context *c, const sse_record *event) {
  if (c->stale_end == NULL) return;
  uint8_t *const stale = c->window + event->data_end;
  memset(stale, ' ', (uint32_t)(c->stale_end - stale));
  c->stale_end = NULL;
}

/* Puts the record of the event into the batch and begins another. */
static void emit(context *c, uint32_t flags) {
  blank_stale(c, c->event);
  c->event->flags |= flags;
  ++c->batch->count;
  begin_record(c);
}

/* Emits what the slice has brought so far of an event that goes on. */
static void flush_event(context *c) {
  if (c->event->flags == 0) return;
  emit(c, c->parser->continued ? SSE_CONTINUED : 0u);
  c->parser->continued = 1;
}

/* Emits a record that is no event: a piece of a value, or a reported line. */
static void emit_text(context *c, uint32_t flags, const uint8_t *begin, const uint8_t *end) {
  flush_event(c);
  set_range(c, &c->event->data_begin, begin, end);
  emit(c, flags);
}

/* The size of some bytes as the limit counts it: in bytes or in UTF-16 code units. A unit never stands for more than
   three bytes, so malformed bytes count as at least a third as many units. */
static uint32_t measure(const context *c, const uint8_t *begin, const uint8_t *end) {
  const uint32_t bytes = (uint32_t)(end - begin);
  if (!SSE_WITH_REPORTS || !c->counts_units) return bytes;
  const uint32_t units = count_utf16(begin, end);
  return units > (bytes + 2) / 3 ? units : (bytes + 2) / 3;
}

/* Counts bytes of the line that is being read. `joins` is 1 for the LF before a further line of data, else 0. */
static void count_line(context *c, const uint8_t *begin, const uint8_t *end, uint32_t joins) {
  sse_parser *const parser = c->parser;
  const uint32_t size = joins + measure(c, begin, end);
  if (parser->size > c->limit || size > c->limit - parser->size || parser->line_size > c->limit - parser->size - size) {
    parser->too_large = 1;
  } else {
    parser->line_size += size;
  }
}

/* The line belongs to the event: so does its size. */
static void keep_line_size(sse_parser *parser) {
  parser->size += parser->line_size;
  parser->line_size = 0;
}

/*
 * #dispatchMessage: "Set the last event ID string of the event source to the value of the last event ID buffer. ...
 * If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and
 * return." The data buffer is not empty exactly when the event has had a `data` line.
 */
static void dispatch_event(context *c) {
  sse_parser *const parser = c->parser;
  if (parser->event_id != SSE_ID_NONE) parser->last_event_id = parser->event_id;
  if (parser->has_data || parser->event_id != SSE_ID_NONE || parser->continued) {
    emit(c, SSE_COMPLETE | (parser->has_data ? SSE_FIRE : 0u) | (parser->continued ? SSE_CONTINUED : 0u));
  } else {
    begin_record(c);
  }
  parser->fired |= parser->has_data;
  parser->event_id = SSE_ID_NONE;
  parser->continued = 0;
  parser->has_data = 0;
  parser->size = 0;
}

/* A line of data can move up to the data before it unless a type or an id lies between them. */
static int can_join(const sse_record *event) {
  return event->type_begin <= event->data_begin && event->id_begin <= event->data_begin;
}

/* Moves a line of data up to the one before it, with an LF between them. */
static void join(context *c, sse_record *event, const uint8_t *begin, uint8_t *end) {
  uint8_t *const lf = c->window + event->data_end;
  const uint32_t length = (uint32_t)(end - begin);
  *lf = '\n';
  move_down(lf + 1, begin, length);
  event->data_end = c->batch->end = offset_of(c, lf + 1 + length);
  c->batch->flags |= SSE_REWRITTEN;
  c->stale_end = end;
}

/* "Append the field value to the data buffer, then append a single U+000A LINE FEED (LF) character to the data
   buffer." Here the LF goes before every value but the first, so that no last LF has to be removed when the event is
   dispatched. */
static void append_data(context *c, uint8_t *begin, uint8_t *end) {
  if ((c->event->flags & SSE_DATA) != 0 && !can_join(c->event)) flush_event(c);
  count_line(c, begin, end, c->parser->has_data);
  if ((c->event->flags & SSE_DATA) != 0) {
    join(c, c->event, begin, end);
    return;
  }
  if (c->parser->has_data) {
    *--begin = '\n'; /* over the byte before the value: a colon, a space or a letter of the name */
    c->batch->flags |= SSE_REWRITTEN;
  }
  c->event->flags |= SSE_DATA;
  set_range(c, &c->event->data_begin, begin, end);
  c->parser->has_data = 1;
}

/* "Set the event type buffer to the field value." */
static void set_type(context *c, uint32_t pieces_before, const uint8_t *begin, const uint8_t *end) {
  count_line(c, begin, end, 0);
  keep_line_size(c->parser);
  c->event->flags = (c->event->flags & ~(uint32_t)SSE_PIECES_BEFORE_TYPE) | SSE_TYPE | pieces_before;
  set_range(c, &c->event->type_begin, begin, end);
}

static sse_id_kind classify_id(const uint8_t *begin, const uint8_t *end) {
  sse_id_kind id = begin == end ? SSE_ID_EMPTY : SSE_ID_SENDABLE;
  for (const uint8_t *at = begin; at < end; ++at) {
    if (*at == 0) return SSE_ID_WITH_NULL;
    if ((*at < 0x20 && *at != '\t') || *at == 0x7F) id = SSE_ID_UNSENDABLE;
  }
  return id;
}

/* Reads an id value, or a piece of one. */
static void read_id(sse_parser *parser, const uint8_t *begin, const uint8_t *end) {
  const sse_id_kind kind = classify_id(begin, end);
  if (kind > parser->cut_id) parser->cut_id = (uint8_t)kind;
}

/* "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value. Otherwise,
   ignore the field." */
static void set_id(context *c, uint32_t pieces_before, const uint8_t *begin, const uint8_t *end) {
  read_id(c->parser, begin, end);
  count_line(c, begin, end, 0);
  keep_line_size(c->parser);
  const uint8_t kind = c->parser->cut_id;
  c->parser->cut_id = SSE_ID_NONE;
  if (kind == SSE_ID_WITH_NULL) return;
  c->parser->event_id = kind;
  c->event->flags = (c->event->flags & ~(uint32_t)SSE_PIECES_BEFORE_ID) | SSE_ID | pieces_before;
  set_range(c, &c->event->id_begin, begin, end);
}

/* In place of a number: the `retry` value is not one. */
#define NOT_A_NUMBER UINT32_MAX

/* Reads a `retry` value, or a piece of one. */
static void read_retry(sse_parser *parser, const uint8_t *begin, const uint8_t *end) {
  for (const uint8_t *at = begin; at < end && parser->retry != NOT_A_NUMBER; ++at) {
    const uint32_t digit = (uint32_t)*at - '0';
    if (digit > 9) {
      parser->retry = NOT_A_NUMBER;
    } else {
      parser->retry = parser->retry > (SSE_MAX_DELAY - digit) / 10 ? SSE_MAX_DELAY : parser->retry * 10 + digit;
    }
  }
}

/* "If the field value consists of only ASCII digits, then interpret the field value as an integer in base ten, and set
   the event stream's reconnection time to that integer. Otherwise, ignore the field." */
static void set_reconnection_time(sse_parser *parser, int is_empty) {
  if (is_empty) parser->retry = NOT_A_NUMBER;
  if (parser->retry != NOT_A_NUMBER) sse_set_reconnection_time(parser, parser->retry);
}

/* #processField: "The steps to process the field given a field name and a field value depend on the field name".
   With `is_rest` [value, end) is the rest of a value whose first part came with earlier slices. */
static void process_field(context *c, sse_field field, int is_rest, uint8_t *value, uint8_t *end) {
  switch (field) {
    case SSE_FIELD_EVENT:
      set_type(c, is_rest ? SSE_PIECES_BEFORE_TYPE : 0u, value, end);
      break;
    case SSE_FIELD_DATA:
      append_data(c, value, end);
      keep_line_size(c->parser);
      break;
    case SSE_FIELD_ID:
      set_id(c, is_rest ? SSE_PIECES_BEFORE_ID : 0u, value, end);
      break;
    case SSE_FIELD_RETRY:
      read_retry(c->parser, value, end);
      set_reconnection_time(c->parser, value == end && !is_rest);
      break;
    case SSE_FIELD_NONE:
    case SSE_FIELD_COMMENT:
    case SSE_FIELD_UNKNOWN:
      break;
  }
}

/* The kinds of lines that may be reported have a bit each; all others have none. */
static uint32_t line_bit(sse_field field) { return field < SSE_FIELD_COMMENT ? 0u : 1u << (field - SSE_FIELD_COMMENT); }

static int is_reported(const sse_parser *parser, sse_field field) {
  return SSE_WITH_REPORTS && (parser->flags & line_bit(field)) != 0;
}

/* The line_size of a reported line that is over the limit. */
#define OVER_LIMIT UINT32_MAX

/* Counts bytes of a reported line. One that is over the limit is not reported, and no event is lost with it; but where
   the limit counts code units, it is one for comments and `retry` lines as well. */
static void count_reported(context *c, sse_field field, const uint8_t *begin, const uint8_t *end) {
  sse_parser *const parser = c->parser;
  const uint32_t size = measure(c, begin, end);
  if (size <= c->limit && parser->line_size <= c->limit - size) {
    parser->line_size += size;
    return;
  }
  parser->line_size = OVER_LIMIT;
  if ((parser->flags & SSE_LIMIT_IN_UNITS) != 0 && field != SSE_FIELD_UNKNOWN) parser->too_large = 1;
}

/* Emits a reported line, or a piece of one. */
static void report(context *c, sse_field field, uint32_t flags, const uint8_t *begin, const uint8_t *end) {
  count_reported(c, field, begin, end);
  if (c->parser->line_size != OVER_LIMIT) emit_text(c, flags, begin, end);
}

static uint32_t line_flag(const sse_parser *parser, sse_field field) {
  if (parser->retry == NOT_A_NUMBER) return SSE_LINE_BAD_RETRY;
  return SSE_LINE_COMMENT * line_bit(field);
}

/* Takes the line [begin, end), whose value starts at `value`; or, with `is_rest`, what followed the pieces of a line
   that earlier slices began. */
static void take_line(context *c, sse_field field, int is_rest, uint8_t *begin, uint8_t *value, uint8_t *end) {
  sse_parser *const parser = c->parser;
  process_field(c, field, is_rest, value, end);
  if (is_reported(parser, field)) {
    report(c, field, line_flag(parser, field) | (is_rest ? SSE_CONTINUED : 0u), begin, end);
    parser->line_size = 0;
  }
  parser->retry = 0;
}

/* Four bytes as one word: to compare names by a load is faster than by a call. */
static uint32_t load4(const void *at) {
  uint32_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

static int starts_with(const uint8_t *at, const char four[5]) { return load4(at) == load4(four); }

/* "Collect the characters on the line before the first U+003A COLON character (:), and let field be that string. ...
   If value starts with a U+0020 SPACE character, remove it from value." A line without a colon is a name with an empty
   value. What has no value, a comment or an unknown field, has `value` at its beginning. */
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

/* "Strip a leading U+FEFF BYTE ORDER MARK, if any". [begin, end) is the stream's first line, or with `is_cut` as much
   of it as the slice has. */
static uint8_t *skip_bom(sse_parser *parser, uint8_t *begin, const uint8_t *end, int is_cut) {
  if (parser->past_bom || (is_cut && end - begin < 3)) return begin;
  parser->past_bom = 1;
  return end - begin >= 3 && begin[0] == 0xEF && begin[1] == 0xBB && begin[2] == 0xBF ? begin + 3 : begin;
}

/* How many of the last bytes of [begin, end), at most three, may be the beginning of a character that the end of the
   slice cut: the last byte that begins a character, and what follows it. If the character is whole, or malformed, to
   carry it over does no harm. */
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

/* A further piece of a `data` value; the piece before it was emitted. */
static void append_data_piece(context *c, const uint8_t *begin, const uint8_t *end) {
  count_line(c, begin, end, 0);
  c->event->flags = SSE_DATA;
  set_range(c, &c->event->data_begin, begin, end);
}

/* A piece of an `event` or `id` value. */
static void emit_piece(context *c, uint32_t flags, const uint8_t *begin, const uint8_t *end) {
  count_line(c, begin, end, 0);
  if (!c->parser->too_large) emit_text(c, flags, begin, end);
}

/* A piece of a value that goes on in the next slice: the first piece, or a further one. */
static void process_piece(context *c, sse_field field, int is_first, uint8_t *begin, uint8_t *end) {
  const uint32_t flags = is_first ? SSE_PIECE : SSE_PIECE | SSE_CONTINUED;
  switch (field) {
    case SSE_FIELD_DATA:
      if (is_first) {
        append_data(c, begin, end);
      } else {
        append_data_piece(c, begin, end);
      }
      break;
    case SSE_FIELD_ID:
      read_id(c->parser, begin, end);
      emit_piece(c, flags, begin, end);
      break;
    case SSE_FIELD_EVENT:
      emit_piece(c, flags, begin, end);
      break;
    case SSE_FIELD_RETRY:
      read_retry(c->parser, begin, end);
      break;
    case SSE_FIELD_NONE:
    case SSE_FIELD_COMMENT:
    case SSE_FIELD_UNKNOWN:
      break;
  }
}

/* The end of the slice cut the line [begin, end). */
static void cut_line(context *c, uint8_t *begin, uint8_t *end) {
  sse_parser *const parser = c->parser;
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
  process_piece(c, field, is_first, value, cut_end);
  if (is_reported(parser, field)) {
    report(c, field, is_first ? SSE_PIECE : SSE_PIECE | SSE_CONTINUED, begin, cut_end);
  }
  carry_over(parser, cut_end, end);
}

/* The rest of a line that an earlier slice began. */
static void finish_line(context *c, uint8_t *begin, uint8_t *end) {
  const sse_field field = (sse_field)c->parser->field;
  c->parser->field = SSE_FIELD_NONE;
  if (field == SSE_FIELD_DATA) {
    append_data_piece(c, begin, end);
    keep_line_size(c->parser);
  } else {
    take_line(c, field, 1, begin, begin, end);
  }
}

/* #event-stream-interpretation: "Lines must be processed, in the order they are received, as follows". */
static void process_line(context *c, uint8_t *begin, uint8_t *end) {
  if (c->parser->field != SSE_FIELD_NONE) {
    finish_line(c, begin, end);
    return;
  }
  begin = skip_bom(c->parser, begin, end, 0);
  if (begin == end) {
    dispatch_event(c);
    return;
  }
  uint8_t *value;
  const sse_field field = split_field(begin, end, &value);
  take_line(c, field, 0, begin, value, end);
}

/* Returns what follows the end of a line. If that is CR LF, both bytes are in the slice. */
static uint8_t *skip_eol(uint8_t *eol) { return eol + (*eol == '\r' && eol[1] == '\n' ? 2 : 1); }

/* True at the start of a line whose event began in this slice. */
static int can_take_plain_lines(const context *c) {
  const sse_parser *const parser = c->parser;
  return SSE_WITH_PLAIN_LINES && parser->field == SSE_FIELD_NONE && parser->past_bom && !parser->continued &&
         c->event->flags < SSE_CONTINUED && parser->size <= c->limit && !c->counts_units;
}

/*
 * Takes the commonest lines in one loop, to the same effect as process_line. Returns the first line that it does not
 * take: one of another kind, one that the end of the slice may cut, or one that is over the limit. `eol` is set to the
 * end of that line if the loop has found it.
 */
static uint8_t *take_plain_lines(context *c, uint8_t *line, const uint8_t *end, uint8_t **eol, uint32_t *seen) {
  sse_parser *const parser = c->parser;
  sse_batch *const batch = c->batch;
  sse_record *event = c->event;
  uint32_t flags = event->flags;
  uint32_t size = parser->size;
  uint32_t bits = *seen;
  uint8_t id = parser->event_id;
  uint32_t all_flags = 0;
  while (end - line >= 8 || (line < end && *line == '\n')) {
    if (is_eol(*line)) {
      if ((flags & (SSE_DATA | SSE_ID)) != 0) {
        if (id != SSE_ID_NONE) parser->last_event_id = id;
        blank_stale(c, event);
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
    if (end - value_end < 2 || length > c->limit - size || kind == SSE_ID_WITH_NULL) {
      *eol = value_end;
      break;
    }
    if (field == SSE_ID) {
      id = (uint8_t)kind;
      set_range(c, &event->id_begin, value, value_end);
    } else if (field == SSE_TYPE) {
      set_range(c, &event->type_begin, value, value_end);
    } else if (joins == 0) {
      set_range(c, &event->data_begin, value, value_end);
    } else {
      join(c, event, value, value_end);
    }
    flags |= field;
    size += length;
    line = skip_eol(value_end);
  }
  event->flags = flags;
  c->event = event;
  parser->event_id = id;
  parser->size = size;
  parser->has_data = (flags & SSE_DATA) != 0;
  if ((all_flags & SSE_DATA) != 0) parser->fired = 1;
  *seen = bits;
  return line;
}

/* Puts what the slice before left over in front of this one, or skips the LF of a CR LF that was cut. Returns where to
   start. */
static uint8_t *begin_slice(sse_parser *parser, uint8_t *slice) {
  if (parser->swallow_lf) {
    parser->swallow_lf = 0;
    return *slice == '\n' ? slice + 1 : slice;
  }
  uint8_t *const at = slice - parser->carry_length;
  memcpy(at, parser->carry, parser->carry_length);
  parser->carry_length = 0;
  return at;
}

uint32_t sse_parse(sse_parser *parser, uint32_t limit, uint8_t *slice, uint32_t length, sse_batch *batch) {
  context c = {.parser = parser,
               .batch = batch,
               .window = slice - SSE_HEADROOM,
               .limit = limit != 0 ? limit : SSE_DEFAULT_LIMIT,
               .counts_units = (parser->flags & SSE_LIMIT_IN_UNITS) != 0 && limit != UINT32_MAX};
  uint8_t *const end = slice + length;
  uint32_t seen = 0;
  batch->count = 0;
  batch->flags = 0;
  batch->begin = UINT32_MAX;
  batch->end = 0;
  begin_record(&c);
  if (length == 0 || parser->too_large) return 0;

  uint8_t *at = begin_slice(parser, slice);
  while (at < end && !is_full(batch)) {
    uint8_t *eol = NULL;
    if (can_take_plain_lines(&c)) at = take_plain_lines(&c, at, end, &eol, &seen);
    if (at == end || is_full(batch)) break;
    uint8_t *const line = at;
    if (eol == NULL) eol = find_eol(line, end, &seen);
    if (eol == end) {
      cut_line(&c, line, end);
      at = end;
    } else {
      process_line(&c, line, eol);
      at = eol + 1;
      if (*eol == '\r') {
        if (at == end) {
          parser->swallow_lf = 1; /* the line has ended, whatever comes next */
        } else if (*at == '\n') {
          ++at;
        }
      }
    }
    if (parser->too_large) {
      at = line > slice ? line : slice;
      break;
    }
  }
  if (parser->too_large) {
    blank_stale(&c, c.event);
  } else {
    flush_event(&c);
  }
  if (seen > 0x7F) batch->flags |= SSE_NON_ASCII;
  if (batch->begin < SSE_HEADROOM) batch->flags |= SSE_REWRITTEN;
  return (uint32_t)(at - slice);
}

/* The six offsets of a record: the begin and the end of three ranges. */
static uint32_t *offsets_of(sse_record *record) { return (uint32_t *)record + 1; }

void sse_to_utf16(sse_batch *batch, const uint8_t *slice) {
  const uint8_t *const window = slice - SSE_HEADROOM;
  uint32_t byte = batch->begin;
  uint32_t units = 0;
  for (uint32_t i = 0; i < batch->count; ++i) {
    uint32_t *const offsets = offsets_of(&batch->records[i]);
    /* The ranges that are not empty, sorted by where they lie: each is counted from the end of the one before it. */
    uint32_t *ranges[3] = {NULL, NULL, NULL};
    int count = 0;
    for (int range = 0; range < 6; range += 2) {
      if (offsets[range] == offsets[range + 1]) continue;
      int at = count++;
      for (; at > 0 && *ranges[at - 1] > offsets[range]; --at) ranges[at] = ranges[at - 1];
      ranges[at] = offsets + range;
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

uint32_t sse_decode(sse_batch *batch, const uint8_t *slice, uint16_t *text) {
  const uint8_t *const window = slice - SSE_HEADROOM;
  uint16_t *to = text;
  for (uint32_t i = 0; i < batch->count; ++i) {
    uint32_t *const offsets = offsets_of(&batch->records[i]);
    for (int range = 0; range < 6; range += 2) {
      const uint8_t *const begin = window + offsets[range];
      const uint8_t *const end = window + offsets[range + 1];
      offsets[range] = (uint32_t)(to - text);
      to = decode_utf8(begin, end, to);
      offsets[range + 1] = (uint32_t)(to - text);
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
