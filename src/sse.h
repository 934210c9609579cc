/*
 * eventsource-wasm: the parser and the connection state machine of server-sent events, without I/O, clock, heap or
 * globals. It follows the HTML standard, section "Server-sent events" (https://html.spec.whatwg.org/multipage/
 * server-sent-events.html); anchors in the comments refer to that page.
 *
 * Who owns what: every struct and every byte belongs to the caller. The core keeps no pointer after a call returns.
 * A struct of zeros is a valid new one. Nothing here can fail for want of memory.
 *
 * One connection, from start to end:
 *
 *     sse_connection c = {0};
 *     sse_start(&c, "https:", 6);
 *     perform every sse_next_action(&c) until SSE_ACTION_NONE, and again after each input below
 *     sse_response(&c, 200, content_type, content_type_length);
 *     sse_receive(&c, bytes, length, &batch);  deliver batch.records, again with what it did not consume
 *     sse_end_of_body(&c);                     SSE_ACTION_FIRE_ERROR, then SSE_ACTION_WAIT
 *     sse_timer(&c);                           SSE_ACTION_FETCH
 *     sse_close(&c);
 */
#ifndef SSE_H
#define SSE_H

#include <stdint.h>

/* ---- The parser: bytes in, records out (#parsing-an-event-stream, #event-stream-interpretation) ---- */

/* Bytes before a slice that the core may overwrite: the rest of the slice before, and one LF. */
#define SSE_HEADROOM 16u

/* Records that one batch holds. */
#ifndef SSE_BATCH_RECORDS
#define SSE_BATCH_RECORDS 1024u
#endif

/* Bytes of data, event and id values that one event may hold, unless `limit` says otherwise. */
#define SSE_DEFAULT_LIMIT (128u * 1024u * 1024u)

/* The longest time a timer of the platform can wait, in milliseconds; longer reconnection times are clamped to it. */
#define SSE_MAX_DELAY 0x7fffffffu

/* The reconnection time until the stream sets one, in milliseconds. */
#define SSE_DEFAULT_RECONNECTION_TIME 3000u

/* What a record says; bits of sse_record.flags. */
typedef enum sse_record_flag {
  /* An empty line ended the event: take its id as the last event ID string and, with SSE_FIRE, dispatch it. */
  SSE_DISPATCH = 1,
  /* The event has data. Without it (and with SSE_DISPATCH) only the last event ID string changes. */
  SSE_FIRE = 2,
  /* [data_begin, data_end) holds data; it follows the data of earlier records of the same event. */
  SSE_DATA = 4,
  /* [type_begin, type_end) replaces the event type buffer; empty resets it. */
  SSE_TYPE = 8,
  /* [id_begin, id_end) replaces the last event ID buffer. */
  SSE_ID = 16,
  /* Earlier records, without SSE_DISPATCH, belong to the same event. */
  SSE_CONTINUED = 32,
  /* Nothing but [data_begin, data_end): the first, or with SSE_CUT_MORE a further, piece of an `event` or `id` value
     that goes on in the next slice. */
  SSE_CUT = 64,
  SSE_CUT_MORE = 128,
  /* The pieces of the last SSE_CUT records go before [type_begin, type_end), or [id_begin, id_end). */
  SSE_TYPE_AFTER_CUT = 256,
  SSE_ID_AFTER_CUT = 512
} sse_record_flag;

/*
 * A whole event, or a part of one that the end of a slice cut. Places count bytes from SSE_HEADROOM before the slice
 * (UTF-16 code units from batch.begin after sse_to_utf16), and hold until the slice is overwritten. Pieces are never
 * cut within a well-formed UTF-8 character, so each may be decoded by itself. Several `data` lines are joined by LF.
 */
typedef struct sse_record {
  uint32_t flags;
  uint32_t data_begin, data_end;
  uint32_t type_begin, type_end;
  uint32_t id_begin, id_end;
  uint32_t reserved;
} sse_record;

typedef enum sse_batch_flag {
  SSE_NON_ASCII = 1, /* the slice holds a byte over 0x7F */
  SSE_REWRITTEN = 2  /* some text lies before the slice, or was joined in place: decode the window, not the original */
} sse_batch_flag;

typedef struct sse_batch {
  uint32_t count;      /* of records */
  uint32_t flags;      /* of sse_batch_flag */
  uint32_t begin, end; /* all text of the records lies in [begin, end) */
  sse_record records[SSE_BATCH_RECORDS];
} sse_batch;

typedef enum sse_field {
  SSE_FIELD_NONE, /* at the start of a line */
  SSE_FIELD_DATA,
  SSE_FIELD_EVENT,
  SSE_FIELD_ID,
  SSE_FIELD_RETRY,
  SSE_FIELD_IGNORED /* a comment, or a name the standard does not know */
} sse_field;

/* What is known of an id, in the order in which a longer piece of it can only go up. */
typedef enum sse_id {
  SSE_ID_NONE,       /* no id was received */
  SSE_ID_EMPTY,      /* the empty string: no header is sent */
  SSE_ID_SENDABLE,   /* a Last-Event-ID header can carry it */
  SSE_ID_UNSENDABLE, /* it holds a control character, which no header can carry (RFC 9110, section 5.5) */
  SSE_ID_WITH_NULL   /* "If the field value contains U+0000 NULL, ... ignore the field" */
} sse_id;

/* What one stream needs from slice to slice. Only `limit` is set by the caller; read through the functions below. */
typedef struct sse_parser {
  uint32_t limit;             /* bytes per event; 0 means SSE_DEFAULT_LIMIT */
  uint32_t size;              /* bytes of the values of the event so far */
  uint32_t retry;             /* the `retry` value being read */
  uint32_t reconnection_time; /* the last valid `retry`, in milliseconds; see has_reconnection_time */
  uint8_t carry[8];           /* the start of a cut line, or of a cut character, which goes before the next slice */
  uint8_t carry_length;
  uint8_t field;         /* sse_field: whose value the slice's end cut, or SSE_FIELD_NONE */
  uint8_t past_bom;      /* the place where a byte order mark may stand is passed */
  uint8_t swallow_lf;    /* the last slice ended in CR: an LF that begins the next belongs to it */
  uint8_t continued;     /* a record of this event was emitted */
  uint8_t has_data;      /* a `data` line of this event was read */
  uint8_t too_large;     /* the event went over the limit; stays until sse_parser_reset */
  uint8_t bad_retry;     /* the `retry` value being read is not all digits */
  uint8_t cut_id;        /* sse_id of the id value being read */
  uint8_t event_id;      /* sse_id of this event */
  uint8_t last_event_id; /* sse_id of the last event ID string */
  uint8_t has_reconnection_time;
} sse_parser;

/*
 * Parses `bytes`, which the core may change together with the SSE_HEADROOM bytes before it, and fills `batch`.
 * Returns how many bytes were consumed: `length`, or fewer when the batch is full or the limit is passed; then deliver
 * the records and call again with the rest. Once the limit is passed (parser->too_large) every further call returns 0
 * and no record.
 */
uint32_t sse_parse(sse_parser *parser, uint8_t *bytes, uint32_t length, sse_batch *batch);

/*
 * Turns the places in `batch` into UTF-16 code units from batch->begin; once per batch. `bytes` is the slice that was
 * parsed, which must be well-formed UTF-8 from begin to end.
 */
void sse_to_utf16(sse_batch *batch, const uint8_t *bytes);

/* Gets ready for a new stream: keeps the limit, the reconnection time and what is known of the last event ID. */
void sse_parser_reset(sse_parser *parser);

/* ---- The connection: inputs in, actions out (#the-eventsource-interface, #sse-processing-model) ---- */

/* The values of the readyState attribute. */
typedef enum sse_ready_state { SSE_CONNECTING = 0, SSE_OPEN = 1, SSE_CLOSED = 2 } sse_ready_state;

typedef enum sse_action {
  SSE_ACTION_NONE,
  SSE_ACTION_ABORT,         /* abort the request and cancel its body */
  SSE_ACTION_CANCEL_TIMER,  /* stop the wait */
  SSE_ACTION_FETCH,         /* request; then sse_response or sse_network_error */
  SSE_ACTION_FETCH_WITH_ID, /* request with a Last-Event-ID header; likewise */
  SSE_ACTION_FIRE_OPEN,     /* fire `open`, then read: sse_receive, sse_end_of_body or sse_network_error */
  SSE_ACTION_FIRE_ERROR,    /* fire `error`; sse_ready_state and sse_reason tell what it is about */
  SSE_ACTION_WAIT           /* wait sse_delay milliseconds, then sse_timer */
} sse_action;

/* Why the last SSE_ACTION_FIRE_ERROR. */
typedef enum sse_reason {
  SSE_REASON_NONE,
  SSE_REASON_SCHEME,       /* failed: such a URL cannot be fetched */
  SSE_REASON_STATUS,       /* failed: the status is not 200 */
  SSE_REASON_CONTENT_TYPE, /* failed: the type is not text/event-stream */
  SSE_REASON_TOO_LARGE,    /* failed: an event went over the limit */
  SSE_REASON_NETWORK,      /* re-establishes: no response */
  SSE_REASON_BROKEN,       /* re-establishes: the body broke off */
  SSE_REASON_ENDED         /* re-establishes: the body ended */
} sse_reason;

typedef enum sse_phase {
  SSE_PHASE_NEW,
  SSE_PHASE_FETCHING,
  SSE_PHASE_STREAMING,
  SSE_PHASE_WAITING,
  SSE_PHASE_CLOSED
} sse_phase;

/* Read through the functions below; parser.limit may be set before the start. */
typedef struct sse_connection {
  sse_parser parser;
  uint8_t phase;   /* sse_phase */
  uint8_t reason;  /* sse_reason */
  uint8_t pending; /* a bit per sse_action that is still to be performed */
  uint8_t reserved;
} sse_connection;

/* The inputs. One that does not fit the phase (a response after close, a timer that was cancelled) changes nothing. */

/* Starts. `scheme` is the URL's, colon included: "https:". */
void sse_start(sse_connection *connection, const uint8_t *scheme, uint32_t length);

/* A response came, after redirects. `content_type` is the header's value, all its lines joined by ", "; empty if
   there is none. */
void sse_response(sse_connection *connection, uint32_t status, const uint8_t *content_type, uint32_t length);

/* sse_parse for an open connection; else it returns 0 and no record. Going over the limit fails the connection in the
   call that cannot consume anything, so that the events before were delivered. */
uint32_t sse_receive(sse_connection *connection, uint8_t *bytes, uint32_t length, sse_batch *batch);

void sse_end_of_body(sse_connection *connection);
void sse_network_error(sse_connection *connection);
void sse_timer(sse_connection *connection);
void sse_close(sse_connection *connection);

/* The outputs. */

/* The next action to perform, which is thereby taken. User code that an action runs may call any input: ask again
   after each. */
sse_action sse_next_action(sse_connection *connection);

sse_ready_state sse_get_ready_state(const sse_connection *connection);
sse_reason sse_get_reason(const sse_connection *connection);
sse_id sse_get_last_event_id(const sse_connection *connection);

/* In milliseconds; at most SSE_MAX_DELAY. */
uint32_t sse_get_delay(const sse_connection *connection);

/* 1 if a Content-Type header names text/event-stream, else 0. */
int sse_is_event_stream(const uint8_t *content_type, uint32_t length);

#endif
