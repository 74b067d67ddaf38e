/** What a line of a chart shows: what was measured, what was told to the joints, what was predicted. */
export type LineId = 'action' | 'state' | 'recorded' | 'predicted' | 'base';

/** One line: F values, in the joint's own unit; NaN where there is none. */
export interface CurveLine {
  readonly id: LineId;
  readonly values: Float32Array;
}

/** The lines of one joint over F frames, and the range of all of them. */
export interface JointChart {
  readonly joint: string;
  readonly lines: readonly CurveLine[];
  readonly low: number;
  readonly high: number;
}

/** Numbers of several joints, as they come: (F, J), and whose they are. */
export interface JointRows {
  readonly id: LineId;
  readonly joints: readonly string[];
  readonly rows: Float32Array;
}

/** Pixels of the drawing, without what is written beside it. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/** A chart for each joint, in the order in which they are first named; what is told of one joint shares a chart. */
export function jointCharts(given: readonly JointRows[]): readonly JointChart[] {
  const all = given.map((rows) => ({ ...rows, joints: rows.joints.map(ownName) }));
  const names = [...new Set(all.flatMap(({ joints }) => joints))];
  return names.map((joint) => {
    const lines = all.flatMap(({ id, joints, rows }) => {
      const place = joints.indexOf(joint);
      return place < 0 ? [] : [{ id, values: columnOf(rows, joints.length, place) }];
    });
    return { joint, lines, ...rangeOf(lines) };
  });
}

/** A second joint of the same name has its place beside it. */
const ownName = (name: string, place: number, names: readonly string[]): string =>
  names.indexOf(name) === place ? name : `${name} (${place})`;

/** (F): the values of one joint of (F, J). */
export const columnOf = (rows: Float32Array, width: number, place: number): Float32Array =>
  Float32Array.from({ length: Math.floor(rows.length / width) }, (_, frame) => rows[frame * width + place]!);

/** The lowest and the highest value that is a number; 0 where there is none. */
function rangeOf(lines: readonly CurveLine[]): { readonly low: number; readonly high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { values } of lines)
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

/** Where a moment lies on the drawing, pixels from the left; `times` are the seconds of the F frames. */
export const placeOf = (seconds: number, times: ArrayLike<number>, width: number): number =>
  (seconds / lastOf(times)) * width;

/** Seconds of the last frame; 1 where all frames are at once, so that there is an axis. */
export const lastOf = (times: ArrayLike<number>): number => times[times.length - 1] || 1;

/** Where a value lies, pixels from the top. */
export const heightOf = (value: number, { low, high }: Pick<JointChart, 'low' | 'high'>, height: number): number =>
  high > low ? height - ((value - low) / (high - low)) * height : height / 2;

/**
 * A line as an SVG path. Where a pixel holds several frames it is drawn from their lowest to their highest value, so that no peak is
 * lost and the path stays short. Values that are no numbers leave a gap.
 */
export function linePath(
  values: ArrayLike<number>,
  times: ArrayLike<number>,
  range: Pick<JointChart, 'low' | 'high'>,
  { width, height }: PlotSize,
): string {
  let path = '';
  let pen = 'M';
  const draw = (frame: number) => {
    path += `${pen}${placeOf(times[frame]!, times, width).toFixed(1)} ${heightOf(values[frame]!, range, height).toFixed(1)}`;
    pen = 'L';
  };
  for (let from = 0; from < values.length; ) {
    const pixel = Math.floor(placeOf(times[from]!, times, width));
    let to = from + 1;
    while (to < values.length && Math.floor(placeOf(times[to]!, times, width)) === pixel) to++;
    const ends = endsOf(values, from, to);
    if (ends.length === 0) pen = 'M';
    for (const frame of ends) draw(frame);
    from = to;
  }
  return path;
}

/** Of the frames from one up to another, those of the lowest and of the highest value, in their order. */
function endsOf(values: ArrayLike<number>, from: number, to: number): readonly number[] {
  let [low, high] = [-1, -1];
  for (let frame = from; frame < to; frame++) {
    if (!Number.isFinite(values[frame])) continue;
    if (low < 0 || values[frame]! < values[low]!) low = frame;
    if (high < 0 || values[frame]! > values[high]!) high = frame;
  }
  if (low < 0) return [];
  return low === high ? [low] : [Math.min(low, high), Math.max(low, high)];
}

/** Round moments for the axis, at most `most` steps apart: 0, 2, 4 … seconds. */
export function timeTicks(seconds: number, most: number): readonly number[] {
  const least = seconds / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((one) => one >= least * 0.999) ?? 10 * power;
  return Array.from({ length: Math.floor(seconds / step + 1e-6) + 1 }, (_, n) => Number((n * step).toPrecision(6)));
}

/** The frame that is nearest to a moment. */
export function frameAt(seconds: number, times: ArrayLike<number>): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < seconds) low = middle + 1;
    else high = middle;
  }
  return low > 0 && seconds - times[low - 1]! <= times[low]! - seconds ? low - 1 : Math.max(0, low);
}

/** The seconds of F frames at a rate. */
export const timesAt = (fps: number, frames: number): Float32Array =>
  Float32Array.from({ length: frames }, (_, frame) => frame / fps);
