/** The record of a run that has ended, as a file from anywhere holds it. */
import type { Evaluation } from '../best';
import { problem } from '../problem';
import { type Form, jsonIn, listOf, number, object, oneOf } from './forms';
import { MOST_POINTS, type RunRecord } from './run_records';
import { id, lossOrNone, settingsForm } from './told_forms';

const points: Form<readonly Evaluation[]> = (value) => {
  const known = listOf(object({ step: number, loss: number }))(value);
  return known && known.length <= MOST_POINTS ? known : undefined;
};

const recordForm: Form<RunRecord> = object({
  ...{ runId: id, adapterId: id, endedAt: number, settings: settingsForm, steps: number, seconds: number },
  ended: oneOf('finished', 'stopped', 'early stop', 'not finite'),
  ...{ keptStep: number, baselineHeldout: lossOrNone, heldout: lossOrNone },
  outcome: oneOf('better', 'no better', 'worse', 'unmeasured'),
  ...{ train: points, evaluations: points },
});

/** @throws ProblemError where a file's text is no record */
export function readRunRecord(written: string, where: string): RunRecord {
  const read = recordForm(jsonIn(written));
  if (!read) throw problem('This is no record of a run.', where, 'The file is damaged; take a fresh copy.');
  return read;
}
