import type { Outcome, Problem } from './worker/api';

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
