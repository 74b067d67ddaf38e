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
    openpiBytes: 9_700_000,
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

/** What fits a card, as the trainer tells it. Its numbers mean nothing. */
export function trueSizeRows(budgetBytes: number): readonly ProposedRun[] {
  const row = (trains: string, plannedBytes: number, change: Partial<ProposedRun>): ProposedRun => ({
    id: trains,
    trains,
    model: 'ae_lora',
    settings: { freeze: 'Not(PathRegex(".*lora.*"))', batchSize: 4, accumulation: 8, recompute: true },
    trainableParameters: 22_118_400,
    plannedBytes,
    openpiBytes: 6_741_517_856,
    flopsPerStep: 3.8e12,
    secondsPerStep: null,
    fits: plannedBytes <= budgetBytes || 'Needs 29 GB more: mostly optimizer moments.',
    recommended: null,
    ...change,
  });
  return [
    row('Adapters of the action expert', 7_470_000_000, { recommended: 'It fits.' }),
    row('Everything, image tower and backbone too', 53_000_000_000, {
      settings: { freeze: 'Nothing()', batchSize: 1, accumulation: 32, recompute: true },
    }),
  ];
}
