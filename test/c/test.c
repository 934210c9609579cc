/*
 * The tests of the core in C: every vector at every split, and the connection machine, input by input.
 *
 *     test FILE...    the files of test/vectors, whose README.md says how they are written
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "sse.h"

/* ---- Counting ---- */

static uint32_t passed;
static uint32_t failed;

/* Counts one test and returns whether it passed, so that the caller can say more. */
static int check(int is_right, const char *name, const char *what) {
  if (is_right) {
    ++passed;
  } else {
    ++failed;
    printf("FAILED: %s: %s\n", name, what);
  }
  return is_right;
}

/* ---- Vectors ---- */

typedef struct vector {
  char name[160];
  text stream;
  text expected; /* the transcript */
  text last_event_id;
  uint32_t reconnection_time;
} vector;

static void run_vector(const vector *v, split how) {
  static client c;
  char where[64];
  open_client(&c, 0);
  feed_split(&c, &v->stream, how);
  append_state(&c.transcript, &c.last_event_id, sse_get_reconnection_time(&c.connection));
  if (!is_id_known(&c)) c.problem = "the core mistakes the last event ID";
  snprintf(where, sizeof where, "first slice %u, then %u", (unsigned)how.first, (unsigned)how.step);
  if (!check(c.problem == NULL && equals(&c.transcript, &v->expected), v->name, where)) {
    if (c.problem != NULL) printf("  %s\n", c.problem);
    printf("expected:\n%sgot:\n%s", v->expected.bytes, c.transcript.bytes);
  }
  release_client(&c);
}

/* Whole, at every two-way split, byte by byte, and in slices of a few bytes, which cut one line many times. */
static void run_splits(const vector *v) {
  const uint32_t length = v->stream.length;
  for (uint32_t first = 1; first < length; ++first) run_vector(v, (split){first, length});
  run_vector(v, (split){length, length});
  for (uint32_t step = 1; step < 8; ++step) run_vector(v, (split){step, step});
}

static uint32_t hex_digit(const char *where, char digit) {
  static const char digits[] = "0123456789ABCDEF";
  const char *const found = digit != '\0' ? strchr(digits, digit) : NULL;
  if (found == NULL) give_up(where, "bad \\xHH");
  return (uint32_t)(found - digits);
}

/* Reads an escape behind its backslash; returns where it ends. */
static const char *read_escape(const char *where, const char *at, text *out) {
  static const char names[] = "nrt\"\\";
  static const char bytes[] = "\n\r\t\"\\";
  const char *const name = *at != '\0' ? strchr(names, *at) : NULL;
  if (name != NULL) {
    append(out, bytes + (name - names), 1);
    return at + 1;
  }
  if (*at != 'x') give_up(where, "bad escape");
  const uint8_t byte = (uint8_t)(hex_digit(where, at[1]) << 4 | hex_digit(where, at[2]));
  append(out, &byte, 1);
  return at + 3;
}

/* Reads up to `delimiter`; returns where that is. */
static const char *read_bytes(const char *where, const char *at, char delimiter, text *out) {
  while (*at != delimiter) {
    if (*at == '\0') give_up(where, "a quote is not closed");
    if (*at == '\\') {
      at = read_escape(where, at + 1, out);
    } else {
      append(out, at++, 1);
    }
  }
  return at;
}

static const char *read_quoted(const char *where, const char *at, text *out) {
  while (*at == ' ') ++at;
  if (*at != '"') give_up(where, "a quoted string is missing");
  return read_bytes(where, at + 1, '"', out) + 1;
}

static void read_event(const char *where, const char *at, vector *v) {
  text parts[3] = {{0}};
  for (uint32_t i = 0; i < 3; ++i) {
    append(&parts[i], "", 0);
    at = read_quoted(where, at, &parts[i]);
  }
  if (*at != '\0') give_up(where, "text after an event");
  append_event(&v->expected, &parts[0], &parts[1], &parts[2]);
  for (uint32_t i = 0; i < 3; ++i) release(&parts[i]);
}

static const char *after(const char *line, const char *prefix) {
  const size_t length = strlen(prefix);
  return strncmp(line, prefix, length) == 0 ? line + length : NULL;
}

static void begin_vector(vector *v, const char *name) {
  snprintf(v->name, sizeof v->name, "%s", name);
  v->reconnection_time = SSE_DEFAULT_RECONNECTION_TIME;
  clear(&v->stream);
  clear(&v->expected);
  clear(&v->last_event_id);
}

static void end_vector(vector *v) {
  if (v->name[0] == '\0') return;
  append_state(&v->expected, &v->last_event_id, v->reconnection_time);
  run_splits(v);
  v->name[0] = '\0';
}

static void read_line(const char *file, const char *line, vector *v) {
  const char *at;
  if (*line == '\0' || *line == '#') return;
  if ((at = after(line, "== ")) != NULL) {
    end_vector(v);
    begin_vector(v, at);
  } else if (v->name[0] == '\0') {
    give_up(file, "a line before the first case");
  } else if ((at = after(line, "< ")) != NULL) {
    read_bytes(v->name, at, '\0', &v->stream);
  } else if ((at = after(line, "> ")) != NULL) {
    read_event(v->name, at, v);
  } else if ((at = after(line, "last-event-id ")) != NULL) {
    read_quoted(v->name, at, &v->last_event_id);
  } else if ((at = after(line, "reconnection-time ")) != NULL) {
    v->reconnection_time = (uint32_t)strtoul(at, NULL, 10);
  } else {
    give_up(v->name, "a line of no known kind");
  }
}

static void run_file(const char *path) {
  static char line[4096];
  vector v = {0};
  FILE *const file = fopen(path, "rb");
  if (file == NULL) give_up(path, "cannot be read");
  while (fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    read_line(path, line, &v);
  }
  end_vector(&v);
  fclose(file);
  release(&v.stream);
  release(&v.expected);
  release(&v.last_event_id);
}

/* ---- The connection: every input in every phase ---- */

static char letter(sse_action action) {
  switch (action) {
    case SSE_ACTION_NONE:
      break;
    case SSE_ACTION_ABORT:
      return 'A';
    case SSE_ACTION_CANCEL_TIMER:
      return 'C';
    case SSE_ACTION_FETCH:
      return 'F';
    case SSE_ACTION_FETCH_WITH_ID:
      return 'I';
    case SSE_ACTION_FIRE_OPEN:
      return 'O';
    case SSE_ACTION_DECIDE:
      return 'Q';
    case SSE_ACTION_FIRE_ERROR:
      return 'E';
    case SSE_ACTION_WAIT:
      return 'W';
  }
  return '\0';
}

/* Takes all actions; a letter each. */
static const char *take_actions(sse_connection *connection) {
  static char letters[16];
  uint32_t count = 0;
  do {
    letters[count] = letter(sse_next_action(connection));
  } while (letters[count] != '\0' && ++count < sizeof letters - 1);
  letters[count] = '\0';
  return letters;
}

typedef enum input {
  START,
  START_UNFETCHABLE,
  RESPOND,
  RESPOND_STATUS,
  RESPOND_TYPE,
  RECEIVE,
  END_OF_BODY,
  NETWORK_ERROR,
  TIMER,
  CLOSE
} input;

static void receive_string(sse_connection *connection, const char *string) {
  static client c;
  c = (client){.connection = *connection};
  feed(&c, (const uint8_t *)string, (uint32_t)strlen(string));
  *connection = c.connection;
  release_client(&c);
}

static void give_input(sse_connection *connection, input what) {
  switch (what) {
    case START:
      start(connection, "https:");
      break;
    case START_UNFETCHABLE:
      start(connection, "ftp:");
      break;
    case RESPOND:
      respond(connection, 200, "text/event-stream");
      break;
    case RESPOND_STATUS:
      respond(connection, 204, "text/event-stream");
      break;
    case RESPOND_TYPE:
      respond(connection, 200, "text/html");
      break;
    case RECEIVE:
      receive_string(connection, "id: 1\nretry: 5\n\n");
      break;
    case END_OF_BODY:
      sse_body_ended(connection, &policy);
      break;
    case NETWORK_ERROR:
      sse_network_failed(connection, &policy, 0);
      break;
    case TIMER:
      sse_timer_fired(connection);
      break;
    case CLOSE:
      sse_close(connection);
      break;
  }
}

/* Puts a new connection in a phase, all actions taken; WAITING is reached by the end of a body. */
static sse_connection connection_in(sse_phase phase) {
  sse_connection connection = {0};
  if (phase == SSE_PHASE_CLOSED) give_input(&connection, CLOSE);
  if (phase >= SSE_PHASE_FETCHING) give_input(&connection, START);
  if (phase >= SSE_PHASE_STREAMING) give_input(&connection, RESPOND);
  if (phase >= SSE_PHASE_WAITING) give_input(&connection, END_OF_BODY);
  take_actions(&connection);
  return connection;
}

/* A letter per action: Abort, Cancel timer, Fetch, fetch with Id, fire Open, Question to the caller,
   fire Error, Wait. */
typedef struct transition {
  sse_phase from;
  input given;
  const char *actions;
  sse_ready_state state;
  sse_reason reason;
} transition;

static const transition transitions[] = {
    {SSE_PHASE_NEW, START, "F", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_NEW, START_UNFETCHABLE, "E", SSE_CLOSED, SSE_REASON_SCHEME},
    {SSE_PHASE_NEW, RESPOND, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_NEW, RESPOND_STATUS, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_NEW, RESPOND_TYPE, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_NEW, RECEIVE, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_NEW, END_OF_BODY, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_NEW, NETWORK_ERROR, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_NEW, TIMER, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_NEW, CLOSE, "", SSE_CLOSED, SSE_REASON_NONE},

    {SSE_PHASE_FETCHING, START, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_FETCHING, START_UNFETCHABLE, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_FETCHING, RESPOND, "O", SSE_OPEN, SSE_REASON_NONE},
    {SSE_PHASE_FETCHING, RESPOND_STATUS, "AE", SSE_CLOSED, SSE_REASON_STATUS},
    {SSE_PHASE_FETCHING, RESPOND_TYPE, "AE", SSE_CLOSED, SSE_REASON_CONTENT_TYPE},
    {SSE_PHASE_FETCHING, RECEIVE, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_FETCHING, END_OF_BODY, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_FETCHING, NETWORK_ERROR, "EW", SSE_CONNECTING, SSE_REASON_NETWORK},
    {SSE_PHASE_FETCHING, TIMER, "", SSE_CONNECTING, SSE_REASON_NONE},
    {SSE_PHASE_FETCHING, CLOSE, "A", SSE_CLOSED, SSE_REASON_NONE},

    {SSE_PHASE_STREAMING, START, "", SSE_OPEN, SSE_REASON_NONE},
    {SSE_PHASE_STREAMING, START_UNFETCHABLE, "", SSE_OPEN, SSE_REASON_NONE},
    {SSE_PHASE_STREAMING, RESPOND, "", SSE_OPEN, SSE_REASON_NONE},
    {SSE_PHASE_STREAMING, RESPOND_STATUS, "", SSE_OPEN, SSE_REASON_NONE},
    {SSE_PHASE_STREAMING, RESPOND_TYPE, "", SSE_OPEN, SSE_REASON_NONE},
    {SSE_PHASE_STREAMING, RECEIVE, "", SSE_OPEN, SSE_REASON_NONE},
    {SSE_PHASE_STREAMING, END_OF_BODY, "EW", SSE_CONNECTING, SSE_REASON_ENDED},
    {SSE_PHASE_STREAMING, NETWORK_ERROR, "EW", SSE_CONNECTING, SSE_REASON_BROKEN},
    {SSE_PHASE_STREAMING, TIMER, "", SSE_OPEN, SSE_REASON_NONE},
    {SSE_PHASE_STREAMING, CLOSE, "A", SSE_CLOSED, SSE_REASON_NONE},

    {SSE_PHASE_WAITING, START, "", SSE_CONNECTING, SSE_REASON_ENDED},
    {SSE_PHASE_WAITING, START_UNFETCHABLE, "", SSE_CONNECTING, SSE_REASON_ENDED},
    {SSE_PHASE_WAITING, RESPOND, "", SSE_CONNECTING, SSE_REASON_ENDED},
    {SSE_PHASE_WAITING, RESPOND_STATUS, "", SSE_CONNECTING, SSE_REASON_ENDED},
    {SSE_PHASE_WAITING, RESPOND_TYPE, "", SSE_CONNECTING, SSE_REASON_ENDED},
    {SSE_PHASE_WAITING, RECEIVE, "", SSE_CONNECTING, SSE_REASON_ENDED},
    {SSE_PHASE_WAITING, END_OF_BODY, "", SSE_CONNECTING, SSE_REASON_ENDED},
    {SSE_PHASE_WAITING, NETWORK_ERROR, "", SSE_CONNECTING, SSE_REASON_ENDED},
    {SSE_PHASE_WAITING, TIMER, "F", SSE_CONNECTING, SSE_REASON_ENDED},
    {SSE_PHASE_WAITING, CLOSE, "C", SSE_CLOSED, SSE_REASON_ENDED},

    {SSE_PHASE_CLOSED, START, "", SSE_CLOSED, SSE_REASON_NONE},
    {SSE_PHASE_CLOSED, START_UNFETCHABLE, "", SSE_CLOSED, SSE_REASON_NONE},
    {SSE_PHASE_CLOSED, RESPOND, "", SSE_CLOSED, SSE_REASON_NONE},
    {SSE_PHASE_CLOSED, RESPOND_STATUS, "", SSE_CLOSED, SSE_REASON_NONE},
    {SSE_PHASE_CLOSED, RESPOND_TYPE, "", SSE_CLOSED, SSE_REASON_NONE},
    {SSE_PHASE_CLOSED, RECEIVE, "", SSE_CLOSED, SSE_REASON_NONE},
    {SSE_PHASE_CLOSED, END_OF_BODY, "", SSE_CLOSED, SSE_REASON_NONE},
    {SSE_PHASE_CLOSED, NETWORK_ERROR, "", SSE_CLOSED, SSE_REASON_NONE},
    {SSE_PHASE_CLOSED, TIMER, "", SSE_CLOSED, SSE_REASON_NONE},
    {SSE_PHASE_CLOSED, CLOSE, "", SSE_CLOSED, SSE_REASON_NONE},
};

static void test_transitions(void) {
  for (uint32_t i = 0; i < sizeof transitions / sizeof *transitions; ++i) {
    const transition *const t = &transitions[i];
    char name[48];
    snprintf(name, sizeof name, "input %d in phase %d", (int)t->given, (int)t->from);
    sse_connection connection = connection_in(t->from);
    give_input(&connection, t->given);
    const uint32_t delay = t->from == SSE_PHASE_STREAMING && t->given == RECEIVE ? 5 : SSE_DEFAULT_RECONNECTION_TIME;
    check(strcmp(take_actions(&connection), t->actions) == 0 && sse_get_ready_state(&connection) == t->state &&
              sse_get_reason(&connection) == t->reason && sse_get_reconnection_time(&connection) == delay,
          name, "wrong actions, state, reason or delay");
  }
}

/* ---- What the caller wants beyond the standard ---- */

/* A letter per input: start, respond, refuse, network error, end of body, timer, data, comment, idle, pause, unpause,
   decisions yes, no and default, close. */
static void give_input_of(sse_connection *connection, char what) {
  switch (what) {
    case 's':
      start(connection, "https:");
      break;
    case 'S':
      start(connection, "capacitor:");
      break;
    case 'r':
      respond(connection, 200, "text/event-stream");
      break;
    case 'x':
      respond(connection, 503, "text/event-stream");
      break;
    case 'n':
      sse_network_failed(connection, &policy, 0);
      break;
    case 'N':
      sse_network_failed(connection, &policy, 1);
      break;
    case 'l':
      sse_alive(connection, &policy, 4);
      break;
    case 'L':
      sse_alive(connection, &policy, 5);
      break;
    case 'o':
      respond(connection, 200, "");
      break;
    case 'e':
      sse_body_ended(connection, &policy);
      break;
    case 't':
      sse_timer_fired(connection);
      break;
    case 'd':
      receive_string(connection, "data: 1\n\n");
      break;
    case 'c':
      receive_string(connection, ": comment\n\n");
      break;
    case 'i':
      sse_went_idle(connection, &policy);
      break;
    case 'p':
      sse_pause(connection);
      break;
    case 'u':
      sse_resume(connection);
      break;
    case 'y':
      sse_decide(connection, &policy, SSE_DECISION_RETRY);
      break;
    case 'f':
      sse_decide(connection, &policy, SSE_DECISION_FAIL);
      break;
    case '-':
      sse_decide(connection, &policy, SSE_DECISION_STANDARD);
      break;
    case 'k':
      sse_close(connection);
      break;
    default:
      give_up("give_input_of", "no such input");
  }
}

#define RETRIES(n) .max_retries = (n), .flags = SSE_POLICY_LIMIT_RETRIES

static void test_policies(void) {
  static const struct {
    const char *name;
    sse_policy policy;
    const char *inputs;
    const char *actions; /* of each input, parted by spaces */
    sse_ready_state state;
  } cases[] = {
      {"no retry at all", {RETRIES(0)}, "sn", "F E", SSE_CLOSED},
      {"no retry after an event either", {RETRIES(0)}, "srde", "F O  E", SSE_CLOSED},
      {"two retries and no more", {RETRIES(2)}, "sntntn", "F EW F EW F E", SSE_CLOSED},
      {"an event gives the retries back", {RETRIES(1)}, "sntrdentn", "F EW F O  EW  F E", SSE_CLOSED},
      {"after an event the retries are counted from the start",
       {RETRIES(1)},
       "sntrdetn",
       "F EW F O  EW F E",
       SSE_CLOSED},
      {"a comment is no event", {RETRIES(1)}, "sntrcetn", "F EW F O  E  ", SSE_CLOSED},
      {"a short life is none", {RETRIES(1), .min_uptime = 5}, "sntrletr", "F EW F O  E  ", SSE_CLOSED},
      {"a long life gives the retries back",
       {RETRIES(1), .min_uptime = 5},
       "sntrLet",
       "F EW F O  EW F",
       SSE_CONNECTING},
      {"a long life of no account", {RETRIES(1)}, "sntrLet", "F EW F O  E ", SSE_CLOSED},
      {"a life before the response", {RETRIES(1), .min_uptime = 5}, "sntLn", "F EW F  E", SSE_CLOSED},
      {"a futile network error", {0}, "sN", "F E", SSE_CLOSED},
      {"a futile network error is for the caller", {.flags = SSE_POLICY_DECIDE}, "sNyt", "F Q EW F", SSE_CONNECTING},
      {"a futile network error is for the caller, then for the standard",
       {.flags = SSE_POLICY_DECIDE},
       "sN-",
       "F Q E",
       SSE_CLOSED},
      {"a body that broke off is not futile", {0}, "srNt", "F O EW F", SSE_CONNECTING},
      {"no type", {0}, "so", "F AE", SSE_CLOSED},
      {"no type, where that is allowed", {.flags = SSE_POLICY_NO_TYPE}, "so", "F O", SSE_OPEN},
      {"any scheme", {.flags = SSE_POLICY_ANY_SCHEME}, "S", "F", SSE_CONNECTING},
      {"not any scheme", {0}, "S", "E", SSE_CLOSED},
      {"a refusal is for the caller, then retried", {.flags = SSE_POLICY_DECIDE}, "sxyt", "F AQ EW F", SSE_CONNECTING},
      {"a refusal is for the caller, then fails", {.flags = SSE_POLICY_DECIDE}, "sxf", "F AQ E", SSE_CLOSED},
      {"a refusal is for the caller, then for the standard", {.flags = SSE_POLICY_DECIDE}, "sx-", "F AQ E", SSE_CLOSED},
      {"a network error likewise: retried", {.flags = SSE_POLICY_DECIDE}, "sny", "F Q EW", SSE_CONNECTING},
      {"a network error likewise: fails", {.flags = SSE_POLICY_DECIDE}, "snf", "F Q E", SSE_CLOSED},
      {"a network error likewise: for the standard", {.flags = SSE_POLICY_DECIDE}, "sn-", "F Q EW", SSE_CONNECTING},
      {"a body that broke off likewise", {.flags = SSE_POLICY_DECIDE}, "srnf", "F O Q E", SSE_CLOSED},
      {"the end of a body is not for the caller", {.flags = SSE_POLICY_DECIDE}, "sre", "F O EW", SSE_CONNECTING},
      {"a decision when none is due", {.flags = SSE_POLICY_DECIDE}, "sryf", "F O  ", SSE_OPEN},
      {"close instead of a decision", {.flags = SSE_POLICY_DECIDE}, "snky", "F Q  ", SSE_CLOSED},
      {"a decision cannot exceed the retries",
       {.flags = SSE_POLICY_LIMIT_RETRIES | SSE_POLICY_DECIDE},
       "sny",
       "F Q E",
       SSE_CLOSED},
      {"idle while streaming", {0}, "srcit", "F O  AEW F", SSE_CONNECTING},
      {"idle while fetching", {0}, "si", "F AEW", SSE_CONNECTING},
      {"idle while waiting is nothing", {0}, "sni", "F EW ", SSE_CONNECTING},
      {"idle after close is nothing", {0}, "ski", "F A ", SSE_CLOSED},
      {"pause while streaming", {0}, "srpu", "F O A F", SSE_CONNECTING},
      {"pause while fetching", {0}, "spurd", "F A F O ", SSE_OPEN},
      {"pause while waiting", {0}, "snpu", "F EW C F", SSE_CONNECTING},
      {"nothing reaches a paused one", {0}, "srpdenitr", "F O A      ", SSE_CONNECTING},
      {"pause after close is nothing", {0}, "skpu", "F A  ", SSE_CLOSED},
      {"close while paused", {0}, "srpku", "F O A  ", SSE_CLOSED},
      {"resume without pause is nothing", {0}, "sru", "F O ", SSE_OPEN},
  };
  for (uint32_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    sse_connection connection = {0};
    text actions = {0};
    policy = cases[i].policy;
    for (const char *at = cases[i].inputs; *at != '\0'; ++at) {
      give_input_of(&connection, *at);
      if (at > cases[i].inputs) append(&actions, " ", 1);
      append_string(&actions, take_actions(&connection));
    }
    check(strcmp(actions.bytes, cases[i].actions) == 0 && sse_get_ready_state(&connection) == cases[i].state,
          cases[i].name, actions.bytes);
    release(&actions);
  }
  policy = (sse_policy){0};
}

/* Whichever way the lines are taken. */
static void test_retries_given_back(void) {
  for (uint32_t report = 0; report <= SSE_LIMIT_IN_UNITS; report += SSE_LIMIT_IN_UNITS) {
    sse_connection connection = {.parser = {.flags = (uint8_t)report}};
    policy = (sse_policy){RETRIES(1)};
    for (const char *at = "sntr"; *at != '\0'; ++at) give_input_of(&connection, *at);
    receive_string(&connection, "data: 1\n\nid: 2\n\n");
    check(connection.retries == 0, "a block without data after an event", "forgets that the retries were given back");
  }
  policy = (sse_policy){0};
}

static void test_delays(void) {
  static const struct {
    const char *name;
    uint32_t reconnection_time;
    uint16_t retries;
    sse_backoff backoff;
    double not_before;
    uint32_t delay;
  } cases[] = {
      {"without backoff", 3000, 9, {.factor = 0}, 0, 3000},
      {"first try", 1000, 1, {.factor = 2, .max_delay = 30000}, 0, 1000},
      {"second try", 1000, 2, {.factor = 2, .max_delay = 30000}, 0, 2000},
      {"fifth try", 1000, 5, {.factor = 2, .max_delay = 30000}, 0, 16000},
      {"sixth try is at the bound", 1000, 6, {.factor = 2, .max_delay = 30000}, 0, 30000},
      {"the last try that is counted", 1000, UINT16_MAX, {.factor = 1.0001, .max_delay = 30000}, 0, 30000},
      {"a broken factor", 1000, 3, {.factor = 1.5, .max_delay = 30000}, 0, 2250},
      {"a reconnection time over the bound stays", 60000, 5, {.factor = 2, .max_delay = 30000}, 0, 60000},
      {"at least, after a try without an event", 0, 2, {.min_delay = 500}, 0, 500},
      {"at least, but not after an event", 0, 1, {.min_delay = 500}, 0, 0},
      {"a reconnection time over the least stays", 700, 9, {.min_delay = 500}, 0, 700},
      {"grows from the least", 10, 3, {.factor = 2, .max_delay = 30000, .min_delay = 500}, 0, 2000},
      {"jitter takes off its share", 1000, 1, {.factor = 2, .max_delay = 30000, .jitter = 0.5, .random = 0.5}, 0, 750},
      {"jitter of all", 1000, 1, {.jitter = 1, .random = 1}, 0, 0},
      {"not before", 1000, 1, {.factor = 0}, 5000, 5000},
      {"not before a time that is past anyway", 1000, 1, {.factor = 0}, 500, 1000},
      {"not before is over jitter", 1000, 1, {.jitter = 1, .random = 1}, 700, 700},
      {"not before eternity", 1000, 1, {.factor = 0}, 1e300, SSE_MAX_DELAY},
      {"a factor that overflows", SSE_MAX_DELAY, 9, {.factor = 100, .max_delay = 1e300}, 0, SSE_MAX_DELAY},
  };
  for (uint32_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    sse_connection connection = {.retries = cases[i].retries};
    sse_set_reconnection_time(&connection.parser, cases[i].reconnection_time);
    check(sse_get_delay_with(&connection, &cases[i].backoff, cases[i].not_before) == cases[i].delay, "delay",
          cases[i].name);
  }
  static const struct {
    uint16_t retries;
    uint32_t reconnection_time;
    uint32_t delay;
  } constant[] = {{1, 0, 0}, {2, 0, SSE_MIN_DELAY}, {9, 99, SSE_MIN_DELAY}, {9, 101, 101}, {1, 5000, 5000}};
  for (uint32_t i = 0; i < sizeof constant / sizeof *constant; ++i) {
    sse_connection connection = {.retries = constant[i].retries};
    sse_set_reconnection_time(&connection.parser, constant[i].reconnection_time);
    check(sse_get_delay(&connection) == constant[i].delay, "delay", "without backoff");
  }
}

/* close() while actions wait to be taken: only those that clean up remain. */
static void test_close_with_pending_actions(void) {
  static const struct {
    const char *name;
    input inputs[3];
    uint32_t count;
    const char *taken; /* before the close */
    const char *actions;
  } cases[] = {
      {"close before the fetch was begun", {START}, 1, "", "A"},
      {"close while fetching", {START}, 1, "F", "A"},
      {"close before open was fired", {START, RESPOND}, 2, "F", "A"},
      {"close in the open event", {START, RESPOND}, 2, "FO", "A"},
      {"close between the abort and the error of a failure", {START, RESPOND_STATUS}, 2, "FA", ""},
      {"close before error was fired", {START, RESPOND, END_OF_BODY}, 3, "FO", "C"},
      {"close in the error event", {START, RESPOND, END_OF_BODY}, 3, "FOE", "C"},
      {"close while waiting", {START, RESPOND, END_OF_BODY}, 3, "FOEW", "C"},
      {"close in the error event of a network error", {START, NETWORK_ERROR}, 2, "FE", "C"},
      {"close after the error event of a failure", {START, RESPOND_STATUS}, 2, "FAE", ""},
  };
  for (uint32_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    sse_connection connection = {0};
    int is_right = 1;
    const char *taken = cases[i].taken;
    for (uint32_t step = 0; step < cases[i].count; ++step) {
      give_input(&connection, cases[i].inputs[step]);
      /* All that are due, but after the last input only as many as the case says. */
      while (*taken != '\0' && connection.pending != 0) {
        if (letter(sse_next_action(&connection)) != *taken++) is_right = 0;
      }
    }
    give_input(&connection, CLOSE);
    is_right = is_right && strcmp(take_actions(&connection), cases[i].actions) == 0;
    give_input(&connection, CLOSE);
    is_right = is_right && take_actions(&connection)[0] == '\0' && sse_get_ready_state(&connection) == SSE_CLOSED;
    check(is_right, cases[i].name, "wrong actions");
  }
}

static void test_schemes(void) {
  static const char *const refused[] = {
      "ftp:", "about:", "mailto:", "javascript:", "ws:", "file:", "", "http", "https:x", "httpx:"};
  static const char *const taken[] = {"http:", "https:", "data:", "blob:"};
  for (uint32_t i = 0; i < sizeof refused / sizeof *refused; ++i) {
    sse_connection connection = {0};
    start(&connection, refused[i]);
    check(strcmp(take_actions(&connection), "E") == 0, "a scheme that cannot be fetched", refused[i]);
  }
  for (uint32_t i = 0; i < sizeof taken / sizeof *taken; ++i) {
    sse_connection connection = {0};
    start(&connection, taken[i]);
    check(strcmp(take_actions(&connection), "F") == 0, "a scheme that can be fetched", taken[i]);
  }
}

static void test_statuses(void) {
  static const uint32_t refused[] = {0, 100, 199, 201, 202, 204, 205, 206, 301, 304, 400, 404, 500, 503};
  for (uint32_t i = 0; i < sizeof refused / sizeof *refused; ++i) {
    sse_connection connection = connection_in(SSE_PHASE_FETCHING);
    respond(&connection, refused[i], "text/event-stream");
    check(strcmp(take_actions(&connection), "AE") == 0 && sse_get_reason(&connection) == SSE_REASON_STATUS,
          "a status other than 200", "was not refused");
  }
}

static void test_unreadable_bodies(void) {
  static const struct {
    uint32_t status;
    const char *content_type;
    sse_reason reason;
  } cases[] = {
      {200, "text/event-stream", SSE_REASON_BODY},
      {200, "text/plain", SSE_REASON_CONTENT_TYPE},
      {503, "text/event-stream", SSE_REASON_STATUS},
  };
  for (uint32_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    sse_connection connection = connection_in(SSE_PHASE_FETCHING);
    const uint8_t *const content_type = (const uint8_t *)cases[i].content_type;
    sse_responded(&connection, &policy, cases[i].status, content_type, (uint32_t)strlen(cases[i].content_type), 0);
    check(strcmp(take_actions(&connection), "AE") == 0 && sse_get_reason(&connection) == cases[i].reason,
          "a body that cannot be read", "was not refused, or for another reason");
  }
}

/* Which request a reconnection makes after a stream. */
static void test_reconnections(void) {
  static const struct {
    const char *stream;
    const char *actions;
    sse_id_kind id;
    uint32_t delay;
  } cases[] = {
      {"data: x\n\n", "F", SSE_ID_NONE, 3000},
      {"id: 7\n\n", "I", SSE_ID_SENDABLE, 3000},
      {"id: 7\ndata: x\n\ndata: y\n\n", "I", SSE_ID_SENDABLE, 3000},
      {"id: 7\n", "F", SSE_ID_NONE, 3000},
      {"id: 7\n\nid:\n\n", "F", SSE_ID_EMPTY, 3000},
      {"id: 7\n\nid: a\x01\n\n", "F", SSE_ID_UNSENDABLE, 3000},
      {"id: a\x7F\n\n", "F", SSE_ID_UNSENDABLE, 3000},
      {"id: a\x1F and a long rest of it\n\nid: 8\n\n", "I", SSE_ID_SENDABLE, 3000},
      {"id: a\tb\n\n", "I", SSE_ID_SENDABLE, 3000},
      {"id: \xE2\x80\xA6\xFF\n\n", "I", SSE_ID_SENDABLE, 3000},
      {"retry: 0\n", "F", SSE_ID_NONE, 0},
      {"retry: 10\nid: 1\n\n", "I", SSE_ID_SENDABLE, 10},
      {"retry: 99999999999\n", "F", SSE_ID_NONE, SSE_MAX_DELAY},
  };
  for (uint32_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    sse_connection connection = connection_in(SSE_PHASE_STREAMING);
    receive_string(&connection, cases[i].stream);
    give_input(&connection, END_OF_BODY);
    int is_right =
        strcmp(take_actions(&connection), "EW") == 0 && sse_get_reconnection_time(&connection) == cases[i].delay;
    give_input(&connection, TIMER);
    is_right = is_right && strcmp(take_actions(&connection), cases[i].actions) == 0;
    /* A new stream keeps the last event ID and the reconnection time, and nothing else. */
    give_input(&connection, RESPOND);
    receive_string(&connection, "data: x\n\n");
    is_right = is_right && sse_get_last_event_id_kind(&connection) == cases[i].id;
    check(is_right && sse_get_reconnection_time(&connection) == cases[i].delay, "a reconnection after",
          cases[i].stream);
  }
}

/* What a stream left unfinished does not reach the next one. */
static void test_fresh_start(void) {
  static const char *const unfinished[] = {
      "data: x\nda",       "event: some\nid: 3",  "event: a longer type", "data: x\r",
      "id: a\x01 long id", "data: long \xE2\x82", "retry: 1234567890",    "\xEF\xBB"};
  for (uint32_t i = 0; i < sizeof unfinished / sizeof *unfinished; ++i) {
    static client c;
    static const char next[] = "\xEF\xBB\xBF\ndata: y\n\n";
    open_client(&c, 0);
    feed(&c, (const uint8_t *)unfinished[i], (uint32_t)strlen(unfinished[i]));
    give_input(&c.connection, NETWORK_ERROR);
    give_input(&c.connection, TIMER);
    give_input(&c.connection, RESPOND);
    forget_event(&c);
    feed(&c, (const uint8_t *)next, sizeof next - 1);
    check(c.problem == NULL && strcmp(c.transcript.bytes, "> \"message\" \"y\" \"\"\n") == 0 &&
              sse_get_last_event_id_kind(&c.connection) == SSE_ID_NONE &&
              sse_get_reconnection_time(&c.connection) == 3000,
          "a new stream after", unfinished[i]);
    release_client(&c);
  }
}

static void test_content_types(void) {
  static const struct {
    const char *value;
    int is_event_stream;
  } cases[] = {
      {"text/event-stream", 1},
      {"TEXT/EVENT-STREAM", 1},
      {"Text/Event-Stream", 1},
      {" text/event-stream", 1},
      {"text/event-stream ", 1},
      {"\t\r\n text/event-stream\t\r\n ", 1},
      {"text/event-stream;charset=utf-8", 1},
      {"text/event-stream; charset=UTF-8", 1},
      {"text/event-stream ;charset=latin1", 1},
      {"text/event-stream;", 1},
      {"text/event-stream;;", 1},
      {"text/event-stream;a=\"b;c\"", 1},
      {"text/event-stream; charset=\"a,b\"", 1},
      {"text/event-stream; charset=\"a\\\",text/html\"", 1},
      {"text/event-stream; charset=\"a,text/html", 1},
      {"text/event-stream; charset=\"a\\", 1},
      {"text/h264, text/event-stream", 1},
      {"text/event-stream, text/event-stream", 1},
      {"text/html, text/event-stream", 1},
      {"text/html,text/event-stream", 1},
      {"text/event-stream, */*", 1},
      {"text/event-stream, ", 1},
      {"text/event-stream,", 1},
      {"text/event-stream, nonsense", 1},
      {"text/event-stream, a b/c", 1},
      {"text/event-stream, text", 1},
      {"text/event-stream, text/", 1},
      {"text/event-stream, /html", 1},
      {"text/event-stream, text:html", 1},
      {"text/event-stream; a=\"\\\",text/html;b=\"", 1},
      {"text/html; a=\"\\\",text/event-stream;b=\"", 0},
      {",text/event-stream", 1},
      {"*/*, text/event-stream", 1},
      {"\"x,y\", text/event-stream", 1},
      {"text/html;a=\"b\",text/event-stream;c=\"d\"", 1},
      {"", 0},
      {" ", 0},
      {",", 0},
      {"/", 0},
      {"text", 0},
      {"text/", 0},
      {"/event-stream", 0},
      {"text/event-streamX", 0},
      {"text/event-stream2", 0},
      {"text/event-strea", 0},
      {"Xtext/event-stream", 0},
      {"text/event-stream+x", 0},
      {"text/event_stream", 0},
      {"application/event-stream", 0},
      {"text/plain", 0},
      {"text/html", 0},
      {"*/*", 0},
      {"text/*", 0},
      {"text /event-stream", 0},
      {"text/ event-stream", 0},
      {"text/event- stream", 0},
      {"text/event-stream/", 0},
      {"text/event-stream charset=utf-8", 0},
      {"text;/event-stream", 0},
      {"charset=utf-8;text/event-stream", 0},
      {"text/event-stream, text/html", 0},
      {"text/event-stream, az/09", 0},
      {"text/event-stream, AZ/!#$%&'*+-.^_`|~", 0},
      {"text/event-stream;charset=\"a\",text/html", 0},
      {"text/html;charset=\"a,text/event-stream\"", 0},
      {"text/html;charset=\"a\\\",text/event-stream\"", 0},
      {"\"text/event-stream\"", 0},
      {"text/event-stream\x0B", 0},
      {"text/event-stream\xC2\xA0", 0},
      {"text\x01/event-stream", 0},
      {"text/event@stream", 0},
      {"text/event\rstream", 0},
  };
  for (uint32_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    const uint32_t length = (uint32_t)strlen(cases[i].value);
    /* Without the NUL, so that reading on is seen. */
    uint8_t *const exact = malloc(length > 0 ? length : 1);
    if (exact == NULL) give_up("content types", "out of memory");
    memcpy(exact, cases[i].value, length);
    check(sse_is_event_stream(exact, length) == cases[i].is_event_stream, "content type", cases[i].value);
    free(exact);
  }
  static const uint8_t with_null[] = "text/event-stream\0";
  check(sse_is_event_stream(NULL, 0) == 0, "content type", "none at all");
  check(sse_is_event_stream(with_null, sizeof with_null - 1) == 0, "content type", "with a NUL");
}

/* ---- Limits and reports ---- */

#define FIRED(data, id) "> \"message\" \"" data "\" \"" id "\"\n"

typedef struct limited {
  const char *name;
  uint32_t report; /* of sse_parser_flag */
  uint32_t limit;
  int is_refused;
  const char *stream;
  const char *expected;
} limited;

static const limited limits[] = {
    {"data at the limit", 0, 10, 0, "data: 0123456789\n\n", FIRED("0123456789", "")},
    {"data over the limit", 0, 10, 1, "data: 0123456789A\n\n", ""},
    {"a line that never ends", 0, 10, 1, "data: 0123456789A", ""},
    {"events before are delivered", 0, 10, 1, "data: a\n\nid: 1\ndata: b\n\ndata: 0123456789A\n\ndata: c\n\n",
     FIRED("a", "") FIRED("b", "1")},
    {"each event counts by itself", 0, 10, 0, "data: 0123456789\n\ndata: 0123456789\n\n",
     FIRED("0123456789", "") FIRED("0123456789", "")},
    {"a block without data ends the count", 0, 10, 0, "event: 01234567\n\nid: 01234567\n\ndata: 01234567\n\n",
     FIRED("01234567", "01234567")},
    {"data lines and their joins at the limit", 0, 10, 0, "data: 012\ndata: 456\ndata: 89\n\n",
     FIRED("012\\x0A456\\x0A89", "")},
    {"data lines and their joins over the limit", 0, 10, 1, "data: 012\ndata: 456\ndata: 89A\n\n", ""},
    {"empty data lines at the limit", 0, 3, 0, "data\ndata\ndata\ndata\n\n", FIRED("\\x0A\\x0A\\x0A", "")},
    {"empty data lines over the limit", 0, 3, 1, "data\ndata\ndata\ndata\ndata\n\n", ""},
    {"a first empty data line counts nothing", 0, 1, 0, "data\n\ndata\n\n", FIRED("", "") FIRED("", "")},
    {"an id at the limit", 0, 10, 0, "id: 0123456789\ndata\n\n", FIRED("", "0123456789")},
    {"an id over the limit", 0, 10, 1, "id: 0123456789A\ndata\n\n", ""},
    {"an id and data at the limit", 0, 10, 0, "id: 01234\ndata: 56789\n\n", FIRED("56789", "01234")},
    {"an id and data over the limit", 0, 10, 1, "id: 01234\ndata: 56789A\n\n", ""},
    {"a type at the limit", 0, 10, 0, "event: 0123456789\ndata\n\n", "> \"0123456789\" \"\" \"\"\n"},
    {"a type over the limit", 0, 10, 1, "event: 0123456789A\ndata\n\n", ""},
    {"types that are replaced over the limit", 0, 10, 1, "event: 01234\nevent: 567890\ndata\n\n", ""},
    {"multi-byte data at the limit", 0, 10, 0, "data: \xC3\xA9\xF0\x9F\x8E\x89z\xE6\x97\xA5\n\n",
     FIRED("\xC3\xA9\xF0\x9F\x8E\x89z\xE6\x97\xA5", "")},
    {"multi-byte data over the limit", 0, 10, 1, "data: \xC3\xA9\xF0\x9F\x8E\x89zy\xE6\x97\xA5\n\n", ""},
    {"joined data of an event over the limit, behind another event", 0, 14, 1,
     "data:\xC3\xA9\n\ndata:a\ndata:\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\nevent:toolarge\n", FIRED("\xC3\xA9", "")},
    {"comments do not count", 0, 5, 0, ": a comment of more than five bytes\ndata: 01234\n:x\n\n", FIRED("01234", "")},
    {"unknown lines do not count", 0, 5, 0, "unknown: more than five bytes\ndata: 01234\nunknown and longer\n\n",
     FIRED("01234", "")},
    {"a comment that never ends does not count", 0, 5, 0, "data: a\n\n:......................................",
     FIRED("a", "")},
    {"retry lines do not count", 0, 5, 0, "retry: 00000000000000000005\ndata: 01234\n\n", FIRED("01234", "")},
    {"line ends do not count", 0, 5, 0, "\r\n\r\n\r\ndata: 01234\r\n\r\n\n\n\n", FIRED("01234", "")},
    {"code units at the limit", SSE_LIMIT_IN_UNITS, 4, 0, "data: \xC3\xA9\xF0\x9F\x8E\x89z\n\n",
     FIRED("\xC3\xA9\xF0\x9F\x8E\x89z", "")},
    {"code units over the limit", SSE_LIMIT_IN_UNITS, 3, 1, "data: \xC3\xA9\xF0\x9F\x8E\x89z\n\n", ""},
    {"a malformed byte behind a character of three", SSE_LIMIT_IN_UNITS, 1, 1, "data: \xE6\x97\xA5\x80\n\n", ""},
    {"malformed bytes count a third of a code unit at least", SSE_LIMIT_IN_UNITS, 3, 1,
     "data: \x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\n\n", ""},
    {"a comment that is not reported", SSE_REPORT_UNKNOWN | SSE_REPORT_RETRY, 0, 0, ": a\ndata: x\n\n", FIRED("x", "")},
    {"comments, as they stand", SSE_REPORT_COMMENTS, 0, 0, ":\n: a\n:b\n:  c:d\n\n",
     "comment \":\"\ncomment \": a\"\ncomment \":b\"\ncomment \":  c:d\"\n"},
    {"a comment within an event comes before it", SSE_REPORT_COMMENTS, 0, 0,
     "event: t\ndata: x\n: a\nid: 1\ndata: y\n\n", "comment \": a\"\n> \"t\" \"x\\x0Ay\" \"1\"\n"},
    {"a comment after an event comes after it", SSE_REPORT_COMMENTS, 0, 0, "data: x\n\n: a\ndata: y\n\n",
     FIRED("x", "") "comment \": a\"\n" FIRED("y", "")},
    {"a multi-byte comment", SSE_REPORT_COMMENTS, 0, 0, ": \xE6\x97\xA5\xF0\x9F\x8E\x89\r\n\r\n",
     "comment \": \xE6\x97\xA5\xF0\x9F\x8E\x89\"\n"},
    {"a comment that never ends", SSE_REPORT_COMMENTS, 0, 0, "data: x\n\n: a", FIRED("x", "")},
    {"a comment over the limit is not reported", SSE_REPORT_COMMENTS, 5, 0, ":01234\ndata: 01234\n:0123\n\n",
     "comment \":0123\"\n" FIRED("01234", "")},
    {"a comment that never ends is not reported", SSE_REPORT_COMMENTS, 5, 0, "data: a\n\n:.........................",
     FIRED("a", "")},
    {"a retry over the limit is taken but not reported", SSE_REPORT_RETRY, 8, 0, "retry: 123\nretry:12\ndata: a\n\n",
     "retry \"retry:12\"\n" FIRED("a", "")},
    {"an unknown field over the limit is not reported", SSE_REPORT_UNKNOWN, 5, 0, "unknown\nother\n",
     "unknown \"other\"\n"},
    {"an event at the limit after a comment at the limit", SSE_REPORT_COMMENTS, 5, 0, "data: 01\n:0123\ndata: 34\n\n",
     "comment \":0123\"\n" FIRED("01\\x0A34", "")},
    {"a comment over the limit in units", SSE_REPORT_COMMENTS | SSE_LIMIT_IN_UNITS, 5, 1, "data: a\n\n:01234\n",
     FIRED("a", "")},
    {"a comment at the limit in units", SSE_REPORT_COMMENTS | SSE_LIMIT_IN_UNITS, 5, 0, "data: 01234\n:0123\n\n",
     "comment \":0123\"\n" FIRED("01234", "")},
    {"an unknown field over the limit in units", SSE_REPORT_UNKNOWN | SSE_LIMIT_IN_UNITS, 5, 0, "unknown\ndata: a\n\n",
     FIRED("a", "")},
    {"malformed bytes in units", SSE_LIMIT_IN_UNITS, 2, 1, "data: \x80\x80\x80\x80\x80\x80\x80\n\n", ""},
    {"a comment at the limit", SSE_REPORT_COMMENTS, 5, 0, ":0123\ndata: 01234\n\n",
     "comment \":0123\"\n" FIRED("01234", "")},
    {"unknown fields", SSE_REPORT_UNKNOWN, 0, 0, "Data: x\ndat: y\ndatas\n id: 1\ndata: x\n\n",
     "unknown \"Data: x\"\nunknown \"dat: y\"\nunknown \"datas\"\nunknown \" id: 1\"\n" FIRED("x", "")},
    {"an unknown field that is not reported", SSE_REPORT_COMMENTS, 0, 0, "foo: x\ndata: x\n\n", FIRED("x", "")},
    {"retry, valid or not", SSE_REPORT_RETRY, 0, 0,
     "retry: 5\nretry:5\nretry: 5a\nretry\nretry:\nretry: -1\nretry:  5\n",
     "retry \"retry: 5\"\nretry \"retry:5\"\nbad retry \"retry: 5a\"\nbad retry \"retry\"\nbad retry \"retry:\"\n"
     "bad retry \"retry: -1\"\nbad retry \"retry:  5\"\n"},
    {"a retry after a bad one", SSE_REPORT_RETRY, 0, 0, "retry: 5a\nretry: 5\n",
     "bad retry \"retry: 5a\"\nretry \"retry: 5\"\n"},
};

static void run_limited(const limited *l, const text *stream, split how) {
  static client c;
  open_client(&c, l->limit);
  c.connection.parser.flags = (uint8_t)l->report;
  feed_split(&c, stream, how);
  const char *const actions = take_actions(&c.connection);
  const int is_right = c.problem == NULL && strcmp(c.transcript.bytes, l->expected) == 0 &&
                       strcmp(actions, l->is_refused ? "AE" : "") == 0 &&
                       sse_get_reason(&c.connection) == (l->is_refused ? SSE_REASON_TOO_LARGE : SSE_REASON_NONE) &&
                       sse_get_ready_state(&c.connection) == (l->is_refused ? SSE_CLOSED : SSE_OPEN);
  char where[64];
  snprintf(where, sizeof where, "first slice %u, then %u", (unsigned)how.first, (unsigned)how.step);
  if (!check(is_right, l->name, where)) printf("expected:\n%sgot:\n%s", l->expected, c.transcript.bytes);
  release_client(&c);
}

static void test_limits_and_reports(void) {
  for (uint32_t i = 0; i < sizeof limits / sizeof *limits; ++i) {
    text stream = {0};
    append_string(&stream, limits[i].stream);
    for (uint32_t first = 1; first <= stream.length; ++first) {
      run_limited(&limits[i], &stream, (split){first, stream.length});
    }
    for (uint32_t step = 1; step < 8; ++step) run_limited(&limits[i], &stream, (split){step, step});
    release(&stream);
  }
}

static void test_too_large_is_sticky(void) {
  static sse_batch batch;
  static const char too_large[] = "data: 01234\n\n";
  static const char small[] = "data: 0123\n\n";
  uint8_t window[SSE_HEADROOM + sizeof too_large] = {0};
  sse_parser parser = {0};
  memcpy(window + SSE_HEADROOM, too_large, sizeof too_large - 1);
  check(sse_parse(&parser, 4, window + SSE_HEADROOM, sizeof too_large - 1, &batch) == 0 && parser.too_large,
        "too large an event", "was consumed");
  memcpy(window + SSE_HEADROOM, small, sizeof small - 1);
  check(sse_parse(&parser, 4, window + SSE_HEADROOM, sizeof small - 1, &batch) == 0 && batch.count == 0 &&
            parser.too_large,
        "after too large an event", "something was consumed");
  memcpy(window + SSE_HEADROOM, "\n", 1);
  check(sse_parse(&parser, 4, window + SSE_HEADROOM, 1, &batch) == 0 && batch.count == 0, "after too large an event",
        "an empty line ended it");
  memcpy(window + SSE_HEADROOM, small, sizeof small - 1);
  sse_parser_reset(&parser);
  check(!parser.too_large, "sse_parser_reset", "the limit is still passed");
  check(sse_parse(&parser, 4, window + SSE_HEADROOM, sizeof small - 1, &batch) == sizeof small - 1 && batch.count == 1,
        "after sse_parser_reset", "an event was lost");
}

static void test_empty_slice(void) {
  static client c;
  open_client(&c, 0);
  feed(&c, (const uint8_t *)"data: x\r", 8);
  check(receive(&c, (const uint8_t *)"", 0) == 0 && c.batch.count == 0, "an empty slice", "made a record");
  feed(&c, (const uint8_t *)"\n\r", 2);
  check(strcmp(c.transcript.bytes, FIRED("x", "")) == 0, "an empty slice", "between CR and LF parts them");
  release_client(&c);
}

static void test_not_open(void) {
  static const sse_phase phases[] = {SSE_PHASE_NEW, SSE_PHASE_FETCHING, SSE_PHASE_WAITING, SSE_PHASE_CLOSED};
  for (uint32_t i = 0; i < sizeof phases / sizeof *phases; ++i) {
    static client c;
    c = (client){.connection = connection_in(phases[i])};
    check(receive(&c, (const uint8_t *)"data\n\n", 6) == 0 && c.batch.count == 0, "a connection that is not open",
          "consumes bytes");
    release_client(&c);
  }
}

/* One call's limit may be lower than the last one's. */
static void test_lower_limit(void) {
  static client c;
  open_client(&c, 10);
  feed(&c, (const uint8_t *)"data: 01234567\n", 15);
  policy.limit = 5;
  feed(&c, (const uint8_t *)"data\n\n", 6);
  check(c.transcript.length == 0 && sse_get_reason(&c.connection) == SSE_REASON_TOO_LARGE, "a lower limit",
        "does not hold for the event that is under way");
  release_client(&c);
}

static void test_reason_names(void) {
  for (int reason = SSE_REASON_NONE; reason <= SSE_REASON_IDLE; ++reason) {
    const char *const name = sse_reason_name((sse_reason)reason);
    int is_unique = strcmp(name, "unknown") != 0;
    for (int other = SSE_REASON_NONE; other < reason; ++other) {
      if (strcmp(name, sse_reason_name((sse_reason)other)) == 0) is_unique = 0;
    }
    check(is_unique, "a reason has a name of its own", name);
  }
}

static void test_within_line(void) {
  static const struct {
    const char *stream;
    int is_within;
  } cases[] = {{"", 0}, {"d", 1}, {"data: a long line", 1}, {"data\n", 0}, {"data\r", 0}, {"data\n\n:", 1}};
  for (uint32_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    sse_connection connection = connection_in(SSE_PHASE_STREAMING);
    receive_string(&connection, cases[i].stream);
    check(sse_is_within_line(&connection.parser) == cases[i].is_within, "sse_is_within_line", cases[i].stream);
  }
}

static void test_given_ids(void) {
  static const struct {
    const char *id;
    sse_id_kind known;
    const char *actions;
  } cases[] = {{"", SSE_ID_EMPTY, "F"}, {"1", SSE_ID_SENDABLE, "I"}, {"a\x01", SSE_ID_UNSENDABLE, "F"}};
  for (uint32_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    sse_connection connection = {0};
    sse_set_last_event_id(&connection.parser, (const uint8_t *)cases[i].id, (uint32_t)strlen(cases[i].id));
    give_input(&connection, START);
    check(sse_get_last_event_id_kind(&connection) == cases[i].known &&
              strcmp(take_actions(&connection), cases[i].actions) == 0,
          "a last event ID that the caller sets", cases[i].id);
  }
}

/* More events than a batch holds, in one slice. */
static void test_many_events(void) {
  static client c;
  text stream = {0};
  text expected = {0};
  const uint32_t count = 3 * SSE_BATCH_RECORDS + 1;
  for (uint32_t i = 0; i < count; ++i) {
    append_string(&stream, "id: 1\ndata: a\nevent: t\ndata: \xC3\xA9\r\n\r\n");
    append_string(&expected, "> \"t\" \"a\\x0A\xC3\xA9\" \"1\"\n");
  }
  open_client(&c, 0);
  feed(&c, (const uint8_t *)stream.bytes, stream.length);
  check(c.problem == NULL && equals(&c.transcript, &expected), "more events than a batch holds", "were not delivered");
  release_client(&c);
  release(&stream);
  release(&expected);
}

int main(int count, char **paths) {
  for (int i = 1; i < count; ++i) run_file(paths[i]);
  if (passed + failed == 0) give_up("test", "no vector was loaded");
  test_transitions();
  test_policies();
  test_retries_given_back();
  test_delays();
  test_close_with_pending_actions();
  test_schemes();
  test_statuses();
  test_unreadable_bodies();
  test_reconnections();
  test_fresh_start();
  test_content_types();
  test_limits_and_reports();
  test_too_large_is_sticky();
  test_empty_slice();
  test_not_open();
  test_lower_limit();
  test_reason_names();
  test_within_line();
  test_given_ids();
  test_many_events();
  printf("C: %u passed, %u failed\n", (unsigned)passed, (unsigned)failed);
  return failed > 0;
}
