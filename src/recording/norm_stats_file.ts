import type { NormStats, Stats } from './normalize';

/** The text of norm_stats.json as openpi reads it. */
export function writeNormStats({ state, actions }: NormStats): string {
  return `${JSON.stringify({ norm_stats: { state: ordered(state), actions: ordered(actions) } }, null, 2)}\n`;
}

const ordered = ({ mean, std, q01, q99 }: Stats) => ({ mean, std, q01: q01 ?? null, q99: q99 ?? null });
