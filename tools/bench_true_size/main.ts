import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { asProblem } from '../../src/problem';
import { readFlags, UsageError } from '../flags.mjs';
import { provideFor } from '../machine.mjs';
import { writePolicy } from '../make_policy/main';
import { command } from './flags.mjs';

interface Given {
  readonly kind?: readonly ('pi0' | 'pi05')[];
  readonly steps?: number;
  readonly folder?: string;
}

/** `npm run bench:true-size`: what a tab takes to train the expert of a policy at its true size. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const { kind = ['pi0', 'pi05'], steps = 3, folder } = readFlags(command, args).values as Given;
    provideFor('bench');
    const { benchPolicy } = await import('../bench/policy.mjs');
    if (folder !== undefined) {
      console.log(JSON.stringify(await benchPolicy(resolve(folder), { steps }), null, 2));
      return 0;
    }
    const results: Record<string, unknown> = {};
    for (const one of kind) results[one] = await withPolicy(one, (made) => benchPolicy(made, { steps }));
    console.log(JSON.stringify(results, null, 2));
    return 0;
  } catch (error) {
    const { what, where, fix } = error instanceof UsageError ? error.problem : asProblem(error);
    console.error([where, what, fix].filter(Boolean).join(' · '));
    return error instanceof UsageError ? 2 : 1;
  }
}

/** Measures with a checkpoint that is gone afterwards. */
async function withPolicy<T>(kind: 'pi0' | 'pi05', measure: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `adaptab-${kind}-`));
  try {
    // In several files: programs that hand files to a browser do not all manage more than 4 GiB.
    writePolicy(folder, { kind, size: 'true', shards: 3 });
    return await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
