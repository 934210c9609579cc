/** What src/wasm.c exports, in wasm and in its translation alike. */
export interface CoreExports {
  memory: { buffer: ArrayBuffer };
  slice(): number;
  sliceSize(): number;
  batch(): number;
  connection(): number;
  start(length: number): void;
  response(status: number, length: number): void;
  receive(length: number): number;
  parse(length: number): number;
  toUtf16(): void;
  endOfBody(): void;
  networkError(): void;
  timer(): void;
  close(): void;
  nextAction(): number;
  readyState(): number;
  reason(): number;
  lastEventId(): number;
  delay(): number;
}
