// Makes the app as React Native's own tools do: Metro bundles it, and Hermes compiles the bundle.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
const out = `${root}build/react-native/`;
const require = createRequire(import.meta.url);

/** Puts the package where npm would, as it is packed. */
function installPackage() {
  const target = `${folder}node_modules/eventsource-wasm`;
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', out];
  const archive = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim();
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  execFileSync('tar', ['-xzf', `${out}${archive}`, '-C', target, '--strip-components=1']);
}

/**
 * What Babel leaves of classes: all, as while an app is made for Hermes; or none, as by default when it is built.
 * @type {Record<string, string>}
 */
const profiles = { ios: 'hermes-stable', android: 'default' };

/**
 * @param {string} platform
 * @returns {Promise<string>}
 */
async function bundleByMetro(platform) {
  const Metro = require('metro');
  const config = await Metro.loadConfig({ config: `${folder}metro.config.cjs` }, { reporter: { update() {} } });
  const options = { platform, dev: false, minify: false, unstable_transformProfile: profiles[platform] };
  const { code } = await Metro.runBuild(config, { entry: 'app/main.js', ...options });
  return code;
}

/** @param {string} file */
function compileByHermes(file) {
  const compiler = require
    .resolve('hermes-compiler/package.json')
    .replace('package.json', 'hermesc/linux64-bin/hermesc');
  execFileSync(compiler, ['-emit-binary', '-O', '-w', '-out', `${file}.hbc`, file]);
}

const done = new Set();

/** Where the app is. @param {string} platform */
export const fileOf = (platform) => `${out}${platform}.js`;

/** Once for each platform. @param {'ios' | 'android'} platform */
export async function bundleApp(platform) {
  if (done.has(platform)) return;
  mkdirSync(out, { recursive: true });
  if (done.size === 0) installPackage();
  done.add(platform);
  writeFileSync(fileOf(platform), await bundleByMetro(platform));
  compileByHermes(fileOf(platform));
}
