import type { PlanReport, ProposedSettings } from '../../worker/api';
import { bytesChange, count, counted } from '../words/format';
import { strings } from '../words/strings';

/** What an edit did: "−28.2 GB, 40 leaves now frozen". */
export function effectWords(before: PlanReport, after: PlanReport): string {
  const { studio } = strings;
  const leaves = after.frozenLeaves - before.frozenLeaves;
  const some = counted(Math.abs(leaves), 'leaf');
  const words = leaves === 0 ? studio.sameLeaves : leaves > 0 ? studio.nowFrozen(some) : studio.noLongerFrozen(some);
  return `${bytesChange(after.totalBytes - before.totalBytes)}, ${words}`;
}

/** How a step's samples are computed: "4 × 8". */
export const wayOf = ({ batchSize, accumulation }: Pick<ProposedSettings, 'batchSize' | 'accumulation'>): string =>
  strings.auto.way(count(batchSize), accumulation > 1 ? count(accumulation) : null);
