import type { Proposal, ProposedRun, TaskSettings } from '../../src/worker/api';

/** A proposal as the trainer makes them. Its numbers mean nothing. */
export function proposalOf(settings: TaskSettings, budgetBytes: number | null): Proposal {
  const { freeze, batchSize, accumulation } = settings;
  const actions = settings.task === 'actions';
  const row = (id: string, trains: string, change: Partial<ProposedRun>): ProposedRun => ({
    id,
    trains,
    settings: { freeze, batchSize, accumulation, recompute: false, ...(actions ? { backboneLora: false } : {}) },
    trainableParameters: 177_152,
    plannedBytes: 24_500_000,
    flopsPerStep: 2.4e9,
    secondsPerStep: 0.94,
    fits: true,
    recommended: null,
    ...change,
  });
  const everything = { freeze: 'Nothing()', batchSize: 1, accumulation: batchSize * accumulation, recompute: true };
  return {
    budgetBytes: budgetBytes ?? 2.15e9,
    budgetReason:
      budgetBytes === null
        ? 'A trial allocation: this GPU is software and shares the machine’s memory, so the trial ends at 2.15 GB, a quarter of it.'
        : 'The budget that you set.',
    speed: { flopsPerSecond: 2.1e9, secondsPerDispatch: 1e-4 },
    rows: [
      row('adapters', actions ? 'Adapters of the action expert' : 'Adapters only', {
        recommended: 'What the defaults train, in its fastest way that fits.',
      }),
      row('everything twice', actions ? 'Everything, image tower and backbone too' : 'Everything', {
        settings: actions ? { ...everything, backboneLora: true } : everything,
        trainableParameters: 1_840_000,
        plannedBytes: 37_600_000,
        secondsPerStep: 1.9,
      }),
      row('everything', actions ? 'Everything, image tower and backbone too' : 'Everything', {
        settings: { ...everything, batchSize, accumulation, recompute: false },
        trainableParameters: 1_840_000,
        plannedBytes: 3_350_000_000,
        secondsPerStep: 1.4,
        fits: 'Needs 1.2 GB more: mostly saved activations.',
      }),
    ],
  };
}
