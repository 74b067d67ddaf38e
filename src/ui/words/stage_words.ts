import type { PlanReport } from '../../worker/api';
import { count } from './format';
import { strings } from './strings';

/** Whose bytes a plan states, where a run has several stages; empty where it has one. */
export function stageNote(plan: PlanReport | null): string {
  const { stages } = plan ?? {};
  if (!plan || !stages) return '';
  const largest = stages.findIndex(({ totalBytes }) => totalBytes === plan.totalBytes);
  return strings.stages.note(count(stages.length), count(largest + 1));
}
