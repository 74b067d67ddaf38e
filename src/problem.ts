import type { ListedJoint } from './settings/actions';
import { type NumberSetting, numberNames, numberRules, written } from './settings/numbers';
import type { Remedy } from './settings/task';
import type { KnownTemplate } from './settings/text';

/** An error that a person can act on; `problem` is what crosses to the page. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super([problem.where, problem.what, problem.fix].filter(Boolean).join(' · '));
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Builds the error to throw: what went wrong, where, and what to do. */
export const problem = (what: string, where?: string, fix?: string) =>
  new ProblemError({ what, ...(where ? { where } : {}), ...(fix ? { fix } : {}) });

/** @throws ProblemError that names the setting, where no run can have this number */
export function checkNumber(name: NumberSetting, value: unknown): void {
  const { words, accepts } = numberRules[name];
  if (typeof value !== 'number' || !accepts(value)) throw refuseNumber(name, value, words);
}

/** The error of a number that cannot be. @param words what it may be @param why as the end of a sentence, where that is not plain */
export function refuseNumber(name: NumberSetting, value: unknown, words: string, why = ''): ProblemError {
  const shown = typeof value === 'number' ? written(value) : String(value);
  const what = `${numberNames[name]} cannot be ${shown}${why && `: ${why}`}.`;
  return new ProblemError({ what, where: numberNames[name], fix: `Choose ${words}.`, setting: { name } });
}

/** What a file says, as an error may repeat it: a damaged file can say megabytes. */
export const excerpt = (text: string, most = 80) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Several problems as one error: the first, with the others beside it; `outcome` says in a sentence what came of them. */
export function severalProblems(all: readonly [Problem, ...Problem[]], outcome?: string): ProblemError {
  const [first, ...others] = all;
  const columns = [...new Set(all.flatMap((one) => one.columns ?? []))];
  return new ProblemError({
    ...first,
    what: outcome ? `${outcome} ${first.what}` : first.what,
    ...(others.length > 0 ? { others } : {}),
    ...(columns.length > 0 ? { columns } : {}),
  });
}

/** Any thrown value as a Problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { what: error instanceof Error ? error.message : String(error) };
}

/** Runs `work` and answers with its value or with the problem it threw. */
export async function outcome<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, problem: asProblem(error) };
  }
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/**
 * Columns or fields of a file that are learned; how a file is encoded; whose messages of a chat; the share that is held out;
 * tokens of a window; how a model without a chat template reads conversations; whether everything may train.
 */
export type Choice = 'columns' | 'encoding' | 'voice' | 'heldout' | 'sequenceLength' | 'template' | 'freeze all';

/** An error that a person can act on. */
export interface Problem {
  /** What went wrong, one sentence. */
  readonly what: string;
  /** Where: a file and line, a setting, a device. */
  readonly where?: string;
  /** What to do about it, one sentence. */
  readonly fix?: string;
  /** How many records, rows or frames it was met in, where that is more than one. */
  readonly count?: number;
  /** What went wrong besides: where several files fail, a problem each. */
  readonly others?: readonly Problem[];
  /** Where what to learn from could not be guessed: the columns or fields that a person may choose among. */
  readonly columns?: readonly string[];
  /** Of a recording with more joints than can be learned: those that a person may choose among. */
  readonly joints?: readonly ListedJoint[];
  /** Of a model that cannot write conversations: the ways to write them that a person may choose among. */
  readonly templates?: readonly KnownTemplate[];
  /** What a person may choose to put it right; page and command line each have a way to choose it. */
  readonly choice?: Choice;
  /** Settings that would put it right. */
  readonly remedy?: Remedy;
  /** The setting that it is about. */
  readonly setting?: SettingPlace;
  /** Nothing failed: another tab goes on with it. */
  readonly elsewhere?: true;
}

/** A number that a person has set. */
export interface SettingPlace {
  readonly name: NumberSetting;
  /** Of which stage, from 0; absent where the run has one. */
  readonly stage?: number;
}
