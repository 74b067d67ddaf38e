import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Round } from '../../test/fuzz/rounds';
import { root } from '../setup.mjs';
import type { FromChild } from './messages';

/** A round that took so long on the clock never ends. */
const HANG_MS = 20_000;

/** A process of its own for the rounds of one reader; where a round hangs or ends it, another goes on behind that round. */
export async function* supervised(id: string, mutations: number, seed: number): AsyncGenerator<Round> {
  let from = 0;
  while (from < mutations) {
    const { rounds, ended } = await processOf(id, from, mutations, seed);
    yield* rounds;
    from = ended ? ended.round + 1 : mutations;
    if (ended) yield ended;
  }
}

/** Its rounds, and the one that it did not come back from. */
function processOf(
  id: string,
  from: number,
  to: number,
  seed: number,
): Promise<{ rounds: Round[]; ended: Round | null }> {
  const child = fork(join(root, 'tools/run.mjs'), ['tools/fuzz/child.ts', id, String(from), String(to), String(seed)]);
  const rounds: Round[] = [];
  let begun: number | null = null;
  let isDone = false;
  let timer: NodeJS.Timeout | undefined;
  let why = 'the process ended';
  return new Promise((resolve, reject) => {
    child.on('message', (message: FromChild) => {
      clearTimeout(timer);
      if ('done' in message) isDone = true;
      else if ('round' in message) rounds.push(message.round);
      else {
        begun = message.begins;
        timer = setTimeout(() => {
          why = `it took more than ${HANG_MS} ms`;
          child.kill('SIGKILL');
        }, HANG_MS);
      }
    });
    child.on('error', reject);
    child.on('exit', () => {
      clearTimeout(timer);
      if (isDone) resolve({ rounds, ended: null });
      else if (begun === null) reject(new Error(`The samples of "${id}" could not be read.`));
      else resolve({ rounds, ended: lost(begun, why) });
    });
  });
}

const lost = (round: number, error: string): Round => ({
  round,
  outcome: 'failed',
  error,
  milliseconds: HANG_MS,
  grownBytes: 0,
  fileBytes: 0,
});
