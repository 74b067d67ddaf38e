import type { Problem } from '../problem';
import { type ChunkForm, deltaChunk } from './chunks';
import { type NormStats, STILL, type Stats } from './normalize';
import type { Episode, JointNames } from './recording';

const BINS = 5000;
/** A joint whose quantiles lie nearer together than this, relative to its spread, moves too seldom for them to say anything: its range replaces them. */
const SELDOM = 0.05;

/**
 * Statistics of what the model will learn from these episodes: state of every frame; actions of every chunk, after differences and
 * before padding. Of the state, the first `told` numbers are of joints; of others it is no fault to stand still. A joint that stands still gets a spread of 1, so that rounding is never blown up to noise, and is reported; its quantiles are those of the data.
 */
export function computeNormStats(
  episodes: readonly Episode[],
  form: ChunkForm,
  names: JointNames,
  told: number = names.state.length,
): { readonly stats: NormStats; readonly problems: readonly Problem[] } {
  const state = measure(names.state.length, function* () {
    for (const episode of episodes) yield episode.state;
  });
  const actions = measure(names.action.length, function* () {
    for (const episode of episodes) {
      for (let frame = 0; frame < episode.length; frame++) yield deltaChunk(episode, frame, form);
    }
  });
  return {
    stats: { state: state.stats, actions: actions.stats },
    problems: [
      ...stillProblem(
        'state',
        names.state,
        state.still.filter((joint) => joint < told),
      ),
      ...stillProblem('action', names.action, actions.still),
    ],
  };
}

/** Two passes over rows of one number a joint: the range first, then spread and a histogram within it, so memory stays flat. */
function measure(joints: number, rows: () => Iterable<Float32Array>) {
  const zeros = () => new Float64Array(joints);
  const sum = zeros();
  const low = zeros().fill(Number.POSITIVE_INFINITY);
  const high = zeros().fill(Number.NEGATIVE_INFINITY);
  let numbers = 0;
  for (const values of rows()) {
    numbers += values.length;
    for (let i = 0; i < values.length; i++) {
      const joint = i % joints;
      const value = values[i]!;
      sum[joint]! += value;
      if (value < low[joint]!) low[joint] = value;
      if (value > high[joint]!) high[joint] = value;
    }
  }
  const count = numbers / joints;
  const mean = sum.map((total) => total / count);
  const squares = zeros();
  const bins = new Float64Array(joints * BINS);
  const perBin = high.map((top, joint) => (top - low[joint]!) / BINS || 1);
  for (const values of rows()) {
    for (let i = 0; i < values.length; i++) {
      const joint = i % joints;
      const value = values[i]!;
      squares[joint]! += (value - mean[joint]!) ** 2;
      const bin = Math.min(BINS - 1, Math.floor((value - low[joint]!) / perBin[joint]!));
      bins[joint * BINS + bin]! += 1;
    }
  }
  const std = squares.map((total) => Math.sqrt(total / count));
  const quantile = (share: number) =>
    low.map((start, joint) => {
      const rank = quantileBin(bins.subarray(joint * BINS, (joint + 1) * BINS), share * count);
      return start + rank * perBin[joint]!;
    });
  return guarded({ mean, std, q01: quantile(0.01), q99: quantile(0.99), low, high });
}

/** The place of the value of rank `target`, in bins; between two edges in proportion. */
function quantileBin(bins: Float64Array, target: number): number {
  let below = 0;
  for (const [bin, count] of bins.entries()) {
    if (count > 0 && below + count >= target) return bin + Math.max(0, target - below) / count;
    below += count;
  }
  return bins.length;
}

interface Measured {
  readonly mean: Float64Array;
  readonly std: Float64Array;
  readonly q01: Float64Array;
  readonly q99: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

function guarded({ mean, std, q01, q99, low, high }: Measured) {
  const still = [...std.keys()].filter((joint) => std[joint]! <= STILL * Math.max(1, Math.abs(mean[joint]!)));
  for (const joint of still) std[joint] = 1;
  for (const joint of std.keys()) {
    if (q99[joint]! - q01[joint]! > SELDOM * std[joint]!) continue;
    q01[joint] = low[joint]!;
    q99[joint] = high[joint]!;
  }
  const stats: Stats = { mean: [...mean], std: [...std], q01: [...q01], q99: [...q99] };
  return { stats, still };
}

function stillProblem(role: string, names: readonly string[], still: readonly number[]): Problem[] {
  if (still.length === 0) return [];
  const listed = still.map((joint) => names[joint]).join(', ');
  return [
    {
      what: `The ${role} of ${listed} never changes, so there is nothing to learn from ${still.length === 1 ? 'it' : 'them'}.`,
      where: `${role} of the recording`,
      fix: 'Nothing need be done; if it should move, check how it was recorded.',
    },
  ];
}
