// Runs the suites in workerd, whose I/O belongs to a request: this one's body is the URL of their place at the runner.
import { start } from 'suites.js';

export default {
  async fetch(request) {
    globalThis.location = new URL(await request.text()); // for the place's link to its runner, which reads it at once
    const running = start();
    delete globalThis.location; // there is none, which the package is to see
    await running;
    return new Response();
  },
};
