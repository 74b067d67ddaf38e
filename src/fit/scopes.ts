import type { PlannedModelId } from '../model/true_size';
import type { ProposedSettings, TaskSettings } from '../settings/task';

/** Something that a person may want to train. */
export interface Scope {
  readonly id: string;
  /** In words. */
  readonly trains: string;
  readonly settings: Pick<ProposedSettings, 'freeze' | 'backboneLora' | 'streamed'>;
  /** The model of openpi, at its true size, that has it; the settings' base where there is none. */
  readonly model?: PlannedModelId;
}

/** What can be trained in a task. */
export interface Scopes {
  /** From the least to the most that a step has to compute. */
  readonly all: readonly Scope[];
  /** Ids: what the defaults train, and, where that does not fit, what takes less. */
  readonly usual: readonly [string, ...string[]];
}

/** The usual scopes, the first of them what the defaults train. */
export const usualScopes = ({ all, usual }: Scopes): Scope[] =>
  usual.flatMap((id) => all.filter((scope) => scope.id === id));

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
