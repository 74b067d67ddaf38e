import { freezeFilters } from '../settings/defaults';
import type { ProposedSettings, TaskSettings } from '../worker/api';

/** Something that a person may want to train. */
export interface Scope {
  readonly id: string;
  /** In words. */
  readonly trains: string;
  readonly settings: Pick<ProposedSettings, 'freeze' | 'backboneLora'>;
}

/** What the text task can train, from the least to the most. */
const TEXT: readonly Scope[] = [
  { id: 'adapters', trains: 'Adapters only', settings: { freeze: freezeFilters.text.adapters } },
  {
    id: 'norms',
    trains: 'Adapters and norms',
    settings: { freeze: freezeFilters.text.norms },
  },
  {
    id: 'layers',
    trains: 'All but the token embedding',
    settings: { freeze: freezeFilters.text.layers },
  },
  { id: 'everything', trains: 'Everything', settings: { freeze: freezeFilters.nothing } },
];

/** The same of the actions task. */
const ACTIONS: readonly Scope[] = [
  {
    id: 'adapters',
    trains: 'Adapters of the action expert',
    settings: { freeze: freezeFilters.actions.adapters, backboneLora: false },
  },
  {
    id: 'projections',
    trains: 'Adapters of the action expert, projections',
    settings: { freeze: freezeFilters.actions.projections, backboneLora: false },
  },
  {
    id: 'expert',
    trains: 'Whole action expert, projections',
    settings: {
      freeze: freezeFilters.actions.expert,
      backboneLora: false,
    },
  },
  {
    id: 'backbone adapters',
    trains: 'Adapters of action expert and backbone, projections',
    settings: {
      freeze: freezeFilters.actions.allAdapters,
      backboneLora: true,
    },
  },
  {
    id: 'expert and backbone adapters',
    trains: 'Whole action expert, projections, adapters of the backbone',
    settings: {
      freeze: freezeFilters.actions.expertAndAdapters,
      backboneLora: true,
    },
  },
  {
    id: 'everything',
    trains: 'Everything, image tower and backbone too',
    settings: { freeze: freezeFilters.nothing, backboneLora: false },
  },
];

/** What can be trained in a task, from the least to the most that a step has to compute. */
export const scopesOf = (task: TaskSettings['task']): readonly Scope[] => (task === 'text' ? TEXT : ACTIONS);

/** What to train where nothing else is known: what the defaults train, and, where that does not fit, what takes less. */
export const USUAL_SCOPES: Readonly<Record<TaskSettings['task'], readonly string[]>> = {
  text: ['adapters'],
  actions: ['projections', 'adapters'],
};

/** What the defaults train. */
export const usualScope = (task: TaskSettings['task']): Scope =>
  scopesOf(task).find(({ id }) => id === USUAL_SCOPES[task][0]) as Scope;

/** One way to compute the same step: b windows or samples at a time, as often as it takes. */
export type Way = Pick<ProposedSettings, 'batchSize' | 'accumulation' | 'recompute'>;

/**
 * Batch sizes that make up the same effective batch, the smallest first: powers of two, the one that the form has, and
 * the whole.
 */
export function batchSizes({ batchSize, accumulation }: Pick<TaskSettings, 'batchSize' | 'accumulation'>): number[] {
  const effective = batchSize * accumulation;
  const sizes = new Set([batchSize, effective]);
  for (let size = 1; size < effective; size *= 2) if (effective % size === 0) sizes.add(size);
  return [...sizes].sort((a, b) => a - b);
}
