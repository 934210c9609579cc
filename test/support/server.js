// The scripted server of the tests, which the command brings.
export { redirect } from '../../js/command/conformance/answers.js';
export { startServer } from '../../js/command/conformance/server.js';
