import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Adapter } from '../../src/adapter/adapter';
import { hashOfWindows } from '../../src/adapter/data_hash';
import type { TextOutputs } from '../../src/model/text';
import { randomStream } from '../../src/random';
import { defaultSettings } from '../../src/settings/defaults';
import { optimizerOf } from '../../src/settings/optimizer';
import { learningRate, type Schedule } from '../../src/settings/schedule';
import type { TextSettings } from '../../src/settings/text';
import { batchAt, heldoutBatches, type TokenBatch, type TokenDataset } from '../../src/tokens/batches';
import type { OptimizerConfig } from '../../src/train/record';
import type { Prepared } from '../golden/steps';

/** What a run tells that goes on: losses of its steps and norms of their gradients, and held-out losses before and after. */
export interface Continued {
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly heldout: readonly number[];
}

/** An adapter, and how it is trained on here. */
export interface GoingOn {
  readonly adapter: Adapter;
  readonly vocabularySize: number;
  /** Windows of a batch, and tokens of each. */
  readonly shape: { readonly B: number; readonly T: number };
  readonly schedule: Pick<Schedule, 'peak' | 'end'>;
  /** Records a step with an optimizer, the base frozen. */
  readonly withStep: (
    optimizer: OptimizerConfig,
    work: (prepared: Prepared<TokenBatch, TextOutputs>) => Promise<void>,
  ) => Promise<void>;
}

/** A run that stands at its first step and has two more. */
const FROM = 1;
const MORE = 2;

/** The adapter as a run would have kept it that was trained on `dataset`. */
export function keptIn({ adapter, shape, schedule }: GoingOn, dataset: TokenDataset) {
  const { peak: rate, end: endLearningRate } = schedule;
  const settings: TextSettings = {
    ...defaultSettings,
    ...{ batchSize: shape.B, sequenceLength: dataset.sequenceLength, seed: 7, keepBest: false },
    ...{ steps: FROM + MORE, learningRate: rate, endLearningRate, warmupSteps: 2, weightDecay: 0.01 },
  };
  const summary = { ...adapter.summary, steps: FROM + MORE, keptStep: FROM };
  return { ...adapter, summary, settings, dataHash: hashOfWindows(dataset) } satisfies Adapter;
}

/** Windows of random tokens, of random lengths; each token counts or not. */
export function randomWindows({ adapter, shape, vocabularySize }: GoingOn): TokenDataset {
  const { T: sequenceLength } = shape;
  const random = randomStream('windows', adapter.summary.name);
  const below = (count: number) => Math.floor(count * random());
  const lengths = Array.from({ length: 9 }, () => 3 + below(sequenceLength - 1));
  const offsets = [0];
  for (const length of lengths) offsets.push(offsets.at(-1)! + length);
  const count = offsets.at(-1)!;
  return {
    tokens: Uint32Array.from({ length: count }, () => below(vocabularySize)),
    lossMask: Uint8Array.from({ length: count }, () => below(4) && 1),
    offsets: Uint32Array.from(offsets),
    training: Uint32Array.of(0, 1, 3, 4, 6, 7),
    heldout: Uint32Array.of(2, 5, 8),
    sequenceLength,
    vocabularySize,
    pad: 0,
  };
}

/** This engine's run, with moments of zero at the step at which the adapter stands. */
export async function goneOnHere(
  { withStep }: GoingOn,
  settings: TextSettings,
  dataset: TokenDataset,
): Promise<Continued> {
  const losses: number[] = [];
  const norms: number[] = [];
  const heldout: number[] = [];
  const { learningRate: peak, warmupSteps, steps: decaySteps, endLearningRate: end, batchSize, seed } = settings;
  await withStep(optimizerOf(settings), async ({ step }) => {
    const measure = async () => heldout.push(await step.evaluate(heldoutBatches(dataset, batchSize)));
    await measure();
    for (let n = FROM; n < FROM + MORE; n++) {
      const rate = learningRate({ peak, warmupSteps, decaySteps, end }, n);
      const { loss, gradNorm } = await step.train(batchAt(dataset, seed, n, batchSize, 1), rate);
      losses.push(loss);
      norms.push(gradNorm);
    }
    await measure();
  });
  return { losses, norms, heldout };
}

/** The folder's own script, by Python. @param folder with the server's files @param base where it is not in the folder */
export function goneOnThere(python: string, folder: string, base?: string): Continued {
  const args = [join(folder, 'train.py'), ...(base ? ['--base', base] : [])];
  const { status, stderr } = spawnSync(python, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`train.py ended with ${status}:\n${stderr}`);
  const lines = readFileSync(join(folder, 'continued', 'losses.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const rows = lines.map((line) => JSON.parse(line) as Partial<Record<'loss' | 'gradient_norm' | 'heldout', number>>);
  return {
    losses: rows.flatMap(({ loss }) => loss ?? []),
    norms: rows.flatMap(({ gradient_norm }) => gradient_norm ?? []),
    heldout: rows.flatMap(({ heldout }) => heldout ?? []),
  };
}

const LIMIT = 1e-5;

/** Says how far losses and norms are from each other; false where that is too far, or where nothing was learned. */
export function compareContinued(ours: Continued, theirs: Continued): boolean {
  const apart = (key: keyof Continued) =>
    Math.max(...ours[key].map((mine, n) => Math.abs(mine - (theirs[key][n] ?? Number.NaN)) / mine));
  const furthest = Math.max(apart('heldout'), apart('losses'));
  const [before, after] = theirs.heldout as [number, number];
  const shown = theirs.losses.map((loss) => loss.toFixed(6)).join(', ');
  console.log(
    `  train.py: held-out ${before.toFixed(6)} → ${after.toFixed(6)}, two steps ${shown}: ${furthest.toExponential(1)} from ours, norms of gradients ${apart('norms').toExponential(1)}`,
  );
  return furthest <= LIMIT && apart('norms') <= 10 * LIMIT && Math.abs(before - after) > 100 * LIMIT;
}
