// Judges a client by the cases. It imports nothing of Node, so that a page, and the suites in one, can do the same.
// @ts-check
import { LONGEST_WAIT } from './cases.js';
import { inLanes } from './lanes.js';
import { deferred, pass, within } from './wait.js';

/**
 * @import { Answer } from './answers.js'
 * @import { Case, Request, Told } from './cases.js'
 */

/**
 * What a client can tell besides the events of the stream: `open`, `error`, the `origin` of an event; `close`: it can
 * close its source.
 * @typedef {'open' | 'error' | 'origin' | 'close'} Ability
 */

/**
 * @typedef {object} Running a client that has been started
 * @property {Promise<unknown>} ended when it has ended by itself
 * @property {() => unknown} stop
 */

/** @typedef {{ url: string, closesAfter?: number, tell: (event: Told) => void }} Errand */

/**
 * @typedef {object} Client
 * @property {Set<Ability>} can
 * @property {(errand: Errand) => Running} start
 * @property {number} [startsIn] milliseconds that its first request may take, if it has to be started first
 * @property {number} lanes how many cases may run at once
 */

/**
 * As test/support/server.js has it, or one that is driven from afar.
 * @typedef {object} Server
 * @property {string} origin
 * @property {string} url
 * @property {(n: number, bound?: number) => Promise<Asked>} request
 * @property {() => Promise<number>} count
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} Asked
 * @property {string} [method]
 * @property {string} [path]
 * @property {Record<string, string | string[] | undefined>} headers
 * @property {number} arrivedAt
 * @property {() => Promise<number | undefined>} endedAt
 * @property {(how: any) => Promise<void>} finish
 * @property {() => Promise<void>} closed
 */

/**
 * What came of a case.
 * @typedef {object} Played
 * @property {{ method?: string, path?: string, headers: Record<string, unknown> }[]} requests
 * @property {Told[]} told
 * @property {(number | undefined)[]} pauses between the end of an answer and the next request, in milliseconds
 * @property {string} [problem] what was missing
 */

/** Milliseconds that are waited for what must come: longer than a wait that a case asks for. */
export const BOUND = 15_000;

/** So many events too many are enough: a client may try again without a pause. */
const FLOOD = 5;

/** A timer may be early by that. */
const EARLY = 2;

/** The events of a client as they come. */
class Log {
  /** @type {Told[]} */
  told = [];
  #notify = () => {};

  /** @param {Told} event */
  add(event) {
    this.told.push(event);
    this.#notify();
  }

  /**
   * @param {number} count
   * @param {number} bound
   */
  async until(count, bound) {
    const reached = new Promise((resolve) => {
      this.#notify = () => this.told.length >= count && resolve(undefined);
      this.#notify();
    });
    await within(reached, () => `event ${this.told.length + 1} of ${count}`, bound);
  }
}

/**
 * What of a case this client can tell.
 * @param {Told[]} tells
 * @param {Set<Ability>} can
 * @param {string} [origin] the server's
 */
export function tellable(tells, can, origin) {
  return tells
    .filter((told) => 'data' in told || can.has(told.type))
    .map((told) => {
      if (!('origin' in told)) return told;
      const { origin: expected, ...rest } = told;
      return can.has('origin') ? { ...rest, origin: expected || origin } : rest;
    });
}

const isBreak = (/** @type {Answer} */ { before, then = 'stall' }) =>
  before === undefined && then !== 'stall' && then !== 'end';

/**
 * How much must have been told before the nth answer breaks off: some clients drop what they have when it does.
 * @param {Case} tested
 * @param {number} n
 * @param {Set<Ability>} can
 */
function countBefore({ tells }, n, can) {
  let losses = 0;
  const end = tells.findIndex((told) => told.type === 'error' && !('data' in told) && losses++ === n);
  return tellable(tells.slice(0, end), can).length;
}

/**
 * Resolves when all that must come has come.
 * @param {Case} tested
 * @param {{ server: Server, log: Log, can: Set<Ability>, startsIn: number | undefined, bound: number }} scene
 */
async function follow(tested, { server, log, can, startsIn, bound }) {
  for (const [n, answer] of tested.answers.entries()) {
    if (n >= tested.requests.length) break;
    const asked = await server.request(n, n === 0 ? startsIn : bound);
    if (!isBreak(answer)) continue;
    await log.until(countBefore(tested, n, can), bound);
    await asked.finish(answer.then);
  }
  await log.until(tellable(tested.tells, can).length, bound);
}

/** @typedef {{ startServer: (script: Answer[]) => Promise<Server>, quiet?: (milliseconds: number) => Promise<unknown>, bound?: number }} Place */

/**
 * How long nothing more may come: in milliseconds.
 * @param {Case} tested
 * @param {Set<Ability>} can
 */
export function quietAfter({ tells, closesAfter }, can) {
  const last = tells[tells.length - 1];
  if (closesAfter !== undefined) return 500;
  if (!('readyState' in last)) return 50;
  if (last.readyState === 0) return 500;
  return can.has('error') ? 100 : 4000; // It would try again after its own time.
}

/** @param {Server} server */
async function readRequests(server) {
  const requests = [];
  const pauses = [];
  /** @type {number | undefined} */
  let endedAt;
  for (let n = 0; n < (await server.count()); n++) {
    const asked = await server.request(n);
    const { method, path, headers, arrivedAt } = asked;
    requests.push({ method, path, headers });
    if (n > 0) pauses.push(endedAt === undefined ? undefined : arrivedAt - endedAt);
    endedAt = await asked.endedAt();
  }
  return { requests, pauses };
}

/**
 * @param {Case} tested
 * @param {Client} client
 * @param {Place} place `quiet` lets time pass
 * @returns {Promise<{ played: Played, origin: string }>}
 */
export async function play(tested, { start, can, startsIn }, { startServer, quiet = pass, bound = BOUND }) {
  const script = tested.answers.map((answer) =>
    isBreak(answer) ? { ...answer, then: /** @type {const} */ ('stall') } : answer,
  );
  const server = await startServer(script);
  const log = new Log();
  const failed = deferred();
  const most = tested.tells.length + FLOOD;
  const running = start({
    url: `${server.url}${tested.suffix ?? ''}`,
    closesAfter: tested.closesAfter,
    tell(event) {
      if (log.told.length < most) log.add(event);
      const isOver = log.told.length === most || ('readyState' in event && event.readyState === 2);
      if (isOver) failed.resolve(undefined);
    },
  });
  /** @type {string | undefined} */
  let problem;
  try {
    const followed = follow(tested, { server, log, can, startsIn, bound });
    followed.catch(() => {}); // Of a client that is over, nobody asks what is missing.
    await Promise.race([followed, Promise.race([running.ended, failed.promise]).then(() => quiet(100))]);
    await quiet(quietAfter(tested, can));
    if (tested.gives !== undefined) await (await server.request(tested.gives)).closed();
  } catch (error) {
    problem = /** @type {Error} */ (error).message;
  }
  const { requests, pauses } = await readRequests(server);
  await running.stop();
  await server.close();
  return { played: { requests, told: log.told, pauses, problem }, origin: server.origin };
}

/**
 * @param {Request} expected
 * @param {Played['requests'][number] | undefined} actual
 */
function fits({ method, path, headers = {} }, actual) {
  if (actual === undefined) return false;
  return (
    (method ?? actual.method) === actual.method &&
    (path ?? actual.path) === actual.path &&
    Object.entries(headers).every(([name, value]) => (actual.headers[name] ?? null) === value)
  );
}

/**
 * @param {Told} expected
 * @param {Told | undefined} actual
 */
function isTold(expected, actual) {
  const members = Object.entries(expected).filter(([name]) => name !== 'wait');
  return members.every(([name, value]) => /** @type {any} */ (actual)?.[name] === value) && isKind(expected, actual);
}

/** An event that the stream names open or error has data; the client's own have none. */
const isKind = (/** @type {Told} */ a, /** @type {Told | undefined} */ b) => 'data' in a === (b && 'data' in b);

/**
 * The waits that were too short, in words.
 * @param {Case} tested
 * @param {Played} played
 */
export function shortWaits({ tells }, { pauses }) {
  const losses = tells.filter((told) => 'readyState' in told);
  return losses.flatMap(({ wait = 0 }, n) => {
    const pause = pauses[n];
    if (pause === undefined || pause >= wait - EARLY) return [];
    return [`request ${n + 2} came after ${Math.round(pause)} ms, not after ${wait} ms or more`];
  });
}

/**
 * @param {Case} tested
 * @param {Played} played
 * @param {Set<Ability>} can
 * @param {string} origin the server's
 */
export function isPlayedRight(tested, played, can, origin) {
  const tells = tellable(tested.tells, can, origin);
  return (
    played.problem === undefined &&
    tested.requests.length === played.requests.length &&
    tested.requests.every((request, n) => fits(request, played.requests[n])) &&
    tells.length === played.told.length &&
    tells.every((told, n) => isTold(told, played.told[n]))
  );
}

/**
 * @typedef {object} ClientVerdict
 * @property {Case} tested
 * @property {'passed' | 'failed' | 'skipped'} state skipped: the client cannot do what the case is about
 * @property {Played} [played]
 * @property {string} [origin] the server's
 */

/**
 * @param {Client} client
 * @param {Case} tested
 * @param {(script: Answer[]) => Promise<Server>} startServer
 * @returns {Promise<ClientVerdict>}
 */
async function judge(client, tested, startServer) {
  if (tested.closesAfter !== undefined && !client.can.has('close')) return { tested, state: 'skipped' };
  const { played, origin } = await play(tested, client, { startServer });
  const isRight = isPlayedRight(tested, played, client.can, origin) && shortWaits(tested, played).length === 0;
  return { tested, state: isRight ? 'passed' : 'failed', played, origin };
}

/** @param {Case} tested */
const waitOf = ({ tells }) =>
  tells.reduce((sum, told) => sum + Number('wait' in told && (told.wait ?? 0) < LONGEST_WAIT && told.wait), 0);

/**
 * @param {Client} client
 * @param {Case[]} cases
 * @param {(script: Answer[]) => Promise<Server>} startServer
 * @param {(done: number) => void} [progress]
 */
export async function judgeClient(client, cases, startServer, progress) {
  // Those that wait begin, so that the others run meanwhile.
  const inTurn = [...cases].sort((a, b) => waitOf(b) - waitOf(a));
  const verdicts = await inLanes(client.lanes, inTurn, (tested) => judge(client, tested, startServer), progress);
  return cases.map((tested) => verdicts[inTurn.indexOf(tested)]);
}
