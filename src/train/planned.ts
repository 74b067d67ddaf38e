import { emaBytes, residentStateBytes } from '../filter/report';
import { type BytesByKind, type Storage, totalOf } from '../gpu/tensor';
import type { Plan } from '../plan/plan';
import type { PassReport, PlanReport } from '../plan/report';
import type { LossOutputs, RecordedStep } from './record';

/** What is known of a run before any GPU, whatever its task. */
export interface Planned {
  readonly step: Pick<RecordedStep<never>, 'plan' | 'parameters' | 'flops'>;
  /** Shows what the model does; null where nobody asks. */
  readonly sampler: { readonly plan: Plan } | null;
  readonly plannedBytes: number;
  readonly byKind: BytesByKind;
  /** What runs before the steps, in memory that is free again when they begin. */
  readonly pass?: PassReport;
  readonly passMemory?: PassMemory;
}

/** What a pass before the steps has on the GPU when it takes the most. */
export interface PassMemory {
  readonly most: readonly Storage[];
  /** Of all of them. */
  readonly totalBytes: number;
}

/** The most that lies on the GPU at any time. */
export const peakBytes = ({ plannedBytes, pass }: Pick<Planned, 'plannedBytes' | 'pass'>): number =>
  Math.max(plannedBytes, pass?.plannedBytes ?? 0);

/** A run before any GPU. */
export interface Prepared<B> extends Planned {
  readonly step: RecordedStep<B, LossOutputs>;
}

/** Bytes of step and sampler together: parameters and small constants are shared. */
export function bytesOfAll({ plan: ofStep }: Planned['step'], sampler: Planned['sampler']) {
  const total = { ...ofStep.byKind };
  const shared = new Set(ofStep.persistent);
  const own = sampler ? [...sampler.plan.slots, ...sampler.plan.persistent.filter((one) => !shared.has(one))] : [];
  for (const { kind, bytes } of own) total[kind] += bytes;
  return { byKind: total, plannedBytes: totalOf(total) };
}

/** The plan as the page shows it. */
export function planReport({ step, sampler, plannedBytes, byKind, pass }: Planned): PlanReport {
  const ownOfSampler = plannedBytes - step.plan.totalBytes;
  const counts = step.parameters.counts();
  return {
    totalBytes: plannedBytes,
    byKind,
    liveBytes: step.plan.liveBytes + (sampler ? ownOfSampler : 0),
    ...counts,
    openpiResidentBytes: residentStateBytes(counts.frozenParameters, counts.trainableParameters),
    openpiEmaBytes: emaBytes(counts.frozenParameters, counts.trainableParameters),
    flopsPerStep: step.flops,
    ...(pass ? { pass } : {}),
  };
}
