/** norm_stats.json, which openpi looks for beside the weights: how a robot's numbers are normalised. */
import { problem } from '../problem';
import { writeNormStats } from '../recording/norm_stats_file';
import type { AdapterExport } from './export_format';

export const normStatsExport: AdapterExport = {
  id: 'norm_stats',
  appliesTo: ({ robot }) => robot !== undefined,
  fileName: () => 'norm_stats.json',
  write({ robot, summary }) {
    if (robot) return new TextEncoder().encode(writeNormStats(robot.stats));
    throw problem('This adapter has no statistics of a robot.', summary.name, 'Download the adapter itself.');
  },
};
