import type { NormStats } from '../../src/recording/normalize';

/** What a norm_stats.json holds. */
export const normStatsIn = (text: string) => (JSON.parse(text) as { readonly norm_stats: NormStats }).norm_stats;
