// The stages of a run, from the command line or a file.
import { readFileSync } from 'node:fs';

/** @typedef {import('../src/worker/api').Stage} Stage */
/** @typedef {Omit<Stage, 'warmupSteps'> & Partial<Pick<Stage, 'warmupSteps'>>} GivenStage without a warm-up it has the run's */

/** @param {string} text "STEPS RATE EXPRESSION" @returns {GivenStage | null} null where it is not that */
export function stageOf(text) {
  const found = /^\s*(\d+)\s+(\S+)\s+(\S.*)$/s.exec(text);
  if (!found) return null;
  const [, steps, rate, freeze] = /** @type {RegExpExecArray & [string, string, string, string]} */ (found);
  const stage = { steps: Number(steps), freeze: freeze.trim(), learningRate: Number(rate) };
  return isStage(stage) ? stage : null;
}

/** Reads a JSON list of stages. @param {string} file @returns {GivenStage[] | string} or what is wrong with it */
export function readStages(file) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return `${file}: ${error instanceof Error ? error.message : error}`;
  }
  if (!Array.isArray(value) || value.length === 0) return `${file} should hold a list of stages.`;
  const wrong = value.findIndex((stage) => !isStage(stage));
  if (wrong < 0) return value;
  const form = '{ "steps": 50, "freeze": "EXPRESSION", "learningRate": 0.002, "warmupSteps": 5 }';
  return `${file}: stage ${wrong + 1} of the list should be as ${form}; the warm-up may be left out.`;
}

const KEYS = new Set(['steps', 'freeze', 'learningRate', 'warmupSteps']);

/** @param {unknown} value @returns {value is GivenStage} */
function isStage(value) {
  if (typeof value !== 'object' || value === null) return false;
  const { steps, freeze, learningRate, warmupSteps = 0 } = /** @type {Record<string, unknown>} */ (value);
  return (
    Object.keys(value).every((key) => KEYS.has(key)) &&
    Number.isInteger(steps) &&
    Number(steps) > 0 &&
    typeof freeze === 'string' &&
    typeof learningRate === 'number' &&
    learningRate > 0 &&
    Number.isInteger(warmupSteps) &&
    Number(warmupSteps) >= 0
  );
}
