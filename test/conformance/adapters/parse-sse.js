import { parseServerSentEvents } from 'parse-sse';

export const parse = (chunks) => parseServerSentEvents(new Response(ReadableStream.from(chunks)));
