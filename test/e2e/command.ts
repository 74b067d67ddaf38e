import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../tools/setup.mjs';

/** What `npm run train` writes into run.json. */
export interface RunRecord {
  readonly task: string;
  readonly base: string;
  readonly steps: number;
  readonly seconds: number;
  readonly train: readonly { step: number; loss: number; grad_norm: number; lr: number }[];
  readonly heldout: readonly { step: number; loss: number }[];
  readonly baseline_heldout: number;
  readonly kept: { readonly step: number; readonly heldout: number };
  readonly verdict: { readonly outcome: string; readonly what?: string; readonly fix?: string };
  readonly tokens_per_s: number;
  readonly bytes: { planned: number; allocated: number; by_kind: Record<string, number> };
  readonly device: string;
  readonly adapter: string;
  readonly peft: string;
  /** Of the actions task: mean absolute errors, a number a joint. */
  readonly open_loop?: Readonly<Record<'mae' | 'hold' | 'mean' | 'base', readonly number[]>> & {
    readonly joints: readonly string[];
  };
}

/** Runs the command with these flags into `out` and reads what it wrote. */
export async function trainCommand(out: string, flags: readonly string[]): Promise<RunRecord> {
  await saidWhileTraining(out, flags);
  return JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunRecord;
}

/** Runs it, and answers what it said on standard error. */
export async function saidWhileTraining(out: string, flags: readonly string[]): Promise<string> {
  const script = join(root, 'tools', 'train.mjs');
  const { stderr } = await promisify(execFile)(process.execPath, [script, '--out', out, ...flags], { cwd: root });
  return stderr;
}
