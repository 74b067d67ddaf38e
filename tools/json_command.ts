import { readFileSync } from 'node:fs';
import { asProblem, problem } from '../src/problem';

/** Prints what a command answers, or why it cannot, as JSON; a text as it is. @returns the exit code */
export async function printJson(answer: () => unknown): Promise<number> {
  try {
    const found = await answer();
    console.log(typeof found === 'string' ? found : JSON.stringify(found, null, 2));
    return 0;
  } catch (error) {
    const { what, where = null, fix = null } = asProblem(error);
    console.log(JSON.stringify({ error: { what, where, fix } }, null, 2));
    return 1;
  }
}

/** A text file, without the mark that some editors begin it with. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw problem(`The file cannot be read: ${asProblem(error).what}`, file, 'Check its name.');
  }
}
