/*
 * eventsource-wasm: the parser and the connection state machine of server-sent events. It follows the HTML standard,
 * section "Server-sent events" (https://html.spec.whatwg.org/multipage/server-sent-events.html); the anchors in
 * comments refer to that page. It has no I/O, no clock, no heap and no globals.
 *
 * There are two halves. The PARSER turns the bytes of a stream into records: events, or parts of events. The CONNECTION
 * has a parser and makes the decisions of EventSource: when to request, what response to accept, when to reconnect and
 * when to fail. It performs nothing itself. The caller says what happened (an input: a response came, a timer fired)
 * and then takes the actions to perform (send the request, fire `error`, wait). Who gets streams in another way can use
 * the parser alone.
 *
 * Every struct and every byte belongs to the caller. A struct of zeros is a valid new one. The core keeps no pointer
 * after a call returns, and nothing can fail for want of memory. Calls on different structs may run at the same time.
 *
 * Words that the comments use:
 *   slice    the bytes given to one call: a chunk of the stream as it came, or a part of it
 *   window   the memory that holds a slice: first SSE_HEADROOM bytes, which the core may overwrite, then the slice
 *   offset   a number of bytes from the start of the window
 *   record   what a slice brought of one event; or a piece, or a line
 *   piece    a part of a value, or of a line, that the end of the slice cut
 *   batch    the records of one call
 *   range    two offsets, [begin, end); empty when they are equal
 *
 * Two examples make one program for one connection. The tests run it; docs/c.md has another one. First, what to do with
 * records. No text of an event can be longer than the limit, so buffers of that size suffice. (SSE_LINE is missing
 * here: lines come only if they are asked for.)
 *
 *     #include <string.h>
 *     #include "sse.h"
 *
 *     enum { LIMIT = 1024, SLICE = 4096 };
 *     typedef struct text { uint32_t length; uint8_t bytes[LIMIT]; } text;
 *
 *     static text data, type, id, last_event_id, pieces;
 *     static bool has_id;
 *
 *     static void append(text *to, const uint8_t *window, uint32_t begin, uint32_t end) {
 *       memcpy(to->bytes + to->length, window + begin, end - begin);
 *       to->length += end - begin;
 *     }
 *
 *     static void on_record(const uint8_t *window, const sse_record *record) {
 *       const uint32_t flags = record->flags;
 *       if (flags & SSE_PIECE) {
 *         if (!(flags & SSE_CONTINUED)) pieces.length = 0;
 *         append(&pieces, window, record->data_begin, record->data_end);
 *         return;
 *       }
 *       if (!(flags & SSE_CONTINUED)) {
 *         data.length = type.length = 0;
 *         has_id = false;
 *       }
 *       append(&data, window, record->data_begin, record->data_end);
 *       if (flags & SSE_TYPE) {
 *         type.length = 0;
 *         if (flags & SSE_PIECES_BEFORE_TYPE) type = pieces;
 *         append(&type, window, record->type_begin, record->type_end);
 *       }
 *       if (flags & SSE_ID) {
 *         id.length = 0;
 *         if (flags & SSE_PIECES_BEFORE_ID) id = pieces;
 *         append(&id, window, record->id_begin, record->id_end);
 *         has_id = true;
 *       }
 *       if (!(flags & SSE_COMPLETE)) return;
 *       if (has_id) last_event_id = id;
 *       if (flags & SSE_FIRE) fire_event(&type, &data, &last_event_id);  // an empty type means "message"
 *     }
 *
 * Second, the connection. The program calls an on_... function when that has happened. What the functions do that are
 * not shown here, their names say:
 *
 *     static sse_connection connection;
 *     static const sse_policy policy = {.limit = LIMIT, .flags = SSE_POLICY_DECIDE};
 *     static uint8_t window[SSE_HEADROOM + SLICE];  // read the body to window + SSE_HEADROOM
 *     static sse_batch batch;
 *
 *     static void perform_actions(void) {
 *       for (;;) {
 *         switch (sse_next_action(&connection)) {
 *           case SSE_ACTION_NONE: return;
 *           case SSE_ACTION_ABORT: abort_request(); break;
 *           case SSE_ACTION_CANCEL_TIMER: cancel_timer(); break;
 *           case SSE_ACTION_FETCH: send_request(NULL); break;
 *           case SSE_ACTION_FETCH_WITH_ID: send_request(&last_event_id); break;
 *           case SSE_ACTION_FIRE_OPEN: fire_open(); break;
 *           case SSE_ACTION_DECIDE:
 *             sse_decide(&connection, &policy, is_server_busy() ? SSE_DECISION_RETRY : SSE_DECISION_STANDARD);
 *             break;
 *           case SSE_ACTION_FIRE_ERROR: fire_error(sse_reason_name(sse_get_reason(&connection))); break;
 *           case SSE_ACTION_WAIT: start_timer(sse_get_delay(&connection)); break;
 *         }
 *       }
 *     }
 *
 *     void open_connection(void) {
 *       sse_start(&connection, &policy, (const uint8_t *)"https:", 6);
 *       perform_actions();
 *     }
 *
 *     void on_response(uint32_t status, const char *type) {
 *       sse_responded(&connection, &policy, status, (const uint8_t *)type, (uint32_t)strlen(type), 1);
 *       perform_actions();
 *     }
 *
 *     void on_bytes(uint32_t length) {
 *       for (uint32_t done = 0; done < length;) {
 *         uint8_t *slice = window + SSE_HEADROOM + done;
 *         const uint32_t consumed = sse_receive(&connection, &policy, slice, length - done, &batch);
 *         for (uint32_t i = 0; i < batch.count && sse_get_ready_state(&connection) == SSE_OPEN; ++i) {
 *           on_record(slice - SSE_HEADROOM, &batch.records[i]);
 *         }
 *         if (consumed == 0) break;  // closed, or the event is larger than the limit
 *         done += consumed;
 *       }
 *       perform_actions();
 *     }
 *
 *     void on_end_of_body(void) { sse_body_ended(&connection, &policy); perform_actions(); }
 *     void on_network_error(void) { sse_network_failed(&connection, &policy, 0); perform_actions(); }
 *     void on_idle_time(void) { sse_went_idle(&connection, &policy); perform_actions(); }
 *     void on_timer(void) { sse_timer_fired(&connection); perform_actions(); }
 *     void close_connection(void) { sse_close(&connection); perform_actions(); }
 */
#ifndef SSE_H
#define SSE_H

#include <stdbool.h>
#include <stdint.h>

/* A build may leave out two parts by setting these to 0: reported lines together with SSE_LIMIT_IN_UNITS, and a second
   way through the parser that is faster for the commonest lines. */
#ifndef SSE_WITH_REPORTS
#define SSE_WITH_REPORTS 1
#endif
#ifndef SSE_WITH_PLAIN_LINES
#define SSE_WITH_PLAIN_LINES 1
#endif

/* ---- The parser: bytes in, records out (#parsing-an-event-stream, #event-stream-interpretation) ---- */

/* How many bytes before a slice the core may overwrite: it puts there what the slice before has left over. Where a call
   goes on with the rest of the same slice, these are bytes that were consumed, whose records must have been read. */
#define SSE_HEADROOM 16u

/* How many records a batch holds. It may be set to another number of at least 5, the same for the whole program. */
#ifndef SSE_BATCH_RECORDS
#define SSE_BATCH_RECORDS 1024u
#endif

/* How many bytes the `data`, `event` and `id` values of one event may have together, where no limit is given. */
#define SSE_DEFAULT_LIMIT (128u * 1024u * 1024u)

/* Flags of a record. There are three kinds: with SSE_PIECE it is a piece, with a flag of SSE_LINE it is a line, and
   otherwise it is an event. An event that is whole has SSE_COMPLETE and no flag over SSE_ID. */
typedef enum sse_record_flag {
  /* -- An event: it is complete, or its next records come with the next slices. -- */

  /* An empty line has ended the event: its id, if it had one, becomes the last event ID string. */
  SSE_COMPLETE = 1,
  /* Only with SSE_COMPLETE. The event has data: fire it. */
  SSE_FIRE = 2,
  /* [data_begin, data_end) holds data, which goes behind the data of earlier records of the event. LFs between `data`
     lines are in it. */
  SSE_DATA = 4,
  /* [type_begin, type_end) replaces the event type buffer; an empty one stands for "message". */
  SSE_TYPE = 8,
  /* [id_begin, id_end) replaces the last event ID buffer; it may be empty. */
  SSE_ID = 16,
  /* The record goes on from earlier ones: of the same event; or, for a piece and a line, from pieces of the same value
     or line. */
  SSE_CONTINUED = 32,

  /* -- A piece: keep [data_begin, data_end), behind the pieces kept before if it has SSE_CONTINUED, else in place of
     them. -- */

  /* It is a piece of an `event` value, an `id` value or a reported line. (A part of a `data` value comes at
     once, as SSE_DATA.) */
  SSE_PIECE = 64,
  /* Of an event: the type consists of the pieces that were kept, then [type_begin, type_end). */
  SSE_PIECES_BEFORE_TYPE = 128,
  /* Of an event: the id consists of the pieces that were kept, then [id_begin, id_end). */
  SSE_PIECES_BEFORE_ID = 256,

  /* -- A line, which comes only if sse_parser.flags ask for it. It consists of [data_begin, data_end), behind the
     pieces that were kept if it has SSE_CONTINUED. It has exactly one of these flags. -- */

  SSE_LINE_COMMENT = 512,    /* it starts with a colon */
  SSE_LINE_UNKNOWN = 1024,   /* the standard does not know its field name */
  SSE_LINE_RETRY = 2048,     /* a `retry` that has set the reconnection time */
  SSE_LINE_BAD_RETRY = 4096, /* a `retry` whose value is not a number, and which is ignored */
  SSE_LINE = SSE_LINE_COMMENT | SSE_LINE_UNKNOWN | SSE_LINE_RETRY | SSE_LINE_BAD_RETRY
} sse_record_flag;

/*
 * Offsets are valid until the window is written to again, also by the next call. Ranges without their flag are empty.
 * Bytes may be malformed UTF-8, and each range may be decoded by itself: no well-formed character is ever cut. Decode
 * without removing a byte order mark: the parser has removed the stream's, any other is text.
 */
typedef struct sse_record {
  uint32_t flags; /* of sse_record_flag */
  uint32_t data_begin, data_end;
  uint32_t type_begin, type_end;
  uint32_t id_begin, id_end;
  uint32_t reserved;
} sse_record;

typedef enum sse_batch_flag {
  SSE_NON_ASCII = 1, /* the slice has a byte over 0x7F */
  /* Text lies before the slice, or lines were joined by moving them. Without this flag, [begin, end) holds the bytes
     that the caller put there. */
  SSE_REWRITTEN = 2
} sse_batch_flag;

typedef struct sse_batch {
  uint32_t count;      /* of records */
  uint32_t flags;      /* of sse_batch_flag */
  uint32_t begin, end; /* all ranges that are not empty lie in [begin, end); begin is over end if there is none */
  sse_record records[SSE_BATCH_RECORDS];
} sse_batch;

/* What a caller may ask of a parser beyond the standard. */
typedef enum sse_parser_flag {
  SSE_REPORT_COMMENTS = 1, /* make records of comments */
  SSE_REPORT_UNKNOWN = 2,  /* ... of lines with a field name that the standard does not know */
  SSE_REPORT_RETRY = 4,    /* ... of `retry` lines, valid or not */
  /* The limit counts UTF-16 code units, as strings of JavaScript do, instead of bytes; and a reported comment or
     `retry` line that is over it ends the stream, as in the eventsource-parser package. */
  SSE_LIMIT_IN_UNITS = 8
} sse_parser_flag;

/* The fields of #processField. Those that can be reported are last, in the order of SSE_REPORT_... and SSE_LINE_... */
typedef enum sse_field {
  SSE_FIELD_NONE, /* at the start of a line */
  SSE_FIELD_DATA,
  SSE_FIELD_EVENT,
  SSE_FIELD_ID,
  SSE_FIELD_COMMENT,
  SSE_FIELD_UNKNOWN,
  SSE_FIELD_RETRY
} sse_field;

/* What kind of id a value is. The order is such that a further piece of a value can only raise it. */
typedef enum sse_id_kind {
  SSE_ID_NONE,       /* no id was received */
  SSE_ID_EMPTY,      /* the empty string: no Last-Event-ID header is sent */
  SSE_ID_SENDABLE,   /* a Last-Event-ID header can carry it */
  SSE_ID_UNSENDABLE, /* it holds a control character, which no header can carry (RFC 9110, section 5.5) */
  SSE_ID_WITH_NULL   /* "If the field value contains U+0000 NULL, ... ignore the field" */
} sse_id_kind;

/* The state of one stream from slice to slice. The caller sets `flags` and may read `too_large`; for the rest there are
   the functions below. */
typedef struct sse_parser {
  uint32_t size;              /* what counts for the limit of the event so far, without the line being read */
  uint32_t line_size;         /* what counts of the line being read */
  uint32_t retry;             /* the `retry` value being read */
  uint32_t reconnection_time; /* in milliseconds; see has_reconnection_time */
  uint8_t carry[7];           /* what goes before the next slice: the start of a line, or of a character */
  uint8_t carry_length;
  uint8_t field;                  /* sse_field of the line that the end of the slice cut */
  uint8_t cut_id;                 /* sse_id_kind of the `id` value being read */
  uint8_t event_id;               /* sse_id_kind of the event's last `id` */
  uint8_t last_event_id;          /* sse_id_kind of the last event ID string */
  uint8_t flags;                  /* of sse_parser_flag */
  bool past_bom : 1;              /* the start of the stream, where a byte order mark may stand, was read */
  bool swallow_lf : 1;            /* the slice ended with CR: an LF at the start of the next belongs to it */
  bool continued : 1;             /* a record of this event was emitted */
  bool has_data : 1;              /* this event had a `data` line */
  bool too_large : 1;             /* this event is over the limit; stays until sse_parser_reset */
  bool has_reconnection_time : 1; /* the stream, or the caller, has set the reconnection time */
  bool fired : 1;                 /* an event was fired since the stream began */
} sse_parser;

/*
 * Parses a slice and fills the batch. `slice` must have SSE_HEADROOM bytes of the caller's before it, which the core
 * may overwrite, as it may the slice. Offsets count from slice - SSE_HEADROOM.
 *
 * Returns how many bytes were consumed. If these are fewer than `length`, deliver the records of the batch, then call
 * again with the rest of the slice. 0, for a slice that is not empty, means that the next event is over the limit
 * (parser->too_large); until sse_parser_reset every call then returns 0 and makes no record.
 *
 * `limit` is how many bytes the `data`, `event` and `id` values of one event may have together, with an LF for every
 * `data` line but the first; 0 means SSE_DEFAULT_LIMIT. The text that the records of an event add up to is never
 * longer. A line to be reported that is longer than the limit is not reported.
 */
uint32_t sse_parse(sse_parser *parser, uint32_t limit, uint8_t *slice, uint32_t length, sse_batch *batch);

/*
 * For text in UTF-16. Once per batch, after sse_parse or sse_receive: turns the offsets of ranges that are not empty
 * from bytes of the window to code units of the text that [begin, end) of the batch decodes to. `slice` is the one that
 * was parsed. The bytes in [begin, end) must be well-formed UTF-8. With wasm SIMD it reads up to 15 bytes behind the
 * slice, which must be memory of the caller's.
 */
void sse_to_utf16(sse_batch *batch, const uint8_t *slice);

/*
 * For text in UTF-16, in place of sse_to_utf16, whatever the bytes are: decodes every range into `text`, one after the
 * other, and turns the offsets into those of code units in `text`. `slice` is the one that was parsed, of `length`
 * bytes; `text` must have room for SSE_HEADROOM + length units. Returns how many units were written.
 */
uint32_t sse_decode(sse_batch *batch, const uint8_t *slice, uint16_t *text);

/* 1 if the stream has begun a line that has not ended, else 0. */
int sse_is_within_line(const sse_parser *parser);

/* Gets ready for another stream. Keeps `flags`, the reconnection time and the kind of the last event ID. */
void sse_parser_reset(sse_parser *parser);

/* Sets the last event ID string, in UTF-8, as if the stream had. The caller keeps the string. It must not hold NUL, LF
   or CR. */
void sse_set_last_event_id(sse_parser *parser, const uint8_t *id, uint32_t length);

/* Sets the reconnection time, in milliseconds, as if the stream had; at most SSE_MAX_DELAY. */
void sse_set_reconnection_time(sse_parser *parser, uint32_t milliseconds);

/* ---- The connection: inputs in, actions out (#the-eventsource-interface, #sse-processing-model) ---- */

/* The longest wait, in milliseconds: timers of JavaScript cannot wait longer. Longer times are shortened to it. */
#define SSE_MAX_DELAY 0x7fffffffu

/* The reconnection time, in milliseconds, until the stream sets one. */
#define SSE_DEFAULT_RECONNECTION_TIME 3000u

/* The shortest wait, in milliseconds, after a reconnection without success, whatever `retry` says: a server must
   not be able to make its clients send requests as fast as they can. */
#define SSE_MIN_DELAY 100u

/* The values of the readyState attribute. */
typedef enum sse_ready_state { SSE_CONNECTING = 0, SSE_OPEN = 1, SSE_CLOSED = 2 } sse_ready_state;

typedef enum sse_policy_flag {
  SSE_POLICY_ANY_SCHEME = 1,   /* the caller can fetch URLs of other schemes than http, https, data and blob */
  SSE_POLICY_DECIDE = 2,       /* the caller decides what follows a refused response or a network error */
  SSE_POLICY_NO_TYPE = 4,      /* accept a response without a Content-Type as an event stream */
  SSE_POLICY_LIMIT_RETRIES = 8 /* fail after max_retries; without this flag there may be any number */
} sse_policy_flag;

/* What the caller wants of a connection beyond the standard; zeros are the standard's behaviour. It may be shared by
   connections, and change from call to call. */
typedef struct sse_policy {
  uint32_t limit;       /* for sse_parse */
  uint32_t max_retries; /* with SSE_POLICY_LIMIT_RETRIES: how many reconnections in a row may be without success */
  uint32_t flags;       /* of sse_policy_flag */
  uint32_t min_uptime;  /* a reconnection is a success when it brings an event; or, unless this is 0, when it has been
                           open for so many milliseconds (sse_alive) */
} sse_policy;

/* What the caller is to do. Where several actions are due, they come in this order. */
typedef enum sse_action {
  SSE_ACTION_NONE,          /* nothing until the next input */
  SSE_ACTION_ABORT,         /* end the request, or stop reading the body; no input about it may follow */
  SSE_ACTION_CANCEL_TIMER,  /* end the wait; sse_timer_fired may not follow */
  SSE_ACTION_FETCH,         /* send the request; then sse_responded or sse_network_failed */
  SSE_ACTION_FETCH_WITH_ID, /* the same, with the last event ID string as the header Last-Event-ID */
  SSE_ACTION_FIRE_OPEN,     /* fire `open`, then read the body: sse_receive, sse_body_ended, sse_network_failed */
  SSE_ACTION_DECIDE,        /* decide what follows: call sse_decide, now or later; sse_get_reason says what happened */
  SSE_ACTION_FIRE_ERROR,    /* fire `error`; sse_get_reason says why; it is final if the ready state is SSE_CLOSED */
  SSE_ACTION_WAIT           /* wait sse_get_delay milliseconds, then sse_timer_fired */
} sse_action;

/* Why the connection was lost or refused; for SSE_ACTION_FIRE_ERROR and SSE_ACTION_DECIDE. The order is such that no
   further attempt can mend what comes before SSE_REASON_NETWORK, and that a response was refused from SSE_REASON_STATUS
   to SSE_REASON_BODY. */
typedef enum sse_reason {
  SSE_REASON_NONE,         /* neither has happened yet */
  SSE_REASON_SCHEME,       /* a URL of this scheme cannot be fetched */
  SSE_REASON_STATUS,       /* refused: the status is not 200 */
  SSE_REASON_CONTENT_TYPE, /* refused: the type is not text/event-stream */
  SSE_REASON_BODY,         /* the caller cannot read the body as a stream */
  SSE_REASON_TOO_LARGE,    /* an event is over the limit */
  SSE_REASON_FUTILE,       /* a network error before the response, which another request would meet as well */
  SSE_REASON_NETWORK,      /* a network error before the response */
  SSE_REASON_BROKEN,       /* a network error within the body */
  SSE_REASON_ENDED,        /* the body ended */
  SSE_REASON_IDLE          /* nothing was received for too long: sse_went_idle */
} sse_reason;

typedef enum sse_decision {
  SSE_DECISION_STANDARD, /* what the standard says: fail after a refused response, reconnect after a network error */
  SSE_DECISION_RETRY,    /* reconnect, unless max_retries forbids it */
  SSE_DECISION_FAIL      /* fail: no request follows */
} sse_decision;

/* What a connection is doing. A caller need not know: the ready state is enough. */
typedef enum sse_phase {
  SSE_PHASE_NEW,       /* not started */
  SSE_PHASE_FETCHING,  /* a response is to come */
  SSE_PHASE_STREAMING, /* open: the body is being read */
  SSE_PHASE_DECIDING,  /* sse_decide is to come */
  SSE_PHASE_WAITING,   /* the timer is to fire */
  SSE_PHASE_PAUSED,    /* sse_resume is to come */
  SSE_PHASE_CLOSED     /* by sse_close, or failed */
} sse_phase;

/* The state of one connection. The parser's `flags` are the caller's to set; for the rest there are the functions
   below. */
typedef struct sse_connection {
  sse_parser parser;
  uint8_t phase;    /* sse_phase */
  uint8_t reason;   /* sse_reason */
  uint16_t pending; /* the actions that were not taken yet: bit n is action n */
  uint16_t retries; /* reconnections in a row without success */
} sse_connection;

/*
 * Inputs. After each, take the actions (sse_next_action). An input that does not fit the phase changes nothing: a
 * second start, a response after close. So an input may come at any time, also while another action is being performed.
 */

/* Start, once. `scheme` is that of the URL, with its colon: "https:". */
void sse_start(sse_connection *connection, const sse_policy *policy, const uint8_t *scheme, uint32_t length);

/* The server has responded, after redirects. `content_type` is the value of the header: several values are joined
   by ", ", and if there is none, it is empty. `has_stream` is 0 when the caller cannot read the body as a stream. */
void sse_responded(sse_connection *connection, const sse_policy *policy, uint32_t status, const uint8_t *content_type,
                   uint32_t length, int has_stream);

/* Bytes of the body have come. The same as sse_parse, whose comment also says what must lie before `slice`; but unless
   the connection is open it returns 0 and makes no record. When an event is over the limit, the connection fails in the
   call that returns 0: all events before it have been delivered by then. */
uint32_t sse_receive(sse_connection *connection, const sse_policy *policy, uint8_t *slice, uint32_t length,
                     sse_batch *batch);

/* The body has ended as it should. */
void sse_body_ended(sse_connection *connection, const sse_policy *policy);

/* No response has come, or the body broke off. `is_futile` is not 0 if the caller knows that another request would fail
   like this one; the connection then fails, unless the response has come. */
void sse_network_failed(sse_connection *connection, const sse_policy *policy, int is_futile);

/* For policy->min_uptime: a byte, or the end of the body, has come `uptime` milliseconds after the connection opened.
   Call it before the input for the byte or the end. */
void sse_alive(sse_connection *connection, const sse_policy *policy, uint32_t uptime);

/* The caller's decision, after SSE_ACTION_DECIDE. */
void sse_decide(sse_connection *connection, const sse_policy *policy, sse_decision decision);

/* Nothing was received for longer than the caller wants to wait: abort and reconnect. The caller chooses that time, and
   measures it. */
void sse_went_idle(sse_connection *connection, const sse_policy *policy);

/* The wait of SSE_ACTION_WAIT is over. */
void sse_timer_fired(sse_connection *connection);

/* Close: nothing is to be fired any more. */
void sse_close(sse_connection *connection);

/* Abort what is under way, and stay CONNECTING without a request until sse_resume. */
void sse_pause(sse_connection *connection);
void sse_resume(sse_connection *connection);

/* Outputs. */

/* Takes the next action, which the caller then performs. Take one at a time: if performing it gives an input, sse_close
   for example, the actions that have become pointless are dropped. */
sse_action sse_next_action(sse_connection *connection);

sse_ready_state sse_get_ready_state(const sse_connection *connection);
sse_reason sse_get_reason(const sse_connection *connection);

/* A few words for a log, in static memory: "end of body". */
const char *sse_reason_name(sse_reason reason);

/* Which kind of id the last event ID string is. The string itself is with the caller. */
sse_id_kind sse_get_last_event_id_kind(const sse_connection *connection);

/* The reconnection time, in milliseconds. */
uint32_t sse_get_reconnection_time(const sse_connection *connection);

/* For SSE_ACTION_WAIT: how many milliseconds to wait. It is the reconnection time, but after a reconnection without
   success at least SSE_MIN_DELAY. */
uint32_t sse_get_delay(const sse_connection *connection);

/* How the wait is changed beyond the standard. It starts as the reconnection time; the members apply in this order. */
typedef struct sse_backoff {
  double min_delay; /* the wait is at least so many milliseconds after a reconnection without success */
  double factor;    /* multiplies the wait once for each reconnection in a row without success, if over 1 */
  double max_delay; /* how many milliseconds the factor may raise it to */
  double jitter;    /* the share of the wait, 0 to 1, that chance may take off */
  double random;    /* chance: a number from 0 to 1 */
} sse_backoff;

/* The same with backoff. The wait is at least `not_before` milliseconds, which the caller may know from the header
   Retry-After (0 if not), and at most SSE_MAX_DELAY. */
uint32_t sse_get_delay_with(const sse_connection *connection, const sse_backoff *backoff, double not_before);

/* 1 if the value of a Content-Type header names text/event-stream, else 0. Several values are joined by commas. */
int sse_is_event_stream(const uint8_t *content_type, uint32_t length);

#endif
