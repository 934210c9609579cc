/*
 * The connection machine, exhaustively: from a new connection, every input that the world or the user can give, in
 * every order, until no new state comes, under every policy. `inputs` and `may_be_pending` say what is right; each
 * state and each step is compared with them.
 *
 * A state is that of the machine and of its caller: which request, timer or decision is under way. The world and the
 * user may give an input at any time, also while actions wait to be taken; but once the caller has taken the action
 * that ends a request or a timer, it hears nothing of it any more. In every state the inputs that do not fit the phase
 * are given as well, and must change nothing.
 *
 * The number of states is finite because there are only a few kinds of chunks, the limit is small, and counts of
 * retries from FOLD on are taken for one. That is right because the machine only compares `retries` with max_retries,
 * which is less than FOLD here, and gives it to the functions of the delay, which are checked apart, as is the largest
 * count. The bytes behind the carry are left out: they are always written before they are read.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sse.h"

enum { FOLD = 3, LIMIT = 8, MIN_UPTIME = 5, SETTINGS = 128 };

#define BIT(n) (1u << (n))

/* ---- What is right ---- */

/* Where an input leads. */
typedef enum outcome { STAY, REQUEST, OPEN, DECIDE, RECONNECT, FAIL, PAUSE, CLOSE } outcome;

static const sse_phase phase_after[] = {
    [REQUEST] = SSE_PHASE_FETCHING,  [OPEN] = SSE_PHASE_STREAMING, [DECIDE] = SSE_PHASE_DECIDING,
    [RECONNECT] = SSE_PHASE_WAITING, [FAIL] = SSE_PHASE_CLOSED,    [PAUSE] = SSE_PHASE_PAUSED,
    [CLOSE] = SSE_PHASE_CLOSED,
};

static const sse_ready_state ready_state_in[] = {
    [SSE_PHASE_NEW] = SSE_CONNECTING,      [SSE_PHASE_FETCHING] = SSE_CONNECTING, [SSE_PHASE_STREAMING] = SSE_OPEN,
    [SSE_PHASE_DECIDING] = SSE_CONNECTING, [SSE_PHASE_WAITING] = SSE_CONNECTING,  [SSE_PHASE_PAUSED] = SSE_CONNECTING,
    [SSE_PHASE_CLOSED] = SSE_CLOSED,
};

typedef enum kind {
  START,
  RESPOND,
  FEED,
  SIGN_OF_LIFE,
  END,
  NETWORK_FAILURE,
  TIMER,
  IDLE,
  DECISION,
  USER_PAUSE,
  USER_RESUME,
  USER_CLOSE
} kind;

typedef struct input {
  const char *name;
  kind kind;
  uint32_t phases;   /* bits of those it fits */
  outcome outcome;   /* by the standard, with retries left */
  sse_reason reason; /* of an error that it leads to */
  int is_for_decision;
  /* What is given: */
  uint32_t status;  /* of a response; the uptime of a connection; of a network error, whether it is futile to go on */
  const char *text; /* a Content-Type or a chunk */
  int has_stream;
  sse_decision decision;
} input;

#define FETCHING BIT(SSE_PHASE_FETCHING)
#define STREAMING BIT(SSE_PHASE_STREAMING)
#define DECIDING BIT(SSE_PHASE_DECIDING)
#define WAITING BIT(SSE_PHASE_WAITING)
#define PAUSED BIT(SSE_PHASE_PAUSED)
#define CLOSED BIT(SSE_PHASE_CLOSED)
#define RESPONSE(name, outcome, reason, is_for_decision, status, type, has_stream) \
  { name, RESPOND, FETCHING, outcome, reason, is_for_decision, status, type, has_stream, SSE_DECISION_STANDARD }
#define CHUNK(name, text) \
  { name, FEED, STREAMING, STAY, SSE_REASON_TOO_LARGE, 0, 0, text, 0, SSE_DECISION_STANDARD }
#define PLAIN(name, kind, phases, outcome, reason, is_for_decision) \
  { name, kind, phases, outcome, reason, is_for_decision, 0, "", 0, SSE_DECISION_STANDARD }
#define ALIVE(name, uptime) \
  { name, SIGN_OF_LIFE, STREAMING, STAY, SSE_REASON_NONE, 0, uptime, "", 0, SSE_DECISION_STANDARD }
#define DECIDED(name, outcome, decision) \
  { name, DECISION, DECIDING, outcome, SSE_REASON_NONE, 0, 0, "", 0, decision }

/* First the TOWARDS_OPEN with which the world lets a connection open. */
static const input inputs[] = {
    PLAIN("start", START, BIT(SSE_PHASE_NEW), REQUEST, SSE_REASON_SCHEME, 0),
    RESPONSE("a good response", OPEN, SSE_REASON_NONE, 0, 200, "text/event-stream", 1),
    PLAIN("timer", TIMER, WAITING, REQUEST, SSE_REASON_NONE, 0),
    DECIDED("decision: retry", RECONNECT, SSE_DECISION_RETRY),
    PLAIN("resume", USER_RESUME, PAUSED, REQUEST, SSE_REASON_NONE, 0),
    RESPONSE("a response of status 204", FAIL, SSE_REASON_STATUS, 1, 204, "text/event-stream", 1),
    RESPONSE("status 500 without a stream", FAIL, SSE_REASON_STATUS, 1, 500, "text/html", 0),
    RESPONSE("a response of another type", FAIL, SSE_REASON_CONTENT_TYPE, 1, 200, "text/html", 1),
    RESPONSE("another type without a stream", FAIL, SSE_REASON_CONTENT_TYPE, 1, 200, "text/plain", 0),
    RESPONSE("a response without a type", FAIL, SSE_REASON_CONTENT_TYPE, 1, 200, "", 1),
    RESPONSE("a good response without a stream", FAIL, SSE_REASON_BODY, 0, 200, "text/event-stream", 0),
    CHUNK("an event", "data:1\n\n"),
    CHUNK("a comment", ":\n"),
    CHUNK("an id", "id:1\n\n"),
    CHUNK("an empty id", "id\n\n"),
    CHUNK("an id that no header can carry", "id:\x01\n\n"),
    CHUNK("a retry", "retry:7\n"),
    CHUNK("a huge retry", "retry:9999999999\n"),
    CHUNK("an unfinished block", "id:2\ndata:34"),
    CHUNK("too large an event", "data:123456789\n\n"),
    CHUNK("an event, then too large a one", "data\n\ndata:123456789\n\n"),
    CHUNK("more than a batch holds", "data\n\nid:1\n\ndata\n\n"),
    ALIVE("a sign of life too early to count", MIN_UPTIME - 1),
    ALIVE("a sign of life after the time that counts", MIN_UPTIME),
    PLAIN("end of the body", END, STREAMING, RECONNECT, SSE_REASON_ENDED, 0),
    PLAIN("network error", NETWORK_FAILURE, FETCHING | STREAMING, RECONNECT, SSE_REASON_NETWORK, 1),
    {"network error without hope", NETWORK_FAILURE, FETCHING | STREAMING, RECONNECT, SSE_REASON_FUTILE, 1, 1, "", 0,
     SSE_DECISION_STANDARD},
    PLAIN("idle", IDLE, FETCHING | STREAMING, RECONNECT, SSE_REASON_IDLE, 0),
    DECIDED("decision: as the standard", STAY, SSE_DECISION_STANDARD),
    DECIDED("decision: fail", FAIL, SSE_DECISION_FAIL),
    PLAIN("pause", USER_PAUSE, FETCHING | STREAMING | DECIDING | WAITING | PAUSED, PAUSE, SSE_REASON_NONE, 0),
    PLAIN("close", USER_CLOSE, UINT32_MAX, CLOSE, SSE_REASON_NONE, 0),
};

enum { INPUTS = sizeof inputs / sizeof *inputs, TAKE = INPUTS, TOWARDS_OPEN = 5 };

/* The phases in which an action may be pending; ABORT and CANCEL_TIMER tidy up in any. */
static const uint32_t may_be_pending[] = {
    [SSE_ACTION_NONE] = 0,
    [SSE_ACTION_ABORT] = UINT32_MAX,
    [SSE_ACTION_CANCEL_TIMER] = UINT32_MAX,
    [SSE_ACTION_FETCH] = FETCHING,
    [SSE_ACTION_FETCH_WITH_ID] = FETCHING,
    [SSE_ACTION_FIRE_OPEN] = STREAMING,
    [SSE_ACTION_DECIDE] = DECIDING,
    [SSE_ACTION_FIRE_ERROR] = WAITING | CLOSED,
    [SSE_ACTION_WAIT] = WAITING,
};

enum { ACTIONS = sizeof may_be_pending / sizeof *may_be_pending };

/* ---- The machine and its caller ---- */

typedef enum fetch { NO_FETCH, REQUESTED, RESPONDED, READING } fetch;

typedef struct state {
  sse_connection connection;
  uint8_t fetch;
  uint8_t has_timer;
  uint8_t is_deciding;
  uint8_t owes_error; /* a failure has happened whose error is still to be fired */
  uint8_t is_closed;  /* by the user */
  uint8_t failures;   /* in a row, none of them a good connection */
  uint8_t chunk;      /* the input whose rest, from `offset` on, is still to be fed; 0 if none */
  uint8_t offset;
} state;

typedef struct setting {
  sse_policy policy;
  const char *scheme;
} setting;

static const setting *current;

static int has_flag(sse_policy_flag flag) { return (current->policy.flags & (uint32_t)flag) != 0; }

static int is_futile(void) { return strcmp(current->scheme, "https:") != 0 && !has_flag(SSE_POLICY_ANY_SCHEME); }

static int has_retries_left(const state *s) {
  return !has_flag(SSE_POLICY_LIMIT_RETRIES) || s->failures < current->policy.max_retries;
}

static int is_pending(const state *s, sse_action action) { return (s->connection.pending & BIT(action)) != 0; }

/* What is wrong with the step at hand; the first counts. */
static const char *problem;

static void require(int is_right, const char *what) {
  if (!is_right && problem == NULL) problem = what;
}

/* Two states with the same key are one. */
typedef struct key {
  uint32_t words[4];
  uint8_t bytes[36];
} key;

static key key_of(const state *s) {
  const sse_connection *const c = &s->connection;
  const sse_parser *const p = &c->parser;
  key k = {
      .words = {p->size, p->line_size, p->retry, p->reconnection_time},
      .bytes = {p->carry_length,
                p->field,
                p->cut_id,
                p->event_id,
                p->last_event_id,
                p->flags,
                p->past_bom,
                p->swallow_lf,
                p->continued,
                p->has_data,
                p->too_large,
                p->has_reconnection_time,
                p->fired,
                c->phase,
                c->reason,
                (uint8_t)c->pending,
                (uint8_t)(c->pending >> 8),
                (uint8_t)c->retries,
                s->fetch,
                s->has_timer,
                s->is_deciding,
                s->owes_error,
                s->is_closed,
                s->failures,
                s->chunk,
                s->offset},
  };
  for (uint32_t i = 0; i < p->carry_length; ++i) k.bytes[27 + i] = p->carry[i];
  return k;
}

static int is_same(const key *a, const key *b) { return memcmp(a, b, sizeof *a) == 0; }

static void fold(state *s) {
  if (s->connection.retries > FOLD) s->connection.retries = FOLD;
  if (s->failures > FOLD) s->failures = FOLD;
}

/* ---- Steps ---- */

static void end_request(state *s) { s->fetch = NO_FETCH; }

/* Performs the next action as a caller does. */
static void perform_next(state *s) {
  const uint32_t before = s->connection.pending;
  const sse_action action = sse_next_action(&s->connection);
  require((before & BIT(action)) != 0 && s->connection.pending == (before & ~BIT(action)), "takes another action");
  switch (action) {
    case SSE_ACTION_NONE:
      break;
    case SSE_ACTION_ABORT:
      end_request(s);
      break;
    case SSE_ACTION_CANCEL_TIMER:
      s->has_timer = 0;
      break;
    case SSE_ACTION_FETCH:
    case SSE_ACTION_FETCH_WITH_ID:
      require(s->fetch == NO_FETCH, "requests while a request is under way");
      require(!s->has_timer, "requests while it waits");
      s->fetch = REQUESTED;
      break;
    case SSE_ACTION_FIRE_OPEN:
      s->fetch = READING;
      break;
    case SSE_ACTION_DECIDE:
      s->is_deciding = 1;
      break;
    case SSE_ACTION_FIRE_ERROR:
      require(s->owes_error, "fires error without a failure");
      require(s->fetch == NO_FETCH, "fires error before the request is ended");
      s->owes_error = 0;
      break;
    case SSE_ACTION_WAIT:
      require(!s->has_timer, "waits twice");
      require(!s->owes_error, "waits before it fires error");
      s->has_timer = 1;
      break;
  }
}

/* Feeds a chunk from `offset` on, in memory of just its size. Returns how many bytes were consumed. */
static uint32_t feed(state *s, const char *text, uint32_t offset) {
  static sse_batch batch;
  const uint32_t length = (uint32_t)strlen(text) - offset;
  uint8_t *const window = calloc(1, SSE_HEADROOM + (size_t)length);
  if (window == NULL) abort();
  for (uint32_t i = 0; i < length; ++i) window[SSE_HEADROOM + i] = (uint8_t)text[offset + i];
  const uint32_t consumed = sse_receive(&s->connection, &current->policy, window + SSE_HEADROOM, length, &batch);
  free(window);
  for (uint32_t i = 0; i < batch.count; ++i) {
    if ((batch.records[i].flags & SSE_FIRE) != 0) s->failures = 0;
  }
  require(consumed > 0 || batch.count == 0, "makes records of nothing");
  return consumed;
}

static void give_input(state *s, const input *in) {
  sse_connection *const connection = &s->connection;
  const sse_policy *const policy = &current->policy;
  switch (in->kind) {
    case START:
      sse_start(connection, policy, (const uint8_t *)current->scheme, (uint32_t)strlen(current->scheme));
      break;
    case RESPOND:
      sse_responded(connection, policy, in->status, (const uint8_t *)in->text, (uint32_t)strlen(in->text),
                    in->has_stream);
      break;
    case FEED:
      feed(s, in->text, 0);
      break;
    case SIGN_OF_LIFE:
      sse_alive(connection, policy, in->status);
      break;
    case END:
      sse_body_ended(connection, policy);
      break;
    case NETWORK_FAILURE:
      sse_network_failed(connection, policy, (int)in->status);
      break;
    case TIMER:
      sse_timer_fired(connection);
      break;
    case IDLE:
      sse_went_idle(connection, policy);
      break;
    case DECISION:
      sse_decide(connection, policy, in->decision);
      break;
    case USER_PAUSE:
      sse_pause(connection);
      break;
    case USER_RESUME:
      sse_resume(connection);
      break;
    case USER_CLOSE:
      sse_close(connection);
      break;
  }
}

/* Whether the world, or the user, can come with this now. */
static int can_happen(const state *s, uint32_t n) {
  const int listens = !is_pending(s, SSE_ACTION_ABORT);
  switch (inputs[n].kind) {
    case RESPOND:
      return listens && s->fetch == REQUESTED;
    case FEED: /* before anything else of the body, what is left of a chunk */
      return listens && s->fetch == READING && (s->chunk == 0 || s->chunk == n);
    case SIGN_OF_LIFE:
      return listens && s->fetch == READING;
    case END:
      return listens && s->fetch == READING && s->chunk == 0;
    case NETWORK_FAILURE:
      return listens && (s->fetch == REQUESTED || (s->fetch == READING && s->chunk == 0));
    case TIMER:
      return s->has_timer && !is_pending(s, SSE_ACTION_CANCEL_TIMER);
    case IDLE:
      return listens && s->fetch != NO_FETCH;
    case DECISION:
      return s->is_deciding;
    case START:
    case USER_PAUSE:
    case USER_RESUME:
    case USER_CLOSE:
      break;
  }
  return 1;
}

/* What has changed in the world by the time the input is given. */
static void advance_world(state *s, const input *in) {
  switch (in->kind) {
    case RESPOND:
      s->fetch = RESPONDED;
      break;
    case END:
    case NETWORK_FAILURE:
      end_request(s);
      break;
    case TIMER:
      s->has_timer = 0;
      break;
    case START:
    case FEED:
    case SIGN_OF_LIFE:
    case IDLE:
    case DECISION:
    case USER_PAUSE:
    case USER_RESUME:
    case USER_CLOSE:
      break;
  }
}

/* Where the input must lead from here. */
static outcome expected_outcome(const state *s, const input *in, int is_over_limit) {
  const sse_reason reason = (sse_reason)s->connection.reason;
  const int is_final = reason == SSE_REASON_STATUS || reason == SSE_REASON_CONTENT_TYPE || reason == SSE_REASON_FUTILE;
  const int is_futile_request = in->reason == SSE_REASON_FUTILE && s->connection.phase == SSE_PHASE_FETCHING;
  outcome expected = in->outcome;
  if (in->kind == START && is_futile()) expected = FAIL;
  if (in->kind == FEED && is_over_limit) expected = FAIL;
  if (in->kind == DECISION && in->decision == SSE_DECISION_STANDARD) expected = is_final ? FAIL : RECONNECT;
  if (is_futile_request) expected = FAIL;
  if (in->is_for_decision && has_flag(SSE_POLICY_DECIDE)) expected = DECIDE;
  if (in->kind == RESPOND && *in->text == '\0' && has_flag(SSE_POLICY_NO_TYPE)) expected = OPEN;
  if (expected == RECONNECT && !has_retries_left(s)) expected = FAIL;
  return expected;
}

/* Gives an input and holds what it did against what is right. */
static void apply(state *s, uint32_t n) {
  const input *const in = &inputs[n];
  const state before = *s;
  int is_over_limit = 0;
  advance_world(s, in);
  if (in->kind == FEED) {
    const uint32_t consumed = feed(s, in->text, s->offset);
    is_over_limit = consumed == 0;
    s->offset = (uint8_t)(s->offset + consumed);
    s->chunk = (uint8_t)(s->offset < strlen(in->text) ? n : 0);
  } else {
    give_input(s, in);
  }
  const outcome expected = expected_outcome(&before, in, is_over_limit);
  const sse_phase phase = expected == STAY ? (sse_phase)before.connection.phase : phase_after[expected];
  const int is_broken = in->kind == NETWORK_FAILURE && before.connection.phase == SSE_PHASE_STREAMING;
  const sse_reason reason = is_broken ? SSE_REASON_BROKEN : in->reason;
  const int has_failed = expected == RECONNECT || expected == FAIL;
  const int is_ended = before.connection.phase == SSE_PHASE_CLOSED;
  require(s->connection.phase == phase, "goes to another phase");
  if ((has_failed || expected == DECIDE) && in->kind != DECISION) {
    require(sse_get_reason(&s->connection) == reason, "gives another reason");
  } else {
    require(sse_get_reason(&s->connection) == (sse_reason)before.connection.reason, "changes the reason");
  }
  if (in->kind == SIGN_OF_LIFE && current->policy.min_uptime != 0 && in->status >= MIN_UPTIME) s->failures = 0;
  if (expected == RECONNECT) ++s->failures;
  if (has_failed) s->owes_error = 1;
  if (expected == PAUSE || expected == CLOSE) s->owes_error = 0;
  if (expected == CLOSE && !is_ended) s->is_closed = 1;
  if (phase != SSE_PHASE_DECIDING) s->is_deciding = 0;
  if (phase != SSE_PHASE_STREAMING || s->chunk == 0) s->chunk = s->offset = 0;
}

/* ---- What every state must be like ---- */

static void judge_pending(const state *s) {
  const sse_connection *const c = &s->connection;
  const int is_sendable = sse_get_last_event_id_kind(c) == SSE_ID_SENDABLE;
  for (int action = 0; action < ACTIONS; ++action) {
    if ((c->pending & BIT(action)) != 0)
      require((may_be_pending[action] >> c->phase & 1u) != 0, "leaves an action pending that is over");
  }
  require(c->pending >> ACTIONS == 0, "has an action pending that does not exist");
  require(is_pending(s, SSE_ACTION_FIRE_ERROR) == s->owes_error, "does not fire just one error for each failure");
  require(!is_pending(s, is_sendable ? SSE_ACTION_FETCH : SSE_ACTION_FETCH_WITH_ID), "requests with the wrong header");
  require(!is_pending(s, SSE_ACTION_DECIDE) || has_flag(SSE_POLICY_DECIDE),
          "asks for a decision that the caller does not want to make");
  if (s->is_closed) {
    require(c->phase == SSE_PHASE_CLOSED, "opens again after close()");
    require((c->pending & ~(BIT(SSE_ACTION_ABORT) | BIT(SSE_ACTION_CANCEL_TIMER))) == 0, "goes on after close()");
  }
}

/* What is under way fits the phase: just one thing that leads on, and nothing is left behind. */
static void judge_under_way(const state *s) {
  const sse_phase phase = (sse_phase)s->connection.phase;
  const int aborts = is_pending(s, SSE_ACTION_ABORT);
  const int requests = is_pending(s, SSE_ACTION_FETCH) || is_pending(s, SSE_ACTION_FETCH_WITH_ID);
  const int waits = s->has_timer && !is_pending(s, SSE_ACTION_CANCEL_TIMER);
  require(requests + (s->fetch == REQUESTED && !aborts) == (phase == SSE_PHASE_FETCHING), "is not fetching just once");
  require((s->fetch >= RESPONDED && !aborts) == (phase == SSE_PHASE_STREAMING), "reads in another phase");
  require((s->fetch == RESPONDED && !aborts) == is_pending(s, SSE_ACTION_FIRE_OPEN), "does not open just once");
  require(is_pending(s, SSE_ACTION_DECIDE) + s->is_deciding == (phase == SSE_PHASE_DECIDING),
          "does not ask for just one decision");
  require(is_pending(s, SSE_ACTION_WAIT) + waits == (phase == SSE_PHASE_WAITING), "is not waiting just once");
}

static void judge_fresh_stream(const state *s) {
  state fresh = *s;
  sse_parser_reset(&fresh.connection.parser);
  const key before = key_of(s);
  const key after = key_of(&fresh);
  require(is_same(&before, &after), "begins a stream with what the last one left");
}

static void judge(const state *s) {
  const sse_connection *const c = &s->connection;
  static const sse_backoff none = {0};
  static const sse_backoff grows = {.factor = 2, .max_delay = 30000};
  require(sse_get_ready_state(c) == ready_state_in[c->phase], "has another readyState");
  require(c->retries == s->failures, "miscounts the retries");
  require(sse_get_delay_with(c, &none, 0) == sse_get_reconnection_time(c), "does not wait the reconnection time");
  require(sse_get_delay_with(c, &grows, 0) >= sse_get_reconnection_time(c), "waits less than the reconnection time");
  require(sse_get_delay_with(c, &grows, 0) <= SSE_MAX_DELAY, "waits longer than a timer can");
  judge_pending(s);
  judge_under_way(s);
  if (is_pending(s, SSE_ACTION_FIRE_OPEN)) judge_fresh_stream(s);
}

/* ---- All of them ---- */

enum { MOST_STATES = 1 << 20, SLOTS = 2 * MOST_STATES };

typedef struct visit {
  state state;
  key key;
  uint32_t from; /* the visit before */
  uint32_t by;   /* the input, or TAKE */
} visit;

static visit *visits;
static uint32_t *slots; /* visits by hash, plus one */
static uint32_t count;
static uint64_t all_states;
static uint64_t all_steps;
static uint32_t passed;
static uint32_t failed;

static uint32_t hash(const key *k) {
  uint32_t h = 2166136261u;
  for (const uint8_t *at = (const uint8_t *)k; at < (const uint8_t *)(k + 1); ++at) h = (h ^ *at) * 16777619u;
  return h % SLOTS;
}

static void visit_new(const state *s, uint32_t from, uint32_t by) {
  const key k = key_of(s);
  uint32_t slot = hash(&k);
  while (slots[slot] != 0) {
    if (is_same(&visits[slots[slot] - 1].key, &k)) return;
    slot = (slot + 1) % SLOTS;
  }
  if (count == MOST_STATES) {
    printf("The state space does not close.\n");
    exit(1);
  }
  visits[count] = (visit){.state = *s, .key = k, .from = from, .by = by};
  slots[slot] = ++count;
}

/* One step from `s`, which is judged; TAKE for an action. Returns 0 if nothing can come of it. */
static int step(state *s, uint32_t by) {
  if (by == TAKE) {
    if (s->connection.pending == 0) return 0;
    perform_next(s);
  } else if ((inputs[by].phases >> s->connection.phase & 1u) == 0) {
    const key before = key_of(s);
    give_input(s, &inputs[by]);
    const key after = key_of(s);
    require(is_same(&before, &after), "changes by an input that does not fit");
    return 0;
  } else if (can_happen(s, by)) {
    apply(s, by);
  } else {
    return 0;
  }
  fold(s);
  judge(s);
  return 1;
}

/* From every CONNECTING state a connection can be opened, if the world gives the right inputs. There are two
   exceptions: a URL that cannot be fetched, and a decision that is due when no retry is left. */
static void judge_way_to_open(state s) {
  const int is_exhausted = s.connection.phase == SSE_PHASE_DECIDING && !has_retries_left(&s);
  if (is_exhausted || (s.connection.phase == SSE_PHASE_NEW && is_futile())) return;
  for (int steps = 0; steps < 16 && sse_get_ready_state(&s.connection) == SSE_CONNECTING; ++steps) {
    if (step(&s, TAKE)) continue;
    for (uint32_t by = 0; by < TOWARDS_OPEN && !step(&s, by);) ++by;
  }
  require(sse_get_ready_state(&s.connection) == SSE_OPEN, "cannot open any more");
}

static void print_trace(uint32_t at) {
  if (at == 0) return;
  print_trace(visits[at].from);
  printf("  %s\n", visits[at].by == TAKE ? "(take an action)" : inputs[visits[at].by].name);
}

static void check(int is_right, const char *name) {
  if (is_right) {
    ++passed;
  } else {
    ++failed;
    printf("FAILED: %s\n", name);
  }
}

static void explore(const setting *explored) {
  const state first = {0};
  char name[96];
  current = explored;
  count = 0;
  problem = NULL;
  memset(slots, 0, SLOTS * sizeof *slots);
  visit_new(&first, 0, TAKE);
  for (uint32_t at = 0; at < count && problem == NULL; ++at) {
    for (uint32_t by = 0; by <= TAKE && problem == NULL; ++by) {
      state s = visits[at].state;
      if (step(&s, by)) {
        ++all_steps;
        visit_new(&s, at, by);
      }
      if (problem != NULL) {
        print_trace(at);
        printf("  %s: %s\n", by == TAKE ? "(take an action)" : inputs[by].name, problem);
      }
    }
    if (sse_get_ready_state(&visits[at].state.connection) == SSE_CONNECTING) judge_way_to_open(visits[at].state);
  }
  all_states += count;
  snprintf(name, sizeof name, "every sequence for %s, max_retries %u, flags %u, min_uptime %u", explored->scheme,
           (unsigned)explored->policy.max_retries, (unsigned)explored->policy.flags,
           (unsigned)explored->policy.min_uptime);
  check(problem == NULL, name);
}

/* ---- What is folded above ---- */

static void check_delay(uint32_t reconnection_time, const sse_backoff *backoff, double not_before) {
  static const uint16_t retries[] = {0, 1, 2, 3, 10, 1000, UINT16_MAX};
  const double shortest = reconnection_time * (1 - backoff->jitter * backoff->random);
  double longest = reconnection_time > backoff->max_delay ? reconnection_time : backoff->max_delay;
  uint32_t before = 0;
  int is_right = 1;
  if (longest < not_before) longest = not_before;
  for (uint32_t i = 0; i < sizeof retries / sizeof *retries; ++i) {
    sse_connection connection = {.retries = retries[i]};
    sse_set_reconnection_time(&connection.parser, reconnection_time);
    const uint32_t delay = sse_get_delay_with(&connection, backoff, not_before);
    is_right = is_right && delay <= SSE_MAX_DELAY && delay <= longest && delay >= before &&
               (delay == SSE_MAX_DELAY || (delay >= not_before && delay + 1.0 > shortest));
    before = delay;
  }
  check(is_right, "a delay within its bounds, which does not shrink");
}

static void check_delays(void) {
  static const uint32_t times[] = {0, 1, 3000, SSE_MAX_DELAY};
  static const double factors[] = {0, 1, 1.5, 100};
  static const double maximums[] = {0, 30000, SSE_MAX_DELAY};
  static const double shares[] = {0, 0.5, 1};
  static const double not_before[] = {0, 5000, 1e300};
  for (uint32_t i = 0; i < 4 * 4 * 3 * 3 * 3; ++i) {
    const sse_backoff backoff = {
        .factor = factors[i / 4 % 4], .max_delay = maximums[i / 16 % 3], .jitter = shares[i / 48 % 3], .random = 1};
    check_delay(times[i % 4], &backoff, not_before[i / 144]);
  }
}

/* The count of retries stops at its last value, and the connection goes on, but for a policy that allows no more. */
static void check_last_retry(uint32_t flags, sse_phase phase) {
  static const setting any = {.scheme = "https:"};
  const sse_policy policy = {.max_retries = UINT16_MAX, .flags = flags};
  state s = {.connection = {.retries = UINT16_MAX}};
  current = &any;
  give_input(&s, &inputs[0]);
  sse_network_failed(&s.connection, &policy, 0);
  check(s.connection.phase == phase && s.connection.retries == UINT16_MAX, "the last retry that is counted");
}

int main(void) {
  static setting settings[SETTINGS];
  visits = malloc(MOST_STATES * sizeof *visits);
  slots = malloc(SLOTS * sizeof *slots);
  if (visits == NULL || slots == NULL) abort();
  check_delays();
  check_last_retry(0, SSE_PHASE_WAITING);
  check_last_retry(SSE_POLICY_LIMIT_RETRIES, SSE_PHASE_CLOSED);
  for (uint32_t i = 0; i < SETTINGS && failed == 0; ++i) {
    const uint32_t limited = i % 4;
    settings[i] = (setting){.policy = {.limit = LIMIT,
                                       .max_retries = limited != 0 ? limited - 1 : 0,
                                       .flags = i / 8 % 8 | (limited != 0 ? SSE_POLICY_LIMIT_RETRIES : 0u),
                                       .min_uptime = i / 64 * MIN_UPTIME},
                            .scheme = i / 4 % 2 == 0 ? "https:" : "ftp:"};
    explore(&settings[i]);
  }
  printf("%llu states, %llu transitions\n", (unsigned long long)all_states, (unsigned long long)all_steps);
  printf("C: %u passed, %u failed\n", (unsigned)passed, (unsigned)failed);
  free(visits);
  free(slots);
  return failed > 0;
}
