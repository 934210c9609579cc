/* The connection: #sse-processing-model, and #the-eventsource-interface where it says what the constructor and close()
   do. Each input leaves behind the actions that it asks for; the caller takes them one by one. */
#include "sse.h"

#include <stddef.h>

static void ask(sse_connection *connection, sse_action action) { connection->pending |= (uint16_t)(1u << action); }

/* What was under way is over: of what is still to be performed only that which tidies up is kept. */
static void enter(sse_connection *connection, sse_phase phase) {
  connection->phase = (uint8_t)phase;
  connection->pending &= (uint16_t)(1u << SSE_ACTION_ABORT | 1u << SSE_ACTION_CANCEL_TIMER);
}

/* #fail-the-connection: "sets the readyState attribute to CLOSED and fires an event named error" */
static void fail(sse_connection *connection, sse_reason reason) {
  enter(connection, SSE_PHASE_CLOSED);
  connection->reason = (uint8_t)reason;
  ask(connection, SSE_ACTION_FIRE_ERROR);
}

/* #reestablish-the-connection: "Set the readyState attribute to CONNECTING. Fire an event named error ... Wait a delay
   equal to the reconnection time of the event source." */
static void reestablish(sse_connection *connection, const sse_policy *policy, sse_reason reason) {
  if (policy->max_tries != 0 && connection->tries + 1u >= policy->max_tries) {
    fail(connection, reason);
    return;
  }
  if (connection->tries < UINT16_MAX) ++connection->tries;
  enter(connection, SSE_PHASE_WAITING);
  connection->reason = (uint8_t)reason;
  ask(connection, SSE_ACTION_FIRE_ERROR);
  ask(connection, SSE_ACTION_WAIT);
}

static int is_refusal(sse_reason reason) { return reason == SSE_REASON_STATUS || reason == SSE_REASON_CONTENT_TYPE; }

/* What the standard says about a refused response and a network error. */
static void settle(sse_connection *connection, const sse_policy *policy, sse_reason reason) {
  if (is_refusal(reason)) {
    fail(connection, reason);
  } else {
    reestablish(connection, policy, reason);
  }
}

/* A refused response or a network error: the owner's word goes first. */
static void lose(sse_connection *connection, const sse_policy *policy, sse_reason reason) {
  if ((policy->flags & SSE_POLICY_ASK) == 0) {
    settle(connection, policy, reason);
    return;
  }
  enter(connection, SSE_PHASE_ASKING);
  connection->reason = (uint8_t)reason;
  ask(connection, SSE_ACTION_ASK);
}

static void request(sse_connection *connection) {
  connection->phase = SSE_PHASE_FETCHING;
  /* "If the EventSource object's last event ID string is not the empty string, ... set (`Last-Event-ID`, ...)" */
  const int has_id = connection->parser.last_event_id == SSE_ID_SENDABLE;
  ask(connection, has_id ? SSE_ACTION_FETCH_WITH_ID : SSE_ACTION_FETCH);
}

static int equals_ignoring_case(const uint8_t *at, const uint8_t *end, const char *lower_case) {
  for (; at < end && *lower_case != '\0'; ++at, ++lower_case) {
    const uint8_t byte = *at >= 'A' && *at <= 'Z' ? *at | 0x20u : *at;
    if (byte != (uint8_t)*lower_case) return 0;
  }
  return at == end && *lower_case == '\0';
}

/* "reestablish the connection, unless the user agent knows that to be futile, in which case ... fail": nothing
   answers under another scheme than these. */
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

void sse_response(sse_connection *connection, const sse_policy *policy, uint32_t status, const uint8_t *content_type,
                  uint32_t length, int has_stream) {
  if (connection->phase != SSE_PHASE_FETCHING) return;
  const int is_stream = sse_is_event_stream(content_type, length);
  if (status != 200 || !is_stream) {
    ask(connection, SSE_ACTION_ABORT);
    lose(connection, policy, status != 200 ? SSE_REASON_STATUS : SSE_REASON_CONTENT_TYPE);
    return;
  }
  /* That is the fault of the owner's own fetch: another attempt would bring the same. */
  if (!has_stream) {
    ask(connection, SSE_ACTION_ABORT);
    fail(connection, SSE_REASON_BODY);
    return;
  }
  /* #announce-the-connection: "sets the readyState attribute to OPEN and fires an event named open" */
  connection->phase = SSE_PHASE_STREAMING;
  sse_parser_reset(&connection->parser);
  ask(connection, SSE_ACTION_FIRE_OPEN);
}

uint32_t sse_receive(sse_connection *connection, const sse_policy *policy, uint8_t *bytes, uint32_t length,
                     sse_batch *batch) {
  sse_parser *const parser = &connection->parser;
  batch->count = 0;
  if (connection->phase != SSE_PHASE_STREAMING) return 0;
  const uint32_t consumed = sse_parse(parser, policy->limit, bytes, length, batch);
  if (parser->fired) connection->tries = 0;
  if (consumed == 0 && parser->too_large) {
    ask(connection, SSE_ACTION_ABORT);
    fail(connection, SSE_REASON_TOO_LARGE);
  }
  return consumed;
}

void sse_end_of_body(sse_connection *connection, const sse_policy *policy) {
  if (connection->phase == SSE_PHASE_STREAMING) reestablish(connection, policy, SSE_REASON_ENDED);
}

void sse_network_error(sse_connection *connection, const sse_policy *policy) {
  if (connection->phase == SSE_PHASE_FETCHING) {
    lose(connection, policy, SSE_REASON_NETWORK);
  } else if (connection->phase == SSE_PHASE_STREAMING) {
    lose(connection, policy, SSE_REASON_BROKEN);
  }
}

void sse_give_answer(sse_connection *connection, const sse_policy *policy, sse_answer answer) {
  if (connection->phase != SSE_PHASE_ASKING) return;
  const sse_reason reason = (sse_reason)connection->reason;
  switch (answer) {
    case SSE_ANSWER_STANDARD:
      settle(connection, policy, reason);
      break;
    case SSE_ANSWER_RETRY:
      reestablish(connection, policy, reason);
      break;
    case SSE_ANSWER_FAIL:
      fail(connection, reason);
      break;
  }
}

void sse_idle(sse_connection *connection, const sse_policy *policy) {
  if (connection->phase != SSE_PHASE_FETCHING && connection->phase != SSE_PHASE_STREAMING) return;
  ask(connection, SSE_ACTION_ABORT);
  reestablish(connection, policy, SSE_REASON_IDLE);
}

/* "if the EventSource object's readyState attribute is not set to CONNECTING, then return" is the phase's check. */
void sse_timer(sse_connection *connection) {
  if (connection->phase == SSE_PHASE_WAITING) request(connection);
}

static void stop(sse_connection *connection, sse_phase phase) {
  const uint8_t before = connection->phase;
  enter(connection, phase);
  if (before == SSE_PHASE_FETCHING || before == SSE_PHASE_STREAMING) ask(connection, SSE_ACTION_ABORT);
  if (before == SSE_PHASE_WAITING) ask(connection, SSE_ACTION_CANCEL_TIMER);
}

void sse_pause(sse_connection *connection) {
  if (connection->phase != SSE_PHASE_NEW && connection->phase != SSE_PHASE_CLOSED) stop(connection, SSE_PHASE_PAUSED);
}

void sse_resume(sse_connection *connection) {
  if (connection->phase == SSE_PHASE_PAUSED) request(connection);
}

/* "abort any instances of the fetch algorithm started for this EventSource object, and must set the readyState
   attribute to CLOSED" */
void sse_close(sse_connection *connection) { stop(connection, SSE_PHASE_CLOSED); }

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
    case SSE_PHASE_ASKING:
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

sse_id sse_get_last_event_id(const sse_connection *connection) { return (sse_id)connection->parser.last_event_id; }

uint32_t sse_get_reconnection_time(const sse_connection *connection) {
  return connection->parser.has_reconnection_time ? connection->parser.reconnection_time
                                                  : SSE_DEFAULT_RECONNECTION_TIME;
}

/* "Wait a delay equal to the reconnection time of the event source. Optionally, wait some more. In particular, if the
   previous attempt failed, then user agents might introduce an exponential backoff delay ..." `tries` is 1 after a
   connection that brought an event, and after the first. */
uint32_t sse_get_standard_delay(const sse_connection *connection) {
  const uint32_t delay = sse_get_reconnection_time(connection);
  if (connection->tries > 1 && delay < SSE_LEAST_DELAY) return SSE_LEAST_DELAY;
  return delay < SSE_MAX_DELAY ? delay : SSE_MAX_DELAY;
}

uint32_t sse_get_delay(const sse_connection *connection, const sse_backoff *backoff, double not_before) {
  double delay = sse_get_reconnection_time(connection);
  if (connection->tries > 1 && delay < backoff->least) delay = backoff->least;
  if (backoff->factor > 1) {
    for (uint32_t i = 1; i < connection->tries && delay < backoff->max_delay; ++i) {
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

/* Where the tokens at `at` end; `at` itself if there is none. */
static const uint8_t *skip_token(const uint8_t *at, const uint8_t *end) {
  while (at < end && is_token(*at)) ++at;
  return at;
}

static const uint8_t *skip_whitespace(const uint8_t *at, const uint8_t *end) {
  while (at < end && is_whitespace(*at)) ++at;
  return at;
}

/* https://mimesniff.spec.whatwg.org/#parse-a-mime-type up to the parameters, which cannot make it fail. Returns -1 on
   failure and for the type that says nothing, else whether it is text/event-stream. */
static int judge_type(const uint8_t *at, const uint8_t *end) {
  const uint8_t *const type = skip_whitespace(at, end);
  const uint8_t *const slash = skip_token(type, end);
  if (slash == type || slash == end || *slash != '/') return -1;
  const uint8_t *const essence_end = skip_token(slash + 1, end);
  if (essence_end == slash + 1) return -1;
  const uint8_t *const rest = skip_whitespace(essence_end, end);
  if (rest < end && *rest != ';') return -1;
  if (equals_ignoring_case(type, essence_end, "*/*")) return -1;
  return equals_ignoring_case(type, essence_end, "text/event-stream");
}

/* https://fetch.spec.whatwg.org/#concept-header-extract-mime-type: of several values, separated by commas outside
   quoted strings, the last that parses counts. */
int sse_is_event_stream(const uint8_t *content_type, uint32_t length) {
  if (length == 0) return 0;
  const uint8_t *const end = content_type + length;
  const uint8_t *value = content_type;
  int verdict = 0;
  int quoted = 0;
  for (const uint8_t *at = content_type;; ++at) {
    if (at == end || (*at == ',' && !quoted)) {
      const int judged = judge_type(value, at);
      if (judged >= 0) verdict = judged;
      if (at == end) return verdict;
      value = at + 1;
    } else if (*at == '"') {
      quoted = !quoted;
    } else if (quoted && *at == '\\' && at + 1 < end) {
      ++at;
    }
  }
}
