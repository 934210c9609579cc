// Runs the suites in Vercel's edge-runtime: edge.js URL, that of their place at the runner.
import process from 'node:process';
import { EdgeRuntime } from 'edge-runtime';

const url = new URL(process.argv[2]);
const suite = await fetch(new URL('/suite.js', url));

const runtime = new EdgeRuntime();
runtime.context.location = url; // for the place's link to its runner, which reads it at once
runtime.evaluate(await suite.text());
delete runtime.context.location; // there is none, which the package is to see
