import type { Problem } from '../problem';
import { ProblemError } from '../problem';

/** The Problem of a ProblemError. Any other error is a fault of this program and goes on up. */
export function reported(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  throw error;
}

/** Each fault once, with how often it was met. */
export function toldOnce(problems: readonly Problem[]): Problem[] {
  const told = new Map<string, Problem>();
  for (const fault of problems) {
    const before = told.get(fault.what);
    told.set(fault.what, before ? { ...before, count: (before.count ?? 1) + (fault.count ?? 1) } : fault);
  }
  return [...told.values()];
}

/** One problem for each fault, however many of so many files or episodes have it. */
export function alike(faults: readonly Problem[], of: number, noun: string): Problem[] {
  const kinds = new Map<string, Problem[]>();
  for (const fault of faults) kinds.set(fault.what, [...(kinds.get(fault.what) ?? []), fault]);
  return [...kinds.values()].map((same) => {
    const [first] = same as [Problem, ...Problem[]];
    if (same.length === 1) return first;
    return {
      ...first,
      what: `${same.length} of ${counted(of, noun)} cannot be used: ${first.what}`,
      count: same.length,
    };
  });
}

/** "1 episode", "3 episodes". */
export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** "episode 4", "episodes 0–3, 5". */
export const named = (episodes: readonly number[]) => `episode${episodes.length === 1 ? '' : 's'} ${ranges(episodes)}`;

const LISTED_RANGES = 12;

/** Ascending numbers in short: "0–3, 5, 11–99". */
export function ranges(numbers: readonly number[]): string {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  return listRanges(found);
}

/** The numbers of 0…end−1 that are not among `present` (ascending), in short. Costs nothing for a huge `end`. */
export function missingRanges(present: readonly number[], end: number): string {
  const found: [number, number][] = [];
  let next = 0;
  for (const number of [...present.filter((n) => n < end), end]) {
    if (number > next) found.push([next, number - 1]);
    next = number + 1;
  }
  return listRanges(found);
}

function listRanges(found: readonly (readonly [number, number])[]): string {
  const texts = found.slice(0, LISTED_RANGES).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  if (found.length > LISTED_RANGES) texts.push('…');
  return texts.join(', ');
}
