// One project, with the tools of this package's consumers, for all suites in this folder.
import { installProject } from '../clients/install.js';

let project;

/** For `before`. */
export function installed() {
  this.timeout(300_000); // npm
  project ??= installProject('test/consumers/project');
  return project;
}
