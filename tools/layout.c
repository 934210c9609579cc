/* Prints dist/layout.js: how the structs of sse.h look from JavaScript, and its enumerators, so that they are stated
   once. Every member has a fixed width, so the host's layout is wasm's. */
#include <stddef.h>
#include <stdio.h>

#include "wasm.h"

_Static_assert(sizeof(sse_connection) % 4 == 0, "a connection is copied in words");
_Static_assert(offsetof(sse_batch, records) % 4 == 0, "records are read in words");

#define PRINT(name, value) printf("export const " name " = %u;\n", (unsigned)(value))
#define PRINT_ENUM(name) PRINT(#name, SSE_##name)
#define PRINT_WORD(name, type, member) PRINT(name, offsetof(type, member) / 4)

int main(void) {
  puts("// Made by tools/layout.c from src/sse.h.");
  puts("// In bytes from the address of the memory.");
  PRINT("AT_CONNECTION", offsetof(sse_memory, connection));
  PRINT("AT_POLICY", offsetof(sse_memory, policy));
  PRINT("AT_BATCH", offsetof(sse_memory, batch));
  PRINT("AT_WINDOW", offsetof(sse_memory, window));
  PRINT("AT_TEXT", offsetof(sse_memory, text));
  PRINT("SLICE_SIZE", SSE_SLICE_SIZE);
  puts("// Offsets and sizes in words of four bytes.");
  PRINT("CONNECTION_SIZE", sizeof(sse_connection) / 4);
  PRINT("POLICY_SIZE", sizeof(sse_policy) / 4);
  PRINT_WORD("POLICY_LIMIT", sse_policy, limit);
  PRINT_WORD("POLICY_MAX_RETRIES", sse_policy, max_retries);
  PRINT_WORD("POLICY_FLAGS", sse_policy, flags);
  PRINT_WORD("POLICY_MIN_UPTIME", sse_policy, min_uptime);
  PRINT_WORD("BATCH_COUNT", sse_batch, count);
  PRINT_WORD("BATCH_FLAGS", sse_batch, flags);
  PRINT_WORD("BATCH_BEGIN", sse_batch, begin);
  PRINT_WORD("BATCH_END", sse_batch, end);
  PRINT_WORD("BATCH_RECORDS", sse_batch, records);
  PRINT("BATCH_SIZE", sizeof(sse_batch) / 4);
  PRINT("RECORD_SIZE", sizeof(sse_record) / 4);
  PRINT_WORD("RECORD_DATA", sse_record, data_begin);
  PRINT_WORD("RECORD_TYPE", sse_record, type_begin);
  PRINT_WORD("RECORD_ID", sse_record, id_begin);
  PRINT_ENUM(HEADROOM);
  PRINT_ENUM(DEFAULT_LIMIT);
  PRINT_ENUM(MIN_DELAY);
  PRINT_ENUM(DEFAULT_RECONNECTION_TIME);

  PRINT_ENUM(COMPLETE);
  PRINT_ENUM(FIRE);
  PRINT_ENUM(DATA);
  PRINT_ENUM(TYPE);
  PRINT_ENUM(ID);
  PRINT_ENUM(CONTINUED);
  PRINT_ENUM(PIECE);
  PRINT_ENUM(PIECES_BEFORE_TYPE);
  PRINT_ENUM(PIECES_BEFORE_ID);
  PRINT_ENUM(LINE);
  PRINT_ENUM(LINE_COMMENT);
  PRINT_ENUM(LINE_UNKNOWN);
  PRINT_ENUM(LINE_RETRY);
  PRINT_ENUM(LINE_BAD_RETRY);
  PRINT_ENUM(REPORT_COMMENTS);
  PRINT_ENUM(REPORT_UNKNOWN);
  PRINT_ENUM(REPORT_RETRY);
  PRINT_ENUM(LIMIT_IN_UNITS);
  PRINT_ENUM(NON_ASCII);
  PRINT_ENUM(REWRITTEN);
  PRINT_ENUM(ID_UNSENDABLE);

  PRINT_ENUM(CONNECTING);
  PRINT_ENUM(OPEN);
  PRINT_ENUM(CLOSED);

  PRINT_ENUM(ACTION_NONE);
  PRINT_ENUM(ACTION_ABORT);
  PRINT_ENUM(ACTION_CANCEL_TIMER);
  PRINT_ENUM(ACTION_FETCH);
  PRINT_ENUM(ACTION_FETCH_WITH_ID);
  PRINT_ENUM(ACTION_FIRE_OPEN);
  PRINT_ENUM(ACTION_DECIDE);
  PRINT_ENUM(ACTION_FIRE_ERROR);
  PRINT_ENUM(ACTION_WAIT);

  PRINT_ENUM(REASON_NONE);
  PRINT_ENUM(REASON_SCHEME);
  PRINT_ENUM(REASON_STATUS);
  PRINT_ENUM(REASON_CONTENT_TYPE);
  PRINT_ENUM(REASON_BODY);
  PRINT_ENUM(REASON_TOO_LARGE);
  PRINT_ENUM(REASON_FUTILE);
  PRINT_ENUM(REASON_NETWORK);
  PRINT_ENUM(REASON_BROKEN);
  PRINT_ENUM(REASON_ENDED);
  PRINT_ENUM(REASON_IDLE);

  PRINT_ENUM(DECISION_STANDARD);
  PRINT_ENUM(DECISION_RETRY);
  PRINT_ENUM(DECISION_FAIL);

  PRINT_ENUM(POLICY_ANY_SCHEME);
  PRINT_ENUM(POLICY_DECIDE);
  PRINT_ENUM(POLICY_NO_TYPE);
  PRINT_ENUM(POLICY_LIMIT_RETRIES);

  PRINT_ENUM(MAX_DELAY);
  return 0;
}
