import { numberOf } from './json';

/** Frames a second, and whether the recording says so: else they are a guess. */
export interface Rate {
  readonly fps: number;
  readonly known: boolean;
}

/** Units of time in a second: s, ms, µs, ns. */
const UNITS = [1, 1e3, 1e6, 1e9];
/** Frames a second that a robot may be recorded with. */
const USUAL = { least: 0.5, most: 500 };
/** How many times further apart than the rate says frames may be in the middle, and still be counted in a unit. */
const OFF = 5;

/** The unit of ascending times; null where none fits the rate, as with a count of frames. */
export function unitOf(times: Float32Array, { fps, known }: Rate): number | null {
  const steps = times.slice(1).map((time, row) => time - times[row]!);
  const middle = steps.sort()[steps.length >> 1];
  if (middle === undefined) return 1;
  if (!known) {
    const usual = UNITS.find((unit) => unit / middle >= USUAL.least && unit / middle <= USUAL.most);
    return usual ?? 1;
  }
  return UNITS.find((unit) => Math.abs(Math.log((middle / unit) * fps)) < Math.log(OFF)) ?? null;
}

/** From one time to another of the same kind: numbers, whole nanoseconds that no number holds, dates. NaN for anything else. */
export function timeSince(start: unknown, time: unknown): number {
  if (typeof start === 'bigint' && typeof time === 'bigint') return Number(time - start);
  if (start instanceof Date && time instanceof Date) return (time.getTime() - start.getTime()) / 1000;
  return (numberOf(time) ?? Number.NaN) - (numberOf(start) ?? Number.NaN); // before rounding to float32, which could not hold a date
}
