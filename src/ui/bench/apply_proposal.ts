import type { ProposedSettings } from '../../worker/api';
import { fieldsBefore, isInForce, proposedFields } from './auto_desk';
import type { Workbench } from './workbench';

/** Sets what a proposal says on the form that is shown; the note takes it back for as long as nobody edits any of it. */
export function applyProposal(bench: Workbench, settings: ProposedSettings, words: string): void {
  const { kind, form: before } = bench.view;
  bench.edit(proposedFields(kind, before, settings));
  bench.note(words, {
    take: () => {
      bench.switchTask(before.task);
      if (bench.task === before.task) bench.edit(fieldsBefore(kind, before, bench.form));
    },
    holds: () => isInForce(kind, bench.viewOf(before.task).form, settings),
  });
}
