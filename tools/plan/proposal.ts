import type { BaseModel } from '../../src/base/base';
import { costOf } from '../../src/fit/cost';
import type { ProposedRun } from '../../src/fit/proposal';
import { proposeRuns } from '../../src/fit/propose';
import { megabytes } from '../../src/fit/words';
import type { TaskSettings } from '../../src/settings/task';
import { groundOf } from '../../src/tasks/ground';

/** A run of a base that ships with the page, and what is known of its data. */
export interface RunOfBase {
  readonly base: BaseModel;
  readonly settings: TaskSettings;
  /** As the settings' task knows them. */
  readonly facts: object;
}

/** What a proposal prints. */
export interface PrintedProposal {
  /** Null: all π0s at their true size. */
  readonly model: string | null;
  readonly budget_bytes: number;
  readonly rows: readonly PrintedRow[];
  /** Of what does not fit, what takes the least; null where all fits. */
  readonly nearest_beyond: PrintedRow | null;
}

type PrintedRow = ReturnType<typeof printed>;

/** What could be trained within a budget, as the page's table has it, but for the time: no GPU is asked. */
export async function proposal({ base, settings, facts }: RunOfBase, model: string, budgetBytes: number) {
  const ground = groundOf(base, settings, () => facts, null);
  const rows = await proposeRuns({
    settings,
    scopes: ground.scopes,
    budgetBytes,
    maxBufferBytes: Number.POSITIVE_INFINITY,
    seconds: null,
    costOf: (own) => costOf(ground, own),
    turn: async () => undefined,
  });
  return printedProposal(model, budgetBytes, rows);
}

/** @param model null: all π0s at their true size */
export function printedProposal(
  model: string | null,
  budget_bytes: number,
  proposed: readonly ProposedRun[],
): PrintedProposal {
  const rows = proposed.map(printed);
  const beyond = rows.filter(({ fits }) => !fits);
  const nearest_beyond = beyond.reduce<PrintedRow | null>(
    (nearest, row) => (nearest && nearest.total_bytes <= row.total_bytes ? nearest : row),
    null,
  );
  return { model, budget_bytes, rows, nearest_beyond };
}

const printed = ({
  trains,
  model,
  settings: own,
  trainableParameters,
  plannedBytes,
  openpiBytes,
  flopsPerStep,
  fits,
  recommended,
}: ProposedRun) => ({
  trains,
  ...(model === undefined ? {} : { model }),
  freeze: own.freeze,
  ...(own.backboneLora === undefined ? {} : { backbone_lora: own.backboneLora }),
  ...(own.streamed ? { streamed: true } : {}),
  batch: own.batchSize,
  accumulation: own.accumulation,
  recompute: own.recompute,
  trainable_params: trainableParameters,
  total_bytes: plannedBytes,
  openpi_resident_state_bytes: openpiBytes,
  flops_per_step: flopsPerStep,
  fits: fits === true,
  reason: fits === true ? null : fits,
  recommended: recommended !== null,
});

export const bytesOf = megabytes;

/** A proposal as text, a line a row. */
export function tableOf({ budget_bytes, rows, nearest_beyond }: PrintedProposal): string {
  const lines = rows.map((row) => [
    row.fits ? (row.recommended ? 'fits, recommended' : 'fits') : 'does not fit',
    'model' in row ? `${row.model}` : '',
    `${row.batch} x ${row.accumulation}${row.recompute ? ', re-computed' : ''}`,
    bytesOf(row.total_bytes),
    bytesOf(row.openpi_resident_state_bytes),
    row.trains,
    row.freeze,
  ]);
  const head = ['', 'model', 'batch', 'takes here', 'openpi keeps', 'trains', 'freeze'];
  const widths = head.map((name, i) => Math.max(name.length, ...lines.map((line) => line[i]!.length)));
  const written = [head, ...lines].map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  const beyond = nearest_beyond
    ? `The nearest beyond: ${nearest_beyond.trains}. ${nearest_beyond.reason}`
    : 'All fits.';
  return [`What can be trained within ${bytesOf(budget_bytes)}:`, '', ...written, '', beyond].join('\n');
}
