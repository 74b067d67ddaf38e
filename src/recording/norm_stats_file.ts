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
