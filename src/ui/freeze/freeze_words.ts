import type { PlanReport } from '../../worker/api';
import { bytesChange, counted } from '../words/format';
import { strings } from '../words/strings';

/** What an edit did: "−28.2 GB, 40 leaves now frozen". */
export function effectWords(before: PlanReport, after: PlanReport): string {
  const { studio } = strings;
  const leaves = after.frozenLeaves - before.frozenLeaves;
  const count = counted(Math.abs(leaves), 'leaf');
  const words = leaves === 0 ? studio.sameLeaves : leaves > 0 ? studio.nowFrozen(count) : studio.noLongerFrozen(count);
  return `${bytesChange(after.totalBytes - before.totalBytes)}, ${words}`;
}
