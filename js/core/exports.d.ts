/** What src/wasm.c exports, in wasm and in JavaScript alike; a build has only what its users call. */
export interface CoreExports {
  memory: { buffer: ArrayBuffer };
  address(): number;

  // WITH_CONNECTION
  start(length: number): void;
  responded(status: number, length: number, hasStream: number): void;
  receive(length: number): number;
  bodyEnded(): void;
  networkFailed(): void;
  timerFired(): void;
  close(): void;
  nextAction(): number;
  readyState(): number;
  reason(): number;
  lastEventIdKind(): number;
  delay(): number;

  // WITH_PARSER
  parse(length: number): number;
  reset(): void;
  isWithinLine(): number;

  // WITH_TYPE
  isEventStream(length: number): number;

  // WITH_PARSER or WITH_OPTIONS
  setFlags(flags: number): void;

  // WITH_OPTIONS
  setLastEventId(length: number): void;
  setReconnectionTime(milliseconds: number): void;
  decide(decision: number): void;
  wentIdle(): void;
  pause(): void;
  resume(): void;
  retries(): number;
  reconnectionTime(): number;
  delayWith(
    factor: number,
    maxDelay: number,
    jitter: number,
    random: number,
    minDelay: number,
    notBefore: number,
  ): number;

  /** With SIMD. */
  toUtf16?(): void;
  /** WITH_TEXT */
  decode?(): number;
}
