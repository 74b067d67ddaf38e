import { readFileSync } from 'node:fs';
import { asProblem, type Problem, problem } from '../src/problem';
import { withWay } from './data/ways.mjs';
import { UsageError } from './flags.mjs';

/**
 * Prints what a command answers, or why it cannot, as JSON; a text as it is.
 * @param isGood whether the answer is a good one; without it every answer is
 * @returns the exit code: 0 for a good answer, 1 for another or none, 2 for a mistake on the command line
 */
export async function printJson<T>(
  answer: () => T | Promise<T>,
  isGood: (answer: T) => boolean = () => true,
): Promise<0 | 1 | 2> {
  const print = (value: unknown) => console.log(typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  try {
    const answered = await answer();
    print(answered);
    return isGood(answered) ? 0 : 1;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const { what, where = null, fix = null } = isUsage ? error.problem : withFlag(asProblem(error));
    print({ error: { what, where, fix } });
    return isUsage ? 2 : 1;
  }
}

/** What is wrong with a number says which flag sets it. */
const withFlag = (found: Problem): Problem => (found.setting ? withWay(found) : found);

/** A text file, without the mark that some editors begin it with. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw problem(`The file cannot be read: ${asProblem(error).what}`, file, 'Check its name.');
  }
}
