// A browser as a client. It is a plain process, driven by nothing: a debugger that listens to the network would hear of
// every event of the browser's own EventSource, and hold it up.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { bundle } from '../bundle.js';

/** By name: the command, and what it is given to open a page with an empty profile in a folder. */
const BROWSERS = {
  Chromium: {
    command: 'chromium',
    // The superuser's Chromium has no sandbox.
    sandbox: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    // A page opens others by itself, without a click.
    values: (folder) => ['--headless=new', '--no-first-run', '--disable-popup-blocking', `--user-data-dir=${folder}`],
  },
  Firefox: {
    command: 'firefox-esr',
    sandbox: [],
    values: (folder) => ['--headless', '--no-remote', '--profile', folder],
  },
};

/** What Firefox is not to do at its first start. */
const PREFERENCES = {
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.disable_open_during_load': false,
  'dom.popup_maximum': 100,
};

/**
 * A browser that shows a page.
 * @param {string} name
 * @param {string} url
 * @returns its name with its version, the id of its process, and `stop`
 */
export function openBrowser(name, url) {
  const { command, sandbox, values } = BROWSERS[name];
  const version = /\d+(\.\d+)*/.exec(execFileSync(command, ['--version'], { encoding: 'utf8' }))[0];
  const folder = mkdtempSync(join(tmpdir(), 'bench-browser-'));
  const preferences = Object.entries(PREFERENCES).map(
    (preference) => `user_pref(${JSON.stringify(preference).slice(1, -1)});`,
  );
  writeFileSync(join(folder, 'user.js'), preferences.join('\n'));
  const child = spawn(command, [...sandbox, ...values(folder), url], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  return {
    runtime: `${name} ${version}`,
    pid: child.pid,
    async stop() {
      child.kill();
      await exited;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * @param {string} name
 * @param {Record<string, (...values: any[]) => Promise<any>>} server
 * @param {string} url the server's
 * @returns its name with its version, a client for each subject, and `stop`
 */
export async function startBrowser(name, server, url) {
  await server.serve(
    '/',
    'text/html',
    '<!doctype html><title>Client</title><script type="module" src="page.js"></script>',
  );
  await server.serve('/page.js', 'text/javascript', await bundle(new URL('page.js', import.meta.url)));
  const { runtime, stop } = openBrowser(name, url);
  const clientOf = (subject) => ({ read: (...given) => server.instruct({ name: 'read', subject, given }) });
  const subjects = await server.instruct({ name: 'subjects' });
  return {
    runtime,
    clients: Object.fromEntries(subjects.map((subject) => [subject, clientOf(subject)])),
    stop,
  };
}
