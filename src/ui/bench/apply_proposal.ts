import type { ProposedSettings } from '../../worker/api';
import { fieldsBefore, proposedFields } from './auto_desk';
import type { Workbench } from './workbench';

/** Sets what a proposal says on the form that is shown; the note takes it back, and nothing that was edited since. */
export function applyProposal(bench: Workbench, settings: ProposedSettings, words: string): void {
  const { kind, form: before } = bench.view;
  bench.edit(proposedFields(kind, before, settings));
  bench.note(words, () => {
    bench.switchTask(before.task);
    if (bench.task === before.task) bench.edit(fieldsBefore(kind, before, bench.form));
  });
}
