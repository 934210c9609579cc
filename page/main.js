// Starts the page and follows its address: #conformance/CASE, #playground/CASE, #race.
// @ts-check
import { Conformance } from './conformance.js';
import { get } from './dom.js';
import { makeEngines } from './engines.js';
import { Playground } from './playground.js';
import { Race } from './race.js';
import { Case, loadVectors } from './results.js';

const VIEWS = ['conformance', 'playground', 'race'];

const { version, files } = await loadVectors();
const vectors = files.flatMap((file) => file.vectors);
const engines = makeEngines(vectors, new URLSearchParams(location.search).has('broken'));
const cases = files.flatMap(({ file, vectors }) => vectors.map((vector) => new Case(file, vector, engines)));
const conformance = new Conformance(cases, engines, version);
const playground = new Playground(cases);
const race = new Race(() => conformance.stop());

function follow() {
  if (location.hash === '#main') return; // the skip link's
  const [wanted, slug] = location.hash.slice(1).split('/');
  const view = VIEWS.includes(wanted) ? wanted : VIEWS[0];
  for (const name of VIEWS) {
    get(name).hidden = name !== view;
    if (name === view) get(`to-${name}`).setAttribute('aria-current', 'page');
    else get(`to-${name}`).removeAttribute('aria-current');
  }
  document.title = `eventsource-wasm: ${view}`;
  if (view !== 'race') race.stop();
  if (view === 'conformance') conformance.show(slug);
  if (view === 'playground' && slug) playground.load(slug);
}

const setScheme = () => (document.documentElement.style.colorScheme = get('scheme').value);

get('scheme').addEventListener('change', setScheme);
setScheme(); // Browsers keep what was chosen over a reload.

addEventListener('hashchange', follow);
follow();
