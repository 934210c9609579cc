// Chromium and Firefox for the tests, driven by puppeteer: Firefox over WebDriver BiDi.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import puppeteer from 'puppeteer-core';

// The superuser's Chromium has no sandbox.
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

const browsers = {
  Chromium: { commands: ['chromium', 'chromium-browser', 'google-chrome'], options: { args } },
  Firefox: { commands: ['firefox-esr', 'firefox'], options: { browser: 'firefox' } },
};

export const names = Object.keys(browsers);

/** @param {string} name */
export function launch(name) {
  const { commands, options } = browsers[name];
  const paths = commands.flatMap((command) => process.env.PATH.split(delimiter).map((folder) => join(folder, command)));
  const executablePath = paths.find(existsSync);
  if (executablePath === undefined) {
    throw new Error(`${name} is not installed: there is none of ${commands.join(', ')} in the PATH.`);
  }
  return puppeteer.launch({ ...options, executablePath });
}
