/** What src/wasm.c exports, in wasm and in its translation alike. */
export interface CoreExports {
  memory: { buffer: ArrayBuffer };
  slice(): number;
  sliceSize(): number;
  batch(): number;
  connection(): number;
  policy(): number;
  start(length: number): void;
  response(status: number, length: number, hasStream: number): void;
  receive(length: number): number;
  parse(length: number): number;
  setLastEventId(length: number): void;
  setReconnectionTime(milliseconds: number): void;
  report(what: number): void;
  text?(): number;
  decode?(): number;
  toUtf16(): void;
  endOfBody(): void;
  networkError(): void;
  timer(): void;
  answer(given: number): void;
  idle(): void;
  pause(): void;
  resume(): void;
  reset(): void;
  close(): void;
  nextAction(): number;
  readyState(): number;
  reason(): number;
  lastEventId(): number;
  tries(): number;
  isWithinLine(): number;
  reconnectionTime(): number;
  delay(factor: number, maxDelay: number, jitter: number, random: number, least: number, notBefore: number): number;
}
