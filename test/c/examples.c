/*
 * Runs the examples of src/sse.h, which are one program: make copies them out of the comment to build/examples.inc.
 * What their functions call is below; it writes down what it was called for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sse.h"

struct text;

static void abort_request(void);
static void cancel_timer(void);
static void send_request(const struct text *last_event_id);
static void fire_open(void);
static void fire_event(const struct text *type, const struct text *data, const struct text *last_event_id);
static void fire_error(const char *reason);
static void start_timer(uint32_t milliseconds);
static int is_server_busy(void);

void open_connection(void);
void on_response(uint32_t status, const char *type);
void on_bytes(uint32_t length);
void on_end_of_body(void);
void on_network_error(void);
void on_idle_time(void);
void on_timer(void);
void close_connection(void);

#include "examples.inc"

/* ---- What the program is connected to ---- */

static char transcript[4096];
static size_t written;
static int is_busy;
static int closes_in_event;

static void write_down(const char *string) {
  written += (size_t)snprintf(transcript + written, sizeof transcript - written, "%s", string);
  if (written >= sizeof transcript) abort();
}

static void clear_transcript(void) {
  written = 0;
  transcript[0] = '\0';
}

static void write_text(const struct text *shown) {
  char string[LIMIT + 1];
  memcpy(string, shown->bytes, shown->length);
  string[shown->length] = '\0';
  write_down("'");
  write_down(string);
  write_down("'");
}

static void abort_request(void) { write_down("abort "); }

static void cancel_timer(void) { write_down("cancel "); }

static void send_request(const struct text *last_event_id_sent) {
  write_down("request ");
  if (last_event_id_sent == NULL) return;
  write_text(last_event_id_sent);
  write_down(" ");
}

static void fire_open(void) { write_down("open "); }

static void fire_event(const struct text *event_type, const struct text *event_data, const struct text *event_id) {
  write_text(event_type);
  write_text(event_data);
  write_text(event_id);
  write_down(" ");
  if (closes_in_event) close_connection();
}

static void fire_error(const char *reason) {
  write_down("error: ");
  write_down(reason);
  write_down(sse_get_ready_state(&connection) == SSE_CLOSED ? "! " : " ");
}

static void start_timer(uint32_t milliseconds) {
  char string[32];
  snprintf(string, sizeof string, "wait %u ", (unsigned)milliseconds);
  write_down(string);
}

static int is_server_busy(void) { return is_busy; }

/* ---- The tests ---- */

static unsigned passed;
static unsigned failed;

static void check(const char *expected, const char *name) {
  if (strcmp(transcript, expected) == 0) {
    ++passed;
  } else {
    ++failed;
    printf("FAILED: the examples of sse.h: %s\nexpected: %s\ngot:      %s\n", name, expected, transcript);
  }
  clear_transcript();
}

/* Starts with a new connection that is open. */
static void begin(void) {
  connection = (sse_connection){0};
  last_event_id.length = 0;
  is_busy = closes_in_event = 0;
  open_connection();
  on_response(200, "text/event-stream");
  clear_transcript();
}

static void read_bytes(const char *bytes, uint32_t length) {
  memset(window, 'x', sizeof window);
  memcpy(window + SSE_HEADROOM, bytes, length);
  on_bytes(length);
}

/* Cut in two at every place, and in slices of every length. */
static void check_stream(const char *stream, const char *expected) {
  const uint32_t length = (uint32_t)strlen(stream);
  for (uint32_t first = 0; first <= length; ++first) {
    begin();
    read_bytes(stream, first);
    read_bytes(stream + first, length - first);
    check(expected, stream);
  }
  for (uint32_t step = 1; step < length; ++step) {
    begin();
    for (uint32_t at = 0; at < length; at += step) read_bytes(stream + at, step < length - at ? step : length - at);
    check(expected, stream);
  }
}

static void check_streams(void) {
  check_stream("data: one\n\ndata: two\r\n\r\ndata: three\r\r", "'''one''' '''two''' '''three''' ");
  check_stream("event: a type that is long\ndata: x\n\n", "'a type that is long''x''' ");
  check_stream("id: an id that is long\ndata: x\n\ndata: y\n\n",
               "'''x''an id that is long' '''y''an id that is long' ");
  check_stream("event: first type\nid: first id\nevent: second type\nid: second id\ndata: x\n\n",
               "'second type''x''second id' ");
  check_stream("data: one line\ndata: and another\nevent: between\ndata: and a third\n\n",
               "'between''one line\nand another\nand a third''' ");
  check_stream("id: kept\n\nevent: dropped, without data\n\ndata: x\n\n", "'''x''kept' ");
  check_stream(": a comment\nretry: 10\nunknown: field\ndata: \xE6\x97\xA5\xF0\x9F\x8E\x89\n\n",
               "'''\xE6\x97\xA5\xF0\x9F\x8E\x89''' ");
}

/* The string has no NUL, which check_stream could not give. */
static void check_id_with_null(void) {
  static const char stream[] = "id: good\nid: an id \0 with a NUL\ndata: x\n\n";
  for (uint32_t first = 0; first < sizeof stream - 1; ++first) {
    begin();
    read_bytes(stream, first);
    read_bytes(stream + first, (uint32_t)sizeof stream - 1 - first);
    check("'''x''good' ", "an id with a NUL");
  }
}

/* A text of LIMIT bytes fits; one with a byte more ends the connection. */
static void check_limit(const char *field) {
  static char stream[SLICE];
  for (uint32_t step = 1; step < LIMIT; step = 2 * step + 1) {
    for (uint32_t extra = 0; extra < 2; ++extra) {
      uint32_t length = (uint32_t)snprintf(stream, sizeof stream, "data\n\n%s: ", field);
      memset(stream + length, 'y', LIMIT + extra);
      length += LIMIT + extra;
      stream[length++] = '\n';
      begin();
      for (uint32_t at = 0; at < length; at += step) read_bytes(stream + at, step < length - at ? step : length - at);
      check(extra == 0 ? "'''''' " : "'''''' abort error: event over the limit! ", field);
    }
  }
}

static void check_connection(void) {
  static const char stream[] = "retry: 7\nid: 1\ndata: x\n\n";
  connection = (sse_connection){0};
  open_connection();
  check("request ", "it requests");
  on_response(200, "text/event-stream");
  check("open ", "it opens");
  read_bytes(stream, sizeof stream - 1);
  check("'''x''1' ", "it fires an event");
  on_end_of_body();
  check("error: end of body wait 7 ", "it waits after the end of the body");
  on_timer();
  check("request '1' ", "it reconnects with the last event ID");
  on_network_error();
  check("error: no response wait 100 ", "it waits longer after a reconnection without an event");
  on_timer();
  is_busy = 1;
  on_response(503, "text/html");
  check("request '1' abort error: status other than 200 wait 100 ", "the caller decides to retry");
  on_timer();
  on_response(200, "text/event-stream");
  on_idle_time();
  check("request '1' open abort error: idle for too long wait 100 ", "it reconnects after an idle time");
  on_timer();
  is_busy = 0;
  on_response(200, "text/html");
  check("request '1' abort error: type other than text/event-stream! ", "the caller leaves it to the standard");
}

static void check_close(void) {
  static const char stream[] = "data: x\n\ndata: y\n\n";
  begin();
  closes_in_event = 1;
  read_bytes(stream, sizeof stream - 1);
  check("'''x''' abort ", "nothing follows a close within an event");
  begin();
  on_end_of_body();
  close_connection();
  check("error: end of body wait 3000 cancel ", "a close while it waits");
}

int main(void) {
  check_streams();
  check_id_with_null();
  check_limit("data");
  check_limit("id");
  check_limit("event");
  check_connection();
  check_close();
  printf("C: %u passed, %u failed\n", passed, failed);
  return failed > 0;
}
