/** Samples of a video track, in decode order. A sample holds one frame. */
export interface SampleTable {
  readonly length: number;
  /** Seconds at which each is shown. */
  readonly time: Float64Array;
  /** 1 where decoding may start. */
  readonly key: Uint8Array;
}

/** Consecutive samples to decode, from a keyframe on. */
export interface DecodeRun {
  readonly first: number;
  readonly last: number;
}

export interface DecodePlan {
  /** In decode order, without overlap: no sample is decoded twice. */
  readonly runs: readonly DecodeRun[];
  /** By sample, the places in the list of wanted times that it serves. */
  readonly picks: ReadonlyMap<number, readonly number[]>;
  /** Places for which no frame is near enough. */
  readonly missing: readonly number[];
}

/** A frame that is wanted of a video. */
export interface WantedFrame {
  /** In the video, as the recording's times say. */
  readonly seconds: number;
  /** The part of the video that has this frame: where it is, how many rows go with it, and which of them this is. */
  readonly stretch: { readonly from: number; readonly to: number; readonly whole: boolean; readonly rows: number };
  readonly row: number;
}

/**
 * When the wanted frames are shown, seconds: where a video has a frame for each row, row k has frame k, whatever a clock says; elsewhere
 * the recording's times count.
 * @param samples `cut`: frames of the video that its file has lost
 */
export function timesOfFrames(
  samples: SampleTable & { readonly cut: number },
  wanted: readonly WantedFrame[],
  fps: number,
): number[] {
  const shown = samples.time.slice().sort();
  const near = (place: number, seconds: number) => Math.abs((shown[place] ?? Number.NaN) - seconds) <= 0.5 / fps;
  return wanted.map(({ seconds, stretch: { from, to, whole, rows }, row }) => {
    if (whole) return samples.length + samples.cut === rows ? (shown[row] ?? Number.NaN) : seconds;
    const first = Math.round(from * fps);
    const fits = Math.round(to * fps) - first === rows && near(first, from) && near(first + rows - 1, to - 1 / fps);
    return fits ? shown[first + row]! : seconds;
  });
}

/**
 * Which samples to decode for frames at these seconds: each as near as `tolerance` seconds. Decoding starts at a keyframe, runs through to the
 * last frame wanted, and jumps ahead only where a keyframe lies between two wanted frames.
 */
export function planDecoding(samples: SampleTable, wanted: ArrayLike<number>, tolerance: number): DecodePlan {
  const shown = Array.from({ length: samples.length }, (_, sample) => sample).sort(
    (a, b) => samples.time[a]! - samples.time[b]!,
  );
  const picks = new Map<number, number[]>();
  const missing: number[] = [];
  for (let place = 0; place < wanted.length; place++) {
    const sample = nearest(shown, samples.time, wanted[place]!);
    if (sample === null || !(Math.abs(samples.time[sample]! - wanted[place]!) <= tolerance)) missing.push(place);
    else picks.set(sample, [...(picks.get(sample) ?? []), place]);
  }
  const keys = lastKeys(samples);
  const runs: DecodeRun[] = [];
  for (const sample of [...picks.keys()].sort((a, b) => a - b)) {
    const key = keys[sample]!;
    if (key < 0) {
      missing.push(...picks.get(sample)!); // before the first keyframe there is nothing to start from
      picks.delete(sample);
      continue;
    }
    const run = runs.at(-1);
    if (run && key <= run.last + 1) runs[runs.length - 1] = { first: run.first, last: sample };
    else runs.push({ first: key, last: sample });
  }
  return { runs, picks, missing: missing.sort((a, b) => a - b) };
}

/** Of each sample, the last keyframe up to it; −1 where there is none. */
function lastKeys({ length, key }: SampleTable): Int32Array {
  const keys = new Int32Array(length);
  let last = -1;
  for (let sample = 0; sample < length; sample++) {
    if (key[sample]) last = sample;
    keys[sample] = last;
  }
  return keys;
}

/** The sample shown nearest to a time; the earlier of two. */
function nearest(shown: readonly number[], time: Float64Array, wanted: number): number | null {
  let low = 0;
  let high = shown.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[shown[middle]!]! < wanted) low = middle + 1;
    else high = middle;
  }
  const after = shown[low];
  const before = shown[low - 1];
  if (after === undefined || before === undefined) return after ?? before ?? null;
  return wanted - time[before]! <= time[after]! - wanted ? before : after;
}
