import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['build/', 'dist/'] },
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
  // What is shipped runs anywhere: only what every runtime has, and no node: import.
  {
    files: ['js/**'],
    languageOptions: { globals: globals['shared-node-browser'] },
    rules: { 'no-restricted-imports': ['error', { patterns: ['node:*'] }] },
  },
  { files: ['test/**', 'tools/**', 'examples/**', '*.js'], languageOptions: { globals: globals.node } },
  { files: ['test/**'], languageOptions: { globals: globals.mocha } },
];
