import { bind } from '../../src/gpu/dispatches';
import type { Call } from '../../src/gpu/kernel';
import { Memory } from '../../src/gpu/memory';
import { secondsOf } from '../../src/gpu/probe';
import type { ModelConfig } from '../../src/model/config';
import { Parameters } from '../../src/model/parameters';
import { leavesOf } from '../../src/model/tree';
import { bufferIn } from '../../src/plan/plan';
import { recordTextStep } from '../../src/tasks/text/step';
import { dawnDevice, releaseDawn } from '../dawn';

const CONFIG: ModelConfig = {
  vocabSize: 2048,
  experts: [
    { width: 128, depth: 6, mlpDim: 512, numHeads: 8, numKvHeads: 1, headDim: 16, lora: { rank: 8, alpha: 8 } },
  ],
};
const OPTIMIZER = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 1e-10, clipNorm: 1 };

interface Row {
  pipelines: number;
  compileMs: number;
  dispatches: number;
  runMs: number;
  flops: number;
}

const cpuMs = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

/**
 * Where a default training step spends its time, kernel by kernel, each dispatch on its own: processor milliseconds of
 * this process, which on a software GPU are the kernel's. Run it with `node tools/run.mjs tools/bench/profile.ts`;
 * `--sizes` tells the dispatches of one kernel apart.
 */
export async function main(args: readonly string[]): Promise<number> {
  const device = await dawnDevice();
  const memory = new Memory(device);
  const parameters = new Parameters(leavesOf(CONFIG), (path) => !path.includes('lora'));
  const step = recordTextStep(CONFIG, parameters, { B: 4, T: 64, M: 1 }, OPTIMIZER, { software: true });
  const bufferOf = bufferIn(memory, step.plan);
  const rows = new Map<string, Row>();
  const seen = new Set<string>();
  for (const call of [...step.forward, ...step.backward, ...step.update]) {
    const { label } = call.kernel;
    const name = args.includes('--sizes') ? `${label} ${shapes(call)}` : label;
    const row = rows.get(name) ?? { pipelines: 0, compileMs: 0, dispatches: 0, runMs: 0, flops: 0 };
    rows.set(name, row);
    const key = label + JSON.stringify(call.constants);
    const before = process.cpuUsage();
    const bound = await bind(device, [call], bufferOf);
    if (!seen.has(key)) {
      row.pipelines++;
      row.compileMs += cpuMs(before);
      await secondsOf(device, bound, 1);
    }
    seen.add(key);
    row.dispatches++;
    row.runMs += await least(() => secondsOf(device, bound, 1));
    row.flops += call.flops;
  }
  print(rows);
  device.destroy();
  releaseDawn();
  return 0;
}

/** The sizes of a call's axes. */
const shapes = ({ tensors }: Call) =>
  Object.entries(Object.assign({}, ...Object.values(tensors).map((t) => t.sizes)))
    .map(([axis, size]) => `${axis}${size}`)
    .join(' ');

async function least(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 3; n++) {
    const before = process.cpuUsage();
    await work();
    least = Math.min(least, cpuMs(before));
  }
  return least;
}

function print(rows: Map<string, Row>): void {
  const total: Row = { pipelines: 0, compileMs: 0, dispatches: 0, runMs: 0, flops: 0 };
  for (const row of rows.values()) for (const key of Object.keys(total) as (keyof Row)[]) total[key] += row[key];
  for (const [name, r] of [...rows, ['total', total] as const].sort(([, a], [, b]) => a.runMs - b.runMs)) {
    console.log(
      name.padEnd(52),
      `run ${r.runMs.toFixed(1)} ms in ${r.dispatches}`.padEnd(24),
      `compile ${r.compileMs.toFixed(0)} ms in ${r.pipelines}`.padEnd(24),
      r.flops ? `${(r.flops / r.runMs / 1e6).toFixed(2)} GFLOP/s` : '',
    );
  }
}
