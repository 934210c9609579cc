/* The connection: #sse-processing-model, and what #the-eventsource-interface says of the constructor and of close().
   Each input queues actions, which the caller takes one by one. */
#include "sse.h"

#include <stddef.h>

static void queue(sse_connection *connection, sse_action action) { connection->pending |= (uint16_t)(1u << action); }

/* The work of the phase before is over: of its actions that were not taken yet, only those that clean up stay. */
static void change_phase(sse_connection *connection, sse_phase phase) {
  connection->phase = (uint8_t)phase;
  connection->pending &= (uint16_t)(1u << SSE_ACTION_ABORT | 1u << SSE_ACTION_CANCEL_TIMER);
}

/* #fail-the-connection: "sets the readyState attribute to CLOSED and fires an event named error" */
static void fail(sse_connection *connection, sse_reason reason) {
  change_phase(connection, SSE_PHASE_CLOSED);
  connection->reason = (uint8_t)reason;
  queue(connection, SSE_ACTION_FIRE_ERROR);
}

/* #reestablish-the-connection: "Set the readyState attribute to CONNECTING. Fire an event named error ... Wait a delay
   equal to the reconnection time of the event source." */
static void reestablish(sse_connection *connection, const sse_policy *policy, sse_reason reason) {
  if ((policy->flags & SSE_POLICY_LIMIT_RETRIES) != 0 && connection->retries >= policy->max_retries) {
    fail(connection, reason);
    return;
  }
  if (connection->retries < UINT16_MAX) ++connection->retries;
  change_phase(connection, SSE_PHASE_WAITING);
  connection->reason = (uint8_t)reason;
  queue(connection, SSE_ACTION_FIRE_ERROR);
  queue(connection, SSE_ACTION_WAIT);
}

static int is_final(sse_reason reason) {
  return reason == SSE_REASON_STATUS || reason == SSE_REASON_CONTENT_TYPE || reason == SSE_REASON_FUTILE;
}

/* #sse-processing-model: after a refused response "fail the connection"; after a network error "reestablish the
   connection, unless the user agent knows that to be futile, in which case the user agent may fail the connection". */
static void apply_standard(sse_connection *connection, const sse_policy *policy, sse_reason reason) {
  if (is_final(reason)) {
    fail(connection, reason);
  } else {
    reestablish(connection, policy, reason);
  }
}

/* What follows a refused response or a network error is the standard's decision, or the caller's if it has asked for
   that. */
static void decide(sse_connection *connection, const sse_policy *policy, sse_reason reason) {
  if ((policy->flags & SSE_POLICY_DECIDE) == 0) {
    apply_standard(connection, policy, reason);
    return;
  }
  change_phase(connection, SSE_PHASE_DECIDING);
  connection->reason = (uint8_t)reason;
  queue(connection, SSE_ACTION_DECIDE);
}

static void request(sse_connection *connection) {
  connection->phase = SSE_PHASE_FETCHING;
  /* "If the EventSource object's last event ID string is not the empty string, ... set (`Last-Event-ID`, ...)" */
  const int has_id = connection->parser.last_event_id == SSE_ID_SENDABLE;
  queue(connection, has_id ? SSE_ACTION_FETCH_WITH_ID : SSE_ACTION_FETCH);
}

static int equals_ignoring_case(const uint8_t *at, const uint8_t *end, const char *lower_case) {
  for (; at < end && *lower_case != '\0'; ++at, ++lower_case) {
    const uint8_t byte = *at >= 'A' && *at <= 'Z' ? *at | 0x20u : *at;
    if (byte != (uint8_t)*lower_case) return 0;
  }
  return at == end && *lower_case == '\0';
}

/* "reestablish the connection, unless the user agent knows that to be futile, in which case ... fail the connection":
   fetch knows no other schemes than these that could bring a stream. */
static int is_fetchable(const uint8_t *scheme, uint32_t length) {
  static const char schemes[][8] = {"https:", "http:", "data:", "blob:"};
  for (uint32_t i = 0; i < sizeof schemes / sizeof *schemes; ++i) {
    if (equals_ignoring_case(scheme, scheme + length, schemes[i])) return 1;
  }
  return 0;
}

void sse_start(sse_connection *connection, const sse_policy *policy, const uint8_t *scheme, uint32_t length) {
  if (connection->phase != SSE_PHASE_NEW) return;
  if ((policy->flags & SSE_POLICY_ANY_SCHEME) != 0 || is_fetchable(scheme, length)) {
    request(connection);
  } else {
    fail(connection, SSE_REASON_SCHEME);
  }
}

void sse_responded(sse_connection *connection, const sse_policy *policy, uint32_t status, const uint8_t *content_type,
                   uint32_t length, int has_stream) {
  if (connection->phase != SSE_PHASE_FETCHING) return;
  const int may_lack_type = (policy->flags & SSE_POLICY_NO_TYPE) != 0;
  const int is_stream = (length == 0 && may_lack_type) || sse_is_event_stream(content_type, length);
  if (status != 200 || !is_stream) {
    queue(connection, SSE_ACTION_ABORT);
    decide(connection, policy, status != 200 ? SSE_REASON_STATUS : SSE_REASON_CONTENT_TYPE);
    return;
  }
  /* The caller's own fetch does not give a stream; it would not give one to another request either. */
  if (!has_stream) {
    queue(connection, SSE_ACTION_ABORT);
    fail(connection, SSE_REASON_BODY);
    return;
  }
  /* #announce-the-connection: "sets the readyState attribute to OPEN and fires an event named open" */
  connection->phase = SSE_PHASE_STREAMING;
  sse_parser_reset(&connection->parser);
  queue(connection, SSE_ACTION_FIRE_OPEN);
}

uint32_t sse_receive(sse_connection *connection, const sse_policy *policy, uint8_t *slice, uint32_t length,
                     sse_batch *batch) {
  sse_parser *const parser = &connection->parser;
  batch->count = 0;
  if (connection->phase != SSE_PHASE_STREAMING) return 0;
  const uint32_t consumed = sse_parse(parser, policy->limit, slice, length, batch);
  if (parser->fired) connection->retries = 0;
  if (consumed == 0 && parser->too_large) {
    queue(connection, SSE_ACTION_ABORT);
    fail(connection, SSE_REASON_TOO_LARGE);
  }
  return consumed;
}

void sse_body_ended(sse_connection *connection, const sse_policy *policy) {
  if (connection->phase == SSE_PHASE_STREAMING) reestablish(connection, policy, SSE_REASON_ENDED);
}

void sse_network_failed(sse_connection *connection, const sse_policy *policy, int is_futile) {
  if (connection->phase == SSE_PHASE_FETCHING) {
    decide(connection, policy, is_futile ? SSE_REASON_FUTILE : SSE_REASON_NETWORK);
  } else if (connection->phase == SSE_PHASE_STREAMING) {
    decide(connection, policy, SSE_REASON_BROKEN);
  }
}

void sse_alive(sse_connection *connection, const sse_policy *policy, uint32_t uptime) {
  if (connection->phase != SSE_PHASE_STREAMING || policy->min_uptime == 0) return;
  if (uptime >= policy->min_uptime) connection->retries = 0;
}

void sse_decide(sse_connection *connection, const sse_policy *policy, sse_decision decision) {
  if (connection->phase != SSE_PHASE_DECIDING) return;
  const sse_reason reason = (sse_reason)connection->reason;
  switch (decision) {
    case SSE_DECISION_STANDARD:
      apply_standard(connection, policy, reason);
      break;
    case SSE_DECISION_RETRY:
      reestablish(connection, policy, reason);
      break;
    case SSE_DECISION_FAIL:
      fail(connection, reason);
      break;
  }
}

void sse_went_idle(sse_connection *connection, const sse_policy *policy) {
  if (connection->phase != SSE_PHASE_FETCHING && connection->phase != SSE_PHASE_STREAMING) return;
  queue(connection, SSE_ACTION_ABORT);
  reestablish(connection, policy, SSE_REASON_IDLE);
}

/* "if the EventSource object's readyState attribute is not set to CONNECTING, then return": in any other phase there is
   no timer. */
void sse_timer_fired(sse_connection *connection) {
  if (connection->phase == SSE_PHASE_WAITING) request(connection);
}

/* Ends the request or the timer that the connection has. */
static void end_work(sse_connection *connection, sse_phase next) {
  const uint8_t before = connection->phase;
  change_phase(connection, next);
  if (before == SSE_PHASE_FETCHING || before == SSE_PHASE_STREAMING) queue(connection, SSE_ACTION_ABORT);
  if (before == SSE_PHASE_WAITING) queue(connection, SSE_ACTION_CANCEL_TIMER);
}

void sse_pause(sse_connection *connection) {
  if (connection->phase != SSE_PHASE_NEW && connection->phase != SSE_PHASE_CLOSED) {
    end_work(connection, SSE_PHASE_PAUSED);
  }
}

void sse_resume(sse_connection *connection) {
  if (connection->phase == SSE_PHASE_PAUSED) request(connection);
}

/* "abort any instances of the fetch algorithm started for this EventSource object, and must set the readyState
   attribute to CLOSED" */
void sse_close(sse_connection *connection) { end_work(connection, SSE_PHASE_CLOSED); }

/* The lowest bit is the action that comes first: sse_action promises their order. */
sse_action sse_next_action(sse_connection *connection) {
  const uint32_t pending = connection->pending;
  if (pending == 0) return SSE_ACTION_NONE;
  connection->pending = (uint16_t)(pending & (pending - 1));
  return (sse_action)__builtin_ctz(pending);
}

sse_ready_state sse_get_ready_state(const sse_connection *connection) {
  switch ((sse_phase)connection->phase) {
    case SSE_PHASE_NEW:
    case SSE_PHASE_FETCHING:
    case SSE_PHASE_DECIDING:
    case SSE_PHASE_WAITING:
    case SSE_PHASE_PAUSED:
      return SSE_CONNECTING;
    case SSE_PHASE_STREAMING:
      return SSE_OPEN;
    case SSE_PHASE_CLOSED:
      break;
  }
  return SSE_CLOSED;
}

sse_reason sse_get_reason(const sse_connection *connection) { return (sse_reason)connection->reason; }

const char *sse_reason_name(sse_reason reason) {
  switch (reason) {
    case SSE_REASON_NONE:
      return "no error";
    case SSE_REASON_SCHEME:
      return "URL of another scheme";
    case SSE_REASON_STATUS:
      return "status other than 200";
    case SSE_REASON_CONTENT_TYPE:
      return "type other than text/event-stream";
    case SSE_REASON_BODY:
      return "unreadable body";
    case SSE_REASON_TOO_LARGE:
      return "event over the limit";
    case SSE_REASON_FUTILE:
      return "no response, and no hope of one";
    case SSE_REASON_NETWORK:
      return "no response";
    case SSE_REASON_BROKEN:
      return "broken body";
    case SSE_REASON_ENDED:
      return "end of body";
    case SSE_REASON_IDLE:
      return "idle for too long";
  }
  return "unknown";
}

sse_id_kind sse_get_last_event_id_kind(const sse_connection *connection) {
  return (sse_id_kind)connection->parser.last_event_id;
}

uint32_t sse_get_reconnection_time(const sse_connection *connection) {
  return connection->parser.has_reconnection_time ? connection->parser.reconnection_time
                                                  : SSE_DEFAULT_RECONNECTION_TIME;
}

/* "Wait a delay equal to the reconnection time of the event source. Optionally, wait some more. In particular, if the
   previous attempt failed, then user agents might introduce an exponential backoff delay ..." `retries` counts the
   reconnection that is waited for, so it is over 1 when the one before did not count as a success. */
uint32_t sse_get_delay(const sse_connection *connection) {
  const uint32_t delay = sse_get_reconnection_time(connection);
  if (connection->retries > 1 && delay < SSE_MIN_DELAY) return SSE_MIN_DELAY;
  return delay < SSE_MAX_DELAY ? delay : SSE_MAX_DELAY;
}

uint32_t sse_get_delay_with(const sse_connection *connection, const sse_backoff *backoff, double not_before) {
  double delay = sse_get_reconnection_time(connection);
  if (connection->retries > 1 && delay < backoff->min_delay) delay = backoff->min_delay;
  if (backoff->factor > 1) {
    for (uint32_t i = 1; i < connection->retries && delay < backoff->max_delay; ++i) {
      delay *= backoff->factor;
      if (delay > backoff->max_delay) delay = backoff->max_delay;
    }
  }
  delay -= delay * backoff->jitter * backoff->random;
  if (delay < not_before) delay = not_before;
  return delay < SSE_MAX_DELAY ? (uint32_t)delay : SSE_MAX_DELAY;
}

/* "HTTP whitespace is U+000A LF, U+000D CR, or an HTTP tab or space." https://fetch.spec.whatwg.org/#http-whitespace */
static int is_whitespace(uint8_t byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }

/* https://mimesniff.spec.whatwg.org/#http-token-code-point */
static int is_token(uint8_t byte) {
  static const char others[] = "!#$%&'*+-.^_`|~";
  const uint8_t lower = byte | 0x20u;
  if ((lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9')) return 1;
  for (const char *other = others; *other != '\0'; ++other) {
    if (byte == (uint8_t)*other) return 1;
  }
  return 0;
}

/* Returns the end of the token at `at`: `at` itself if there is none. */
static const uint8_t *skip_token(const uint8_t *at, const uint8_t *end) {
  while (at < end && is_token(*at)) ++at;
  return at;
}

static const uint8_t *skip_whitespace(const uint8_t *at, const uint8_t *end) {
  while (at < end && is_whitespace(*at)) ++at;
  return at;
}

/* What one value of a Content-Type header names. */
typedef enum type_name { NO_TYPE, EVENT_STREAM, OTHER_TYPE } type_name;

/* https://mimesniff.spec.whatwg.org/#parse-a-mime-type without the parameters, which cannot make it fail. Its failure,
   and the type that names none, is NO_TYPE. */
static type_name parse_type(const uint8_t *at, const uint8_t *end) {
  const uint8_t *const type = skip_whitespace(at, end);
  const uint8_t *const slash = skip_token(type, end);
  if (slash == type || slash == end || *slash != '/') return NO_TYPE;
  const uint8_t *const essence_end = skip_token(slash + 1, end);
  if (essence_end == slash + 1) return NO_TYPE;
  const uint8_t *const rest = skip_whitespace(essence_end, end);
  if (rest < end && *rest != ';') return NO_TYPE;
  if (equals_ignoring_case(type, essence_end, "*/*")) return NO_TYPE;
  return equals_ignoring_case(type, essence_end, "text/event-stream") ? EVENT_STREAM : OTHER_TYPE;
}

/* https://fetch.spec.whatwg.org/#concept-header-extract-mime-type: of several values, separated by commas outside
   quoted strings, the last one that names a type counts. */
int sse_is_event_stream(const uint8_t *content_type, uint32_t length) {
  if (length == 0) return 0;
  const uint8_t *const end = content_type + length;
  const uint8_t *value = content_type;
  type_name last = NO_TYPE;
  int quoted = 0;
  for (const uint8_t *at = content_type;; ++at) {
    if (at == end || (*at == ',' && !quoted)) {
      const type_name parsed = parse_type(value, at);
      if (parsed != NO_TYPE) last = parsed;
      if (at == end) return last == EVENT_STREAM;
      value = at + 1;
    } else if (*at == '"') {
      quoted = !quoted;
    } else if (quoted && *at == '\\' && at + 1 < end) {
      ++at;
    }
  }
}
