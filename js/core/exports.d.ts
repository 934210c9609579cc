/** What src/wasm.c exports, in wasm and in JavaScript alike; a build has only what its users call. */
export interface CoreExports {
  memory: { buffer: ArrayBuffer };
  address(): number;

  // WITH_CONNECTION
  start(length: number): void;
  response(status: number, length: number, hasStream: number): void;
  receive(length: number): number;
  endOfBody(): void;
  networkError(isFutile: number): void;
  timer(): void;
  close(): void;
  nextAction(): number;
  readyState(): number;
  reason(): number;
  lastEventId(): number;
  delay(): number;

  // WITH_PARSER
  parse(length: number): number;
  reset(): void;
  isWithinLine(): number;

  // WITH_TYPE
  isEventStream(length: number): number;

  // WITH_PARSER or WITH_OPTIONS
  report(what: number): void;

  // WITH_OPTIONS
  setLastEventId(length: number): void;
  setReconnectionTime(milliseconds: number): void;
  answer(given: number): void;
  alive(uptime: number): void;
  idle(): void;
  pause(): void;
  resume(): void;
  tries(): number;
  reconnectionTime(): number;
  delayWith(factor: number, maxDelay: number, jitter: number, random: number, least: number, notBefore: number): number;

  /** With SIMD. */
  toUtf16?(): void;
  /** WITH_TEXT */
  decode?(): number;
}
