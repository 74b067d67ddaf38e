import type { Problem } from '../problem';
import { problem } from '../problem';
import { numberOf } from './json';
import { named } from './problems';
import type { Episode } from './recording';

/** Numbers of all episodes together, 4 bytes each. */
const MAX_NUMBERS = 2 ** 28;

/** One frame as a file tells it. */
export interface Frame {
  readonly state: unknown;
  readonly action: unknown;
  /** Seconds since the start of the episode; without it, frames are counted. */
  readonly timestamp?: unknown;
  /** Place in the episode; without it, frames are taken in the order of the file. */
  readonly frame?: unknown;
  readonly task: number;
}

/** An episode without its video. */
export type Motion = Omit<Episode, 'footage'>;

/** Gathers frames into episodes as rows stream by. */
export interface EpisodeBuilder {
  /** Adds a frame. @throws ProblemError where there is more than fits in memory. */
  add(episode: number, frame: Frame): void;
  /** (S, A): joints of the first frame; null before it. */
  widths(): { readonly state: number; readonly action: number } | null;
  /** The episodes by ascending index; those that cannot be used are left out and reported. */
  finish(fps: number, where: string, problems: Problem[]): Motion[];
}

interface Part {
  readonly state: Growing;
  readonly action: Growing;
  /** Seconds, NaN where the file does not say. */
  readonly timestamps: Growing;
  readonly frames: Growing;
  readonly task: Growing;
  /** Timestamp of its first frame, as in the file. */
  start: number;
  /** Why the episode cannot be used. */
  fault: string | null;
}

export function episodeBuilder(): EpisodeBuilder {
  const parts = new Map<number, Part>();
  let widths: { readonly state: number; readonly action: number } | null = null;
  let numbers = 0;
  return {
    add(episode, frame) {
      const seen = widths ?? { state: widthOf(frame.state), action: widthOf(frame.action) };
      if (seen.state > 0 && seen.action > 0) widths = seen;
      numbers += seen.state + seen.action;
      if (numbers > MAX_NUMBERS)
        throw problem('The recording is larger than memory.', undefined, 'Choose a part of it.');
      const part = parts.get(episode) ?? newPart();
      parts.set(episode, part);
      const row = part.frames.length;
      for (const role of ['state', 'action'] as const) {
        const fault = appendRow(part[role], frame[role], seen[role]);
        if (fault !== null) part.fault ??= `frame ${row}: its ${role} ${fault}`;
      }
      const time = numberOf(frame.timestamp) ?? Number.NaN;
      if (row === 0) part.start = time; // subtracted before rounding to float32, which could not hold a date
      part.timestamps.push(time - part.start);
      part.frames.push(numberOf(frame.frame) ?? row);
      part.task.push(frame.task);
    },
    widths: () => widths,
    finish(fps, where, problems) {
      const motions: Motion[] = [];
      for (const [index, part] of [...parts].sort(([a], [b]) => a - b)) {
        part.fault ??= orderFault(part.frames.values());
        if (part.fault === null) motions.push(finished(index, part, fps));
        else
          problems.push({
            what: `Episode ${index} is left out, ${part.fault}.`,
            where,
            fix: 'Record it again, or go on without it.',
          });
      }
      reportGaps(parts, where, problems);
      return motions;
    },
  };
}

function finished(index: number, part: Part, fps: number): Motion {
  const times = part.timestamps.values();
  const known = times.every((time, row) => Number.isFinite(time) && (row === 0 || time > times[row - 1]!));
  return {
    index,
    length: times.length,
    state: part.state.values(),
    action: part.action.values(),
    timestamps: known ? times : times.map((_, row) => row / fps),
    task: Uint16Array.from(part.task.values()),
  };
}

/** Frames that were lost while recording leave a jump, which is told but no reason to lose the episode. */
function reportGaps(parts: ReadonlyMap<number, Part>, where: string, problems: Problem[]) {
  const torn = [...parts]
    .filter(([, { fault, frames }]) => fault === null && frames.values().at(-1)! - frames.values()[0]! >= frames.length)
    .map(([index]) => index)
    .sort((a, b) => a - b);
  if (torn.length === 0) return;
  problems.push({
    what: `Frames are missing in the middle of ${named(torn)}; they are used as if there were no gap.`,
    where,
    fix: 'Record them again where the gap matters.',
  });
}

function orderFault(frames: Float32Array): string | null {
  const row = frames.findIndex((frame, i) => i > 0 && frame <= frames[i - 1]!);
  return row < 0 ? null : `row ${row}: its frames are not in order`;
}

/** Appends a row of `width` numbers and says what is wrong with it, if anything. */
function appendRow(to: Growing, value: unknown, width: number): string | null {
  if (width === 0 || value == null) return 'is missing';
  let count = 0;
  let fault: string | null = null;
  const append = (item: unknown) => {
    if (isList(item)) {
      for (let i = 0; i < item.length && count <= width; i++) append(item[i]);
      return;
    }
    const number = numberOf(item);
    if (number === null) fault ??= `has ${String(item).slice(0, 20)} in place of number ${count}`;
    else if (Math.abs(number) > 3e38) fault ??= `is too large at number ${count}`;
    if (count++ < width) to.push(number ?? 0);
  };
  append(value);
  if (count === width) return fault;
  for (let i = count; i < width; i++) to.push(0);
  return fault ?? (count < width ? `has ${count} of ${width} numbers` : `has more than ${width} numbers`);
}

function widthOf(value: unknown): number {
  if (value == null) return 0;
  if (!isList(value)) return 1;
  let width = 0;
  for (let i = 0; i < value.length; i++) width += widthOf(value[i]);
  return width;
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

const newPart = (): Part => ({
  state: growing(),
  action: growing(),
  timestamps: growing(),
  frames: growing(),
  task: growing(),
  start: Number.NaN,
  fault: null,
});

interface Growing {
  readonly length: number;
  push(value: number): void;
  values(): Float32Array<ArrayBuffer>;
}

/** A list of float32 that grows by half of what it holds. */
function growing(): Growing {
  let room = new Float32Array(64);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value) {
      if (length === room.length) {
        const larger = new Float32Array(Math.ceil(length * 1.5));
        larger.set(room);
        room = larger;
      }
      room[length++] = value;
    },
    values() {
      if (room.length !== length) room = room.slice(0, length);
      return room;
    },
  };
}
