import { problem } from '../problem';
import type { NormalizationKind } from '../settings/actions';

/** A number for each joint. */
export interface Stats {
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Absent where a file of another program holds none. */
  readonly q01?: readonly number[];
  readonly q99?: readonly number[];
}

export interface NormStats {
  readonly state: Stats;
  /** Of all actions of all chunks, after differences are taken. */
  readonly actions: Stats;
}

const EPSILON = 1e-6;
/** A joint that moves less than this, relative to the size of its numbers, stands still: what is left is rounding. */
export const STILL = 1e-6;

/** Quantiles to normalise with: around a joint that stands still they are 1 away, so that rounding is never blown up to noise. */
export function quantilesApart({
  mean,
  q01,
  q99,
}: Stats): { readonly q01: readonly number[]; readonly q99: readonly number[] } | null {
  if (!q01 || !q99) return null;
  const isStill = mean.map((value, joint) => q99[joint]! - q01[joint]! <= STILL * Math.max(1, Math.abs(value)));
  return {
    q01: q01.map((low, joint) => (isStill[joint] ? mean[joint]! - 1 : low)),
    q99: q99.map((high, joint) => (isStill[joint] ? mean[joint]! + 1 : high)),
  };
}

/** Normalises rows of one number a joint, any number of rows. In place. @throws ProblemError where the statistics lack quantiles and need them. */
export function normalize(values: Float32Array, stats: Stats, kind: NormalizationKind) {
  const { offset, scale } = affine(stats, kind);
  const joints = offset.length;
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! - offset[i % joints]!) / scale[i % joints]!;
}

/** The inverse of normalize. In place. */
export function denormalize(values: Float32Array, stats: Stats, kind: NormalizationKind) {
  const { offset, scale } = affine(stats, kind);
  const joints = offset.length;
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * scale[i % joints]! + offset[i % joints]!;
}

/** Both kinds are x ↦ (x − offset) / scale. */
function affine(stats: Stats, kind: NormalizationKind) {
  if (kind === 'z-score') return { offset: stats.mean, scale: stats.std.map((spread) => spread + EPSILON) };
  const quantiles = quantilesApart(stats);
  if (!quantiles)
    throw problem(
      'The statistics hold no quantiles.',
      'norm_stats.json',
      'Choose z-score normalisation, or compute them again.',
    );
  const { q01, q99 } = quantiles;
  const half = q01.map((low, joint) => (q99[joint]! - low + EPSILON) / 2);
  return { offset: q01.map((low, joint) => low + half[joint]!), scale: half };
}
