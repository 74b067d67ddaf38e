import { asProblem } from '../../problem';
import type { Outcome, Problem, TrainerApi } from '../../worker/api';
import { strings } from '../words/strings';

/** Where on the page a problem or a piece of work belongs. */
export type Corner = 'page' | 'data' | 'model' | 'freeze' | 'train' | 'run' | 'adapter';

/** What each part of the workbench may ask of the whole. */
export interface Desk {
  readonly trainer: TrainerApi;
  changed(): void;
  /** Shows a problem beside `place` until it is dismissed or the same `source` is tried again. */
  report(place: Corner, source: string, problem: Problem): void;
  clear(source: string): void;
  /** A passing note, with a way to take the deed back where there is one. */
  note(text: string, undo?: Undo): void;
}

/** A way to take a deed back. */
export interface Undo {
  take(): void;
  /** Whether what it would take back is still there: once it was edited, the offer is gone. */
  holds(): boolean;
}

/** A call whose thrown errors become Problems too: a broken thread must not leave the page waiting without words. */
export async function attempt<T>(call: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await call();
  } catch (error) {
    const { what, where } = asProblem(error);
    const place = where ? `${where}: ${what}` : what;
    return {
      ok: false,
      problem: { what: strings.problem.unexpected, where: place, fix: strings.problem.unexpectedFix },
    };
  }
}

/** attempt(), with the problem reported; undefined where there was one. */
export async function ask<T>(
  desk: Desk,
  place: Corner,
  source: string,
  call: () => Promise<Outcome<T>>,
): Promise<{ value: T } | undefined> {
  desk.clear(source);
  const answer = await attempt(call);
  if (answer.ok) return { value: answer.value };
  desk.report(place, source, answer.problem);
  return undefined;
}
