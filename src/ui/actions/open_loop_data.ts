import type { ActionCurve, OpenLoop } from '../../worker/api';

/** What predicted the actions: the adapter, and what it is compared with. */
export const predictors = ['adapter', 'hold', 'mean', 'base'] as const;
export type PredictorName = (typeof predictors)[number];

/** Mean absolute errors of one joint, in its own unit. */
export interface JointErrors {
  readonly joint: string;
  readonly errors: Readonly<Record<PredictorName, number>>;
  /** Those with the smallest error: more than one where they are equal, none where no error is a number. */
  readonly best: readonly PredictorName[];
}

/** The table: a row a joint. */
export function jointErrors({ joints, mae, hold, mean, base }: OpenLoop): readonly JointErrors[] {
  return joints.map((joint, index) => {
    const at = (values: readonly number[]): number => values[index] ?? Number.NaN;
    const errors = { adapter: at(mae), hold: at(hold), mean: at(mean), base: at(base) };
    const least = Math.min(...predictors.map((by) => errors[by]).filter(Number.isFinite));
    return { joint, errors, best: predictors.filter((by) => errors[by] === least) };
  });
}

/** Number of joints on which nothing is better than the adapter. */
export const jointsWon = (rows: readonly JointErrors[]): number =>
  rows.filter((row) => row.best.includes('adapter')).length;

/** One joint's part of a curve: F values each. */
export interface JointCurve {
  readonly joint: string;
  readonly recorded: readonly number[];
  readonly predicted: readonly number[];
  readonly base: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** A curve cut into its joints, each with the range of all lines. */
export function jointCurves(joints: readonly string[], curve: ActionCurve): readonly JointCurve[] {
  return joints.map((joint, index) => {
    const take = (values: Float32Array): number[] =>
      Array.from({ length: curve.frames }, (_, frame) => values[frame * joints.length + index] ?? Number.NaN);
    const recorded = take(curve.recorded);
    const predicted = take(curve.predicted);
    const base = take(curve.base);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const value of [...recorded, ...predicted, ...base]) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return {
      joint,
      recorded,
      predicted,
      base,
      low: Number.isFinite(low) ? low : 0,
      high: Number.isFinite(high) ? high : 0,
    };
  });
}

/** Size of a small chart, in the units of its own drawing. */
export const chartSize = { width: 160, height: 56 } as const;

/**
 * The line of F values as an SVG path. Where frames are more than the drawing has columns, each column is drawn from
 * its lowest to its highest value, so that no peak is lost. Values that are no numbers leave a gap.
 */
export function linePath(values: readonly number[], low: number, high: number): string {
  const { width, height } = chartSize;
  const span = high - low;
  const x = (frame: number): string => ((frame / Math.max(1, values.length - 1)) * width).toFixed(1);
  const y = (value: number): string => (span > 0 ? height - ((value - low) / span) * height : height / 2).toFixed(1);
  const stride = Math.max(1, Math.ceil(values.length / width));
  let path = '';
  let pen = 'M';
  for (let from = 0; from < values.length; from += stride) {
    const column = values.slice(from, from + stride).filter(Number.isFinite);
    if (column.length === 0) {
      pen = 'M';
      continue;
    }
    for (const value of ends(column)) {
      path += `${pen}${x(from)} ${y(value)}`;
      pen = 'L';
    }
  }
  return path;
}

/** The lowest and the highest of a column, in the order in which they came; one value where there is one. */
function ends(column: readonly number[]): readonly number[] {
  if (column.length === 1) return column;
  const low = Math.min(...column);
  const high = Math.max(...column);
  return column.indexOf(low) <= column.indexOf(high) ? [low, high] : [high, low];
}

/** Frames at which a new chunk begins, as places on the drawing; none where they would be a grey wash. */
export function chunkStarts({ frames, horizon }: ActionCurve): readonly number[] {
  const starts = horizon > 0 ? Math.ceil(frames / horizon) - 1 : 0;
  if (starts > 16) return [];
  return Array.from({ length: Math.max(0, starts) }, (_, n) => (((n + 1) * horizon) / (frames - 1)) * chartSize.width);
}
