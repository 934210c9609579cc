import js from '@eslint/js';
import globals from 'globals';

/** The command, as far as it needs Node; what judges a parser there runs in a page too. */
const COMMAND = ['js/command/main.js', 'js/command/conformance/{main,programs,server}.js'];

export default [
  { ignores: ['build/', 'dist/', 'page/package/'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2022, sourceType: 'module' },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  // What is shipped runs anywhere: only what every runtime has, and no node: import; but for the command.
  {
    files: ['js/**'],
    ignores: COMMAND,
    languageOptions: { globals: globals['shared-node-browser'] },
    rules: { 'no-restricted-imports': ['error', { patterns: ['node:*'] }] },
  },
  {
    files: [...COMMAND, 'test/**', 'tools/**', 'examples/**', 'bench/**', 'page/{build,serve}.js', '*.js'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['page/**', 'examples/browser/**'],
    ignores: ['page/{build,serve}.js'],
    languageOptions: { globals: globals.browser },
  },
  { files: ['test/**'], languageOptions: { globals: globals.mocha } },
  {
    files: ['test/browser/place/**', 'test/**/*.browser.test.js', 'test/page/**'],
    languageOptions: { globals: globals.browser },
  },
];
