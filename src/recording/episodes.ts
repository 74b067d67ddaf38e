import type { Problem } from '../problem';
import { problem } from '../problem';
import { numberOf, scalarOf } from './json';
import { named, ranges } from './problems';
import type { Episode } from './recording';
import { type Growing, growing, type Rows, rowsOfNumbers } from './rows';
import { type Rate, timeSince, unitOf } from './times';

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
export interface Motion extends Omit<Episode, 'footage'> {
  /** The number that the files give it, and the row there that it begins with: several takes may stand under one number. */
  readonly origin: { readonly episode: number; readonly row: number };
}

/** Gathers frames into episodes as rows stream by. */
export interface EpisodeBuilder {
  /** Adds a frame. @throws ProblemError where there is more than fits in memory. */
  add(episode: number, frame: Frame): void;
  /** (S, A): as most frames have them; null before the first whole one. */
  widths(): { readonly state: number; readonly action: number } | null;
  /** The episodes by ascending index; those that cannot be used are left out and reported. */
  finish(rate: Rate, where: string, problems: Problem[]): Motion[];
}

const ROLES = ['state', 'action'] as const;

interface Part {
  readonly state: Rows;
  readonly action: Rows;
  /** Since the first frame, in the unit of the file; NaN where it does not say. */
  readonly timestamps: Growing;
  readonly frames: Growing;
  readonly task: Growing;
  /** Timestamp of its first frame, as in the file. */
  readonly start: unknown;
  /** Rows of the same number before its first. */
  readonly row: number;
  /** Why the episode cannot be used, and the row that shows it first. */
  fault: Fault | null;
}

export function episodeBuilder(): EpisodeBuilder {
  const takes = new Map<number, Part[]>();
  const tallies = { state: new Map<number, number>(), action: new Map<number, number>() };
  let numbers = 0;
  const widths = () => {
    const [state, action] = ROLES.map((role) => mostOf(tallies[role]));
    return state && action ? { state, action } : null;
  };
  return {
    add(episode, frame) {
      const part = partFor(takes, episode, frame);
      const row = part.frames.length;
      for (const role of ROLES) {
        const { width, fault } = part[role].add(frame[role]);
        if (fault !== null) part.fault ??= { row, why: `its ${role} ${fault}` };
        if (width > 0) tallies[role].set(width, (tallies[role].get(width) ?? 0) + 1);
        numbers += width;
      }
      if (numbers > MAX_NUMBERS)
        throw problem('The recording is larger than memory.', undefined, 'Choose a part of it.');
      part.timestamps.push(timeSince(part.start, scalarOf(frame.timestamp)));
      part.frames.push(numberOf(scalarOf(frame.frame)) ?? row);
      part.task.push(frame.task);
    },
    widths,
    finish(rate, where, problems) {
      const parts = numbered(takes, where, problems);
      const motions: Motion[] = [];
      const faults = new Map<number, Fault>();
      for (const [index, { part, origin }] of parts) {
        const fault = faultOf(part, widths());
        if (fault === null) motions.push(finished(index, part, rate, origin));
        else faults.set(index, fault);
      }
      reportFaults(faults, where, problems);
      reportGaps(motions, parts, where, problems);
      return motions;
    },
  };
}

/** Where the next frame of an episode goes: to its last take, or to a new one where the count of frames starts again. */
function partFor(takes: Map<number, Part[]>, episode: number, frame: Frame): Part {
  const parts = takes.get(episode) ?? [];
  takes.set(episode, parts);
  const last = parts.at(-1);
  const number = numberOf(scalarOf(frame.frame));
  if (last && !(number !== null && number === last.frames.at(0))) return last;
  const part = newPart(scalarOf(frame.timestamp), last ? last.row + last.frames.length : 0);
  parts.push(part);
  return part;
}

/** The takes by ascending number: the first under a number keeps it, others get numbers that are free. */
function numbered(takes: ReadonlyMap<number, readonly Part[]>, where: string, problems: Problem[]) {
  const parts = new Map<number, { readonly part: Part; readonly origin: Motion['origin'] }>();
  const sorted = [...takes].sort(([a], [b]) => a - b);
  let free = 0;
  for (const [episode, own] of sorted) {
    const given = own.map((part, take) => {
      while (take > 0 && (takes.has(free) || parts.has(free))) free++;
      const index = take > 0 ? free : episode;
      parts.set(index, { part, origin: { episode, row: part.row } });
      return index;
    });
    if (given.length > 1)
      problems.push({
        what: `Episode ${episode} holds ${given.length} takes: "frame_index" starts again at row ${own[1]!.row}. They are read as ${named(given)}.`,
        where,
        fix: 'Nothing need be done, where that is what was recorded.',
      });
  }
  return new Map([...parts].sort(([a], [b]) => a - b));
}

/** What makes an episode useless. */
interface Fault {
  /** Its first row that shows it. */
  readonly row: number;
  readonly why: string;
}

/** Why an episode cannot be used; null where it can. */
function faultOf(part: Part, widths: ReturnType<EpisodeBuilder['widths']>): Fault | null {
  const faults = ROLES.flatMap((role) => {
    const wanted = widths?.[role] ?? 0;
    const found = part[role].firstOtherThan(wanted);
    if (found === null) return [];
    const { row, width } = found;
    return [
      { row, why: `its ${role} has ${width > wanted ? `more than ${wanted}` : `${width} of ${wanted}`} numbers` },
    ];
  });
  const [first] = [...(part.fault ? [part.fault] : []), ...faults].sort((a, b) => a.row - b.row);
  return first ?? orderFault(part.frames.values());
}

/** One problem for each reason why episodes are left out, however many they are. */
function reportFaults(faults: ReadonlyMap<number, Fault>, where: string, problems: Problem[]) {
  const alike = new Map<string, number[]>();
  for (const [index, { why }] of faults) alike.set(why, [...(alike.get(why) ?? []), index]);
  for (const [why, indices] of alike) {
    const [first] = indices as [number, ...number[]];
    const { row } = faults.get(first)!;
    const several = indices.length > 1;
    const what = several
      ? `${indices.length} episodes are left out (${ranges(indices)}), the first at frame ${row}: ${why}.`
      : `Episode ${first} is left out, frame ${row}: ${why}.`;
    const fix = `Record ${several ? 'them' : 'it'} again, or go on without ${several ? 'them' : 'it'}.`;
    problems.push({ what, where, fix, ...(several ? { count: indices.length } : {}) });
  }
}

/** What most have; 0 where there is none. */
function mostOf(tally: ReadonlyMap<number, number>): number {
  return [...tally].reduce((most, [width, count]) => (count > most.count ? { width, count } : most), {
    width: 0,
    count: 0,
  }).width;
}

function finished(index: number, part: Part, rate: Rate, origin: Motion['origin']): Motion {
  const times = part.timestamps.values();
  const known = times.every((time, row) => Number.isFinite(time) && (row === 0 || time > times[row - 1]!));
  const unit = known ? unitOf(times, rate) : null;
  return {
    index,
    length: times.length,
    state: part.state.values(),
    action: part.action.values(),
    timestamps: times.map((time, row) => (unit === null ? row / rate.fps : time / unit)),
    task: Uint16Array.from(part.task.values()),
    origin,
  };
}

/** Frames that were lost while recording leave a jump, which is told but no reason to lose the episode. */
function reportGaps(
  motions: readonly Motion[],
  parts: ReadonlyMap<number, { readonly part: Part }>,
  where: string,
  problems: Problem[],
) {
  const torn = motions
    .map(({ index }) => index)
    .filter((index) => {
      const frames = parts.get(index)!.part.frames.values();
      return frames.at(-1)! - frames[0]! >= frames.length;
    });
  if (torn.length === 0) return;
  problems.push({
    what: `Frames are missing in the middle of ${named(torn)}; they are used as if there were no gap.`,
    where,
    fix: 'Record them again where the gap matters.',
  });
}

function orderFault(frames: Float32Array): Fault | null {
  const row = frames.findIndex((frame, i) => i > 0 && frame <= frames[i - 1]!);
  return row < 0 ? null : { row, why: 'its frames are not in order' };
}

const newPart = (start: unknown, row: number): Part => ({
  state: rowsOfNumbers(),
  action: rowsOfNumbers(),
  timestamps: growing(),
  frames: growing(),
  task: growing(),
  start,
  row,
  fault: null,
});
