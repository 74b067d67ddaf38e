import { problem } from '../problem';
import { fieldsOf, listOf, numberOf, parseJson } from './json';
import type { NormStats, Stats } from './normalize';
import { MAX_JOINTS } from './recording';

const WHERE = 'norm_stats.json';

/** The text of norm_stats.json as openpi reads and writes it. */
export function writeNormStats({ state, actions }: NormStats): string {
  return `${JSON.stringify({ norm_stats: { state: ordered(state), actions: ordered(actions) } }, null, 2)}\n`;
}

/** Reads norm_stats.json, ours or openpi's. Throws a ProblemError that says what is wrong with it. */
export function readNormStats(text: string): NormStats {
  const stats = fieldsOf(fieldsOf(parseJson(text, WHERE)).get('norm_stats'));
  return { state: readStats(stats.get('state'), 'state'), actions: readStats(stats.get('actions'), 'actions') };
}

const ordered = ({ mean, std, q01, q99 }: Stats) => ({ mean, std, q01: q01 ?? null, q99: q99 ?? null });

function readStats(value: unknown, role: string): Stats {
  const fields = fieldsOf(value);
  const mean = readNumbers(fields.get('mean'), `${role}.mean`);
  const list = (name: string) => {
    const numbers = readNumbers(fields.get(name), `${role}.${name}`);
    if (numbers.length !== mean.length)
      throw wrong(`"${role}.${name}" has ${numbers.length} numbers for ${mean.length} joints.`);
    return numbers;
  };
  const std = list('std');
  const negative = std.find((spread) => spread < 0);
  if (negative !== undefined) throw wrong(`"${role}.std" has the number ${negative}; a spread is 0 or more.`);
  const bare = fields.get('q01') == null && fields.get('q99') == null;
  return bare ? { mean, std } : { mean, std, q01: list('q01'), q99: list('q99') };
}

function readNumbers(value: unknown, name: string): number[] {
  const numbers = listOf(value).map(numberOf);
  if (numbers.length < 1 || numbers.length > MAX_JOINTS || !numbers.every((number) => number !== null))
    throw wrong(`"${name}" should be a list of 1 to ${MAX_JOINTS} numbers.`);
  return numbers;
}

const wrong = (what: string) => problem(what, WHERE, 'Use a norm_stats.json that openpi or this page has written.');
