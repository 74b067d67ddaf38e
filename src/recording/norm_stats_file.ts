import { problem } from '../problem';
import { type Fields, fieldsOf } from './json';
import { type NormStats, quantilesApart, type Stats } from './normalize';

/** The text of norm_stats.json as openpi reads it. */
export function writeNormStats({ state, actions }: NormStats): string {
  return `${JSON.stringify({ norm_stats: { state: ordered(state), actions: ordered(actions) } }, null, 2)}\n`;
}

/** openpi divides by how far the quantiles lie apart. */
function ordered(stats: Stats) {
  const { q01 = null, q99 = null } = quantilesApart(stats) ?? {};
  return { mean: stats.mean, std: stats.std, q01, q99 };
}

/**
 * What a norm_stats.json of openpi's says.
 * @param where Its name, for error messages
 * @throws ProblemError where it lacks mean or standard deviation of the state or the actions, or its lists differ in length
 */
export function readNormStats(json: unknown, where: string): NormStats {
  const fields = fieldsOf(fieldsOf(json).get('norm_stats'));
  const of = (name: keyof NormStats) => readStats(fieldsOf(fields.get(name)), `${where}, ${name}`);
  return { state: of('state'), actions: of('actions') };
}

function readStats(fields: Fields, where: string): Stats {
  const list = (key: keyof Stats): readonly number[] => {
    const value = fields.get(key);
    if (Array.isArray(value) && value.length > 0 && value.every((one) => Number.isFinite(one))) return value;
    throw problem(`Its ${key} is no list of numbers.`, where, 'Compute the statistics again.');
  };
  const mean = list('mean');
  const says = (key: keyof Stats) => (fields.get(key) ?? null) !== null;
  const stats = {
    mean,
    std: list('std'),
    ...(says('q01') && says('q99') ? { q01: list('q01'), q99: list('q99') } : {}),
  };
  for (const [key, values] of Object.entries(stats))
    if (values.length !== mean.length)
      throw problem(
        `Its ${key} has ${values.length} numbers, and mean has ${mean.length}.`,
        where,
        'Compute the statistics again.',
      );
  return stats;
}
