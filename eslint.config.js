import js from '@eslint/js';
import globals from 'globals';

/** ESLint has such a rule for files and functions alone. */
const maxLinesPerClass = {
  meta: { schema: [{ type: 'integer' }] },
  create: (context) => ({
    ':matches(ClassDeclaration, ClassExpression)'({ loc, id }) {
      const lines = loc.end.line - loc.start.line + 1;
      const [most] = context.options;
      if (lines > most)
        context.report({ loc, message: `The class ${id?.name} has ${lines} lines; at most ${most} are allowed.` });
    },
  }),
};
const house = { rules: { 'max-lines-per-class': maxLinesPerClass } };

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
  // Short enough to be read at once: the standard's room beside its section.
  {
    files: ['js/**/*.js'],
    plugins: { house },
    rules: {
      'max-lines-per-function': ['error', { max: 50, skipComments: true, skipBlankLines: true }],
      'house/max-lines-per-class': ['error', 250],
    },
  },
  // What is shipped runs anywhere: only what every runtime has, and no node: import; but for the command.
  {
    files: ['js/**'],
    ignores: ['js/command/main.js'],
    languageOptions: { globals: globals['shared-node-browser'] },
    rules: { 'no-restricted-imports': ['error', { patterns: ['node:*'] }] },
  },
  {
    files: ['js/command/main.js', 'test/**', 'tools/**', 'examples/**', 'bench/**', 'page/{build,serve}.js', '*.js'],
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
