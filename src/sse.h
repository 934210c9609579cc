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
 *     sse_policy policy = {0};
 *     sse_start(&c, &policy, "https:", 6);
 *     perform every sse_next_action(&c) until SSE_ACTION_NONE, and again after each input below
 *     sse_response(&c, &policy, 200, content_type, content_type_length, 1);
 *     sse_receive(&c, &policy, bytes, length, &batch);  deliver batch.records, again with what it did not consume
 *     sse_end_of_body(&c, &policy);            SSE_ACTION_FIRE_ERROR, then SSE_ACTION_WAIT
 *     sse_timer(&c);                           SSE_ACTION_FETCH
 *     sse_close(&c);
 */
#ifndef SSE_H
#define SSE_H

#include <stdbool.h>
#include <stdint.h>

/* ---- The parser: bytes in, records out (#parsing-an-event-stream, #event-stream-interpretation) ---- */

/* Bytes before a slice that the core may overwrite: the rest of the slice before, and one LF. */
#define SSE_HEADROOM 16u

/* What a build may leave out: reported lines with the limit in units, which only sse_parser.report asks for, and a
   second way through the parser that takes the commonest lines faster. */
#ifndef SSE_WITH_REPORTS
#define SSE_WITH_REPORTS 1
#endif
#ifndef SSE_WITH_PLAIN_LINES
#define SSE_WITH_PLAIN_LINES 1
#endif

/* Records that one batch holds. */
#ifndef SSE_BATCH_RECORDS
#define SSE_BATCH_RECORDS 1024u
#endif

/* Bytes of data, event and id values that one event may hold, unless a limit is given. */
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
  SSE_ID_AFTER_CUT = 512,
  /* Not part of an event, but a line that sse_parser.report asks for: [data_begin, data_end) holds the whole line, or
     with SSE_LINE_AFTER_CUT what follows the pieces of the last SSE_CUT records. */
  SSE_LINE = 1024,
  SSE_LINE_AFTER_CUT = 2048,
  /* With SSE_LINE: what the line is. */
  SSE_COMMENT = 4096,
  SSE_UNKNOWN = 8192,
  SSE_RETRY = 16384,
  SSE_BAD_RETRY = 32768
} sse_record_flag;

/* Lines that a caller may want to hear of; bits of sse_parser.report. */
typedef enum sse_report {
  SSE_REPORT_COMMENTS = 1,
  SSE_REPORT_UNKNOWN = 2, /* a field name that the standard does not know */
  SSE_REPORT_RETRY = 4,   /* every `retry`, valid or not */
  SSE_LIMIT_IN_UNITS = 8  /* no report: the limit counts UTF-16 code units, as strings do, instead of bytes, and is one
                             for reported comments and `retry` lines too, as in the eventsource-parser package */
} sse_report;

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
  SSE_FIELD_COMMENT,
  SSE_FIELD_UNKNOWN /* a name the standard does not know */
} sse_field;

/* What is known of an id, in the order in which a longer piece of it can only go up. */
typedef enum sse_id {
  SSE_ID_NONE,       /* no id was received */
  SSE_ID_EMPTY,      /* the empty string: no header is sent */
  SSE_ID_SENDABLE,   /* a Last-Event-ID header can carry it */
  SSE_ID_UNSENDABLE, /* it holds a control character, which no header can carry (RFC 9110, section 5.5) */
  SSE_ID_WITH_NULL   /* "If the field value contains U+0000 NULL, ... ignore the field" */
} sse_id;

/* What one stream needs from slice to slice. Only `report` is set by the caller. */
typedef struct sse_parser {
  uint32_t size;              /* bytes of the values of the event so far, without the line being read */
  uint32_t line_size;         /* bytes of the value, or reported line, that the slice's end cut */
  uint32_t retry;             /* the `retry` value being read */
  uint32_t reconnection_time; /* the last valid `retry`, in milliseconds; see has_reconnection_time */
  uint8_t carry[7];           /* the start of a cut line, or of a cut character, which goes before the next slice */
  uint8_t carry_length;
  uint8_t field;                  /* sse_field: whose value the slice's end cut, or SSE_FIELD_NONE */
  uint8_t cut_id;                 /* sse_id of the id value being read */
  uint8_t event_id;               /* sse_id of this event */
  uint8_t last_event_id;          /* sse_id of the last event ID string */
  uint8_t report;                 /* sse_report bits */
  bool past_bom : 1;              /* the place where a byte order mark may stand is passed */
  bool swallow_lf : 1;            /* the last slice ended in CR: an LF that begins the next belongs to it */
  bool continued : 1;             /* a record of this event was emitted */
  bool has_data : 1;              /* a `data` line of this event was read */
  bool too_large : 1;             /* the event went over the limit; stays until sse_parser_reset */
  bool bad_retry : 1;             /* the `retry` value being read is not all digits */
  bool has_reconnection_time : 1; /* the stream, or the caller, set a reconnection time */
  bool fired : 1;                 /* an event was dispatched since the stream began */
} sse_parser;

/*
 * Parses `bytes`, which the core may change together with the SSE_HEADROOM bytes before it, and fills `batch`. An event
 * may have `limit` bytes of data, event and id values (0 means SSE_DEFAULT_LIMIT); a longer line is not reported.
 * Returns how many bytes were consumed: `length`, or fewer when the batch is full or the limit is passed; then deliver
 * the records and call again with the rest. Once the limit is passed (parser->too_large) every further call returns 0
 * and no record.
 */
uint32_t sse_parse(sse_parser *parser, uint32_t limit, uint8_t *bytes, uint32_t length, sse_batch *batch);

/*
 * Turns the places of ranges that are not empty into UTF-16 code units from batch->begin; once per batch. `bytes` is
 * the slice that was parsed, which must be well-formed UTF-8 from begin to end. With SIMD it reads 15 bytes past it.
 */
void sse_to_utf16(sse_batch *batch, const uint8_t *bytes);

/*
 * The other way to the text: decodes all ranges of the records, one after the other, into `text`, whatever their bytes
 * are, and turns their places into those of `text`; once per batch, in place of sse_to_utf16. `text` has room for
 * SSE_HEADROOM and `length` units. Returns how many it filled.
 */
uint32_t sse_decode(sse_batch *batch, const uint8_t *bytes, uint16_t *text);

/* 1 if the stream stands within a line, else 0. */
int sse_is_within_line(const sse_parser *parser);

/* Gets ready for a new stream: keeps what to report, the reconnection time and what is known of the last event ID. */
void sse_parser_reset(sse_parser *parser);

/* Sets the last event ID string, in UTF-8, as if the stream had. It must hold no NUL, LF or CR. */
void sse_set_last_event_id(sse_parser *parser, const uint8_t *id, uint32_t length);

/* Sets the reconnection time, in milliseconds, as if the stream had. */
void sse_set_reconnection_time(sse_parser *parser, uint32_t milliseconds);

/* ---- The connection: inputs in, actions out (#the-eventsource-interface, #sse-processing-model) ---- */

/* The values of the readyState attribute. */
typedef enum sse_ready_state { SSE_CONNECTING = 0, SSE_OPEN = 1, SSE_CLOSED = 2 } sse_ready_state;

/* What the owner of a connection may ask for beyond the standard; zeros are the standard's behaviour. */
typedef struct sse_policy {
  uint32_t limit;     /* bytes that one event may hold; 0 means SSE_DEFAULT_LIMIT */
  uint32_t max_tries; /* reconnections in a row without an event that are allowed, plus one; 0 means any number */
  uint32_t flags;     /* of sse_policy_flag */
} sse_policy;

typedef enum sse_policy_flag {
  SSE_POLICY_ANY_SCHEME = 1, /* the caller's own fetch may know more schemes than the standard's */
  SSE_POLICY_ASK = 2         /* ask by SSE_ACTION_ASK what to do about a refused response and a network error */
} sse_policy_flag;

/* The shortest wait after a reconnection that brought no event, in milliseconds, whatever `retry` says: no server is to
   make its clients send requests, to it or to another, as fast as they can. */
#define SSE_LEAST_DELAY 100u

/* How the wait before a reconnection grows; factor 0 means not at all. */
typedef struct sse_backoff {
  double factor;    /* for each reconnection in a row before this one that brought no event */
  double max_delay; /* in milliseconds; a longer reconnection time stays as it is */
  double jitter;    /* the share of the wait, 0 to 1, of which `random` is taken off */
  double random;    /* 0 to 1 */
  double least;     /* of the reconnection time after a reconnection that brought no event, in milliseconds */
} sse_backoff;

/* The enumerators stand in the order in which actions that are asked for together are performed. */
typedef enum sse_action {
  SSE_ACTION_NONE,
  SSE_ACTION_ABORT,         /* abort the request and cancel its body */
  SSE_ACTION_CANCEL_TIMER,  /* stop the wait */
  SSE_ACTION_FETCH,         /* request; then sse_response or sse_network_error */
  SSE_ACTION_FETCH_WITH_ID, /* request with a Last-Event-ID header; likewise */
  SSE_ACTION_FIRE_OPEN,     /* fire `open`, then read: sse_receive, sse_end_of_body or sse_network_error */
  SSE_ACTION_ASK,           /* ask the owner about sse_get_reason; then sse_give_answer */
  SSE_ACTION_FIRE_ERROR,    /* fire `error`; sse_get_ready_state and sse_get_reason tell what it is about */
  SSE_ACTION_WAIT           /* wait sse_get_delay milliseconds, then sse_timer */
} sse_action;

/* Why the last SSE_ACTION_FIRE_ERROR or SSE_ACTION_ASK. In this order: no further attempt can mend what comes before
   SSE_REASON_NETWORK, and from SSE_REASON_STATUS to SSE_REASON_BODY a response was refused. */
typedef enum sse_reason {
  SSE_REASON_NONE,
  SSE_REASON_SCHEME,       /* such a URL cannot be fetched */
  SSE_REASON_STATUS,       /* the status is not 200 */
  SSE_REASON_CONTENT_TYPE, /* the type is not text/event-stream */
  SSE_REASON_BODY,         /* the body cannot be read */
  SSE_REASON_TOO_LARGE,    /* an event went over the limit */
  SSE_REASON_NETWORK,      /* no response */
  SSE_REASON_BROKEN,       /* the body broke off */
  SSE_REASON_ENDED,        /* the body ended */
  SSE_REASON_IDLE          /* the idle time was over */
} sse_reason;

typedef enum sse_answer {
  SSE_ANSWER_STANDARD, /* what the standard says */
  SSE_ANSWER_RETRY,    /* re-establish */
  SSE_ANSWER_FAIL
} sse_answer;

typedef enum sse_phase {
  SSE_PHASE_NEW,
  SSE_PHASE_FETCHING,
  SSE_PHASE_STREAMING,
  SSE_PHASE_ASKING,
  SSE_PHASE_WAITING,
  SSE_PHASE_PAUSED,
  SSE_PHASE_CLOSED
} sse_phase;

/* Read through the functions below. */
typedef struct sse_connection {
  sse_parser parser;
  uint8_t phase;    /* sse_phase */
  uint8_t reason;   /* sse_reason */
  uint16_t pending; /* a bit per sse_action that is still to be performed */
  uint16_t tries;   /* reconnections in a row without an event */
} sse_connection;

/* The inputs. One that does not fit the phase (a response after close, a timer that was cancelled) changes nothing. */

/* Starts. `scheme` is the URL's, colon included: "https:". */
void sse_start(sse_connection *connection, const sse_policy *policy, const uint8_t *scheme, uint32_t length);

/* A response came, after redirects. `content_type` is the header's value, all its lines joined by ", "; empty if
   there is none. `has_stream` is 0 when the owner cannot read the body. */
void sse_response(sse_connection *connection, const sse_policy *policy, uint32_t status, const uint8_t *content_type,
                  uint32_t length, int has_stream);

/* sse_parse for an open connection; else it returns 0 and no record. Going over the limit fails the connection in the
   call that cannot consume anything, so that the events before were delivered. */
uint32_t sse_receive(sse_connection *connection, const sse_policy *policy, uint8_t *bytes, uint32_t length,
                     sse_batch *batch);

void sse_end_of_body(sse_connection *connection, const sse_policy *policy);
void sse_network_error(sse_connection *connection, const sse_policy *policy);
void sse_give_answer(sse_connection *connection, const sse_policy *policy, sse_answer answer);
void sse_idle(sse_connection *connection, const sse_policy *policy);
void sse_timer(sse_connection *connection);
void sse_close(sse_connection *connection);

/* Stays CONNECTING without a request until sse_resume. */
void sse_pause(sse_connection *connection);
void sse_resume(sse_connection *connection);

/* The outputs. */

/* The next action to perform, which is thereby taken. User code that an action runs may call any input: ask again
   after each. */
sse_action sse_next_action(sse_connection *connection);

sse_ready_state sse_get_ready_state(const sse_connection *connection);
sse_reason sse_get_reason(const sse_connection *connection);
sse_id sse_get_last_event_id(const sse_connection *connection);

/* In milliseconds; the default until the stream or the caller sets another. */
uint32_t sse_get_reconnection_time(const sse_connection *connection);

/* How long to wait before the next reconnection, in milliseconds: the reconnection time, but from the second attempt in
   a row that failed at least SSE_LEAST_DELAY. */
uint32_t sse_get_standard_delay(const sse_connection *connection);

/* The same for who wants to wait longer each time; at most SSE_MAX_DELAY and, without backoff, the
   reconnection time. `not_before` is what the server asked for by Retry-After, or 0. */
uint32_t sse_get_delay(const sse_connection *connection, const sse_backoff *backoff, double not_before);

/* 1 if a Content-Type header names text/event-stream, else 0. */
int sse_is_event_stream(const uint8_t *content_type, uint32_t length);

#endif
