import type { BaseModel } from '../base/base';
import type { PlannedModelId } from '../model/true_size';
import type { ProposedSettings, TaskSettings } from '../settings/task';

/** Something that a person may want to train. */
export interface Scope {
  readonly id: string;
  /** In words. */
  readonly trains: string;
  readonly settings: Pick<ProposedSettings, 'freeze' | 'backboneLora'>;
  /** The model of openpi, at its true size, that has it; the settings' base where there is none. */
  readonly model?: PlannedModelId;
  /** It trains what comes before a π0's expert: a run that streams that cannot. */
  readonly upstream?: true;
}

/** What can be trained in a task. */
export interface Scopes {
  /** From the least to the most that a step has to compute. */
  readonly all: readonly Scope[];
  /** Ids: what the defaults train, and, where that does not fit, what takes less. */
  readonly usual: readonly [string, ...string[]];
}

/** Those that a run can train. @param base absent: it says no more than the settings */
export function scopesFor(scopes: Scopes, settings: TaskSettings, base?: BaseModel): Scopes {
  const streamed = base?.actions?.streamed || ('streamed' in settings && settings.streamed);
  const all = streamed ? scopes.all.filter(({ upstream }) => !upstream) : scopes.all;
  return all.length > 0 ? { ...scopes, all } : scopes; // whoever plans one of these says why it cannot be
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
