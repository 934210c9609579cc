// The rules that a stream is held against. They know nothing of where the observation comes from: the command or a page.
// @ts-check
import { answerRules } from './rules/answer.js';
import { arrivalRules } from './rules/arrival.js';
import { corsRules } from './rules/cors.js';
import { formatRules } from './rules/format.js';
import { resumingRules } from './rules/resuming.js';

/** @typedef {import('./observation.d.ts').Rule} Rule */
/** @typedef {import('./observation.d.ts').Finding} Finding */
/** @typedef {import('./observation.d.ts').Observation} Observation */

/** By what they are about. @type {Record<string, Rule[]>} */
export const RULES_BY_TOPIC = {
  'The answer': answerRules,
  Arrival: arrivalRules,
  'The format': formatRules,
  'Ids and resuming': resumingRules,
  'Other origins': corsRules,
};

export const rules = Object.values(RULES_BY_TOPIC).flat();

const LEVELS = ['error', 'warning', 'note'];

/**
 * @param {Observation} observation
 * @param {string[]} [ignored] names of rules
 * @returns {Finding[]} the worst first
 */
export function judge(observation, ignored = []) {
  const findings = rules.flatMap((rule) => {
    const message = ignored.includes(rule.name) ? undefined : rule.judge(observation);
    if (!message) return [];
    const { level, name, meaning, why } = rule;
    const mend = rule.mendFor?.(observation) ?? rule.mend;
    return [{ level, name, message, meaning, why, mend, link: `docs/check.md#${anchorOf(name)}` }];
  });
  return findings.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

/** As headings get them. @param {string} name */
export const anchorOf = (name) => name.replace('.', '');
