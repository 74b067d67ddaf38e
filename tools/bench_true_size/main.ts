import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { asProblem } from '../../src/problem';
import { readFlags, UsageError } from '../flags.mjs';
import { provideFor } from '../machine.mjs';
import { writePolicy } from '../make_policy/main';
import { command } from './flags.mjs';
import { faultsOf, type Measured } from './limits';

type Kind = 'pi0' | 'pi05';

interface Given {
  readonly kind?: readonly Kind[];
  readonly steps?: number;
  readonly folder?: string;
}

/** `npm run bench:true-size`: what a tab takes to train the expert of a policy at its true size. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const { kind = ['pi0', 'pi05'], steps = 3, folder } = readFlags(command, args).values as Given;
    if (folder !== undefined && kind.length !== 1)
      throw new UsageError('A checkpoint that is there is of one kind.', 'Add --kind pi0 or --kind pi05.', '--folder');
    provideFor('bench');
    const { benchPolicy } = await import('../bench/policy.mjs');
    const measure = (made: string) => benchPolicy(made, { steps });
    const results: Partial<Record<Kind, Measured>> = {};
    for (const one of kind)
      results[one] = folder === undefined ? await withPolicy(one, measure) : await measure(resolve(folder));
    console.log(JSON.stringify(results, null, 2));
    const faults = kind.flatMap((one) => faultsOf(one, results[one] as Measured).map((fault) => `${one}: ${fault}`));
    for (const fault of faults) console.error(fault);
    return faults.length > 0 ? 1 : 0;
  } catch (error) {
    const { what, where, fix } = error instanceof UsageError ? error.problem : asProblem(error);
    console.error([where, what, fix].filter(Boolean).join(' · '));
    return error instanceof UsageError ? 2 : 1;
  }
}

/** Measures with a checkpoint that is gone afterwards. */
async function withPolicy<T>(kind: Kind, measure: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `adaptab-${kind}-`));
  try {
    // In several files: programs that hand files to a browser do not all manage more than 4 GiB.
    writePolicy(folder, { kind, size: 'true', shards: 3 });
    return await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
