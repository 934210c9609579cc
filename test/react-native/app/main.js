import './environment.js';

// The suites come as a script of their own: they are not what Metro is asked about.
globalThis.loadPackage = () => require('./package.js');
