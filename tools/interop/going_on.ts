import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Adapter, isLora } from '../../src/adapter/adapter';
import { hashOfWindows } from '../../src/adapter/data_hash';
import { randomStream } from '../../src/random';
import { defaultSettings } from '../../src/settings/defaults';
import { optimizerOf } from '../../src/settings/optimizer';
import { learningRate } from '../../src/settings/schedule';
import type { TextSettings } from '../../src/settings/text';
import { batchAt, heldoutBatches, type TokenDataset } from '../../src/tokens/batches';
import { stored } from '../golden/figures';
import { withStep } from '../golden/hf';
import type { HfCase } from '../golden/hf_case';
import type { Trained } from './trained';

/** What a run tells that goes on: losses of its steps, and held-out losses before and after. */
export interface Continued {
  readonly losses: readonly number[];
  readonly heldout: readonly number[];
}

/** A run that stands at its first step and has two more. */
const FROM = 1;
const MORE = 2;

/** The adapter as a run would have kept it that was trained on `dataset`. */
export function keptIn({ adapter, golden }: Trained, dataset: TokenDataset): Adapter & { settings: TextSettings } {
  const [batchSize] = stored(golden.batch, 'tokens').shape as [number];
  const { peak: rate, end: endLearningRate } = golden.schedule;
  const settings: TextSettings = {
    ...defaultSettings,
    ...{ batchSize, sequenceLength: dataset.sequenceLength, seed: 7, keepBest: false },
    ...{ steps: FROM + MORE, learningRate: rate, endLearningRate, warmupSteps: 2, weightDecay: 0.01 },
  };
  const summary = { ...adapter.summary, steps: FROM + MORE, keptStep: FROM };
  return { ...adapter, summary, settings, dataHash: hashOfWindows(dataset) };
}

/** Windows of random tokens, of random lengths; each token counts or not. */
export function randomWindows({ batch, config }: HfCase): TokenDataset {
  const [, sequenceLength] = stored(batch, 'tokens').shape as [number, number];
  const random = randomStream('windows', config.family);
  const below = (count: number) => Math.floor(count * random());
  const lengths = Array.from({ length: 9 }, () => 3 + below(sequenceLength - 1));
  const offsets = [0];
  for (const length of lengths) offsets.push(offsets.at(-1)! + length);
  const count = offsets.at(-1)!;
  return {
    tokens: Uint32Array.from({ length: count }, () => below(config.vocabSize)),
    lossMask: Uint8Array.from({ length: count }, () => below(4) && 1),
    offsets: Uint32Array.from(offsets),
    training: Uint32Array.of(0, 1, 3, 4, 6, 7),
    heldout: Uint32Array.of(2, 5, 8),
    sequenceLength,
    vocabularySize: config.vocabSize,
    pad: 0,
  };
}

/** This engine's run, with moments of zero at the step at which the adapter stands. */
export async function goneOnHere(
  device: GPUDevice,
  { golden }: Trained,
  settings: TextSettings,
  dataset: TokenDataset,
): Promise<Continued> {
  const losses: number[] = [];
  const heldout: number[] = [];
  const { learningRate: peak, warmupSteps, steps: decaySteps, endLearningRate: end, batchSize, seed } = settings;
  const own = { ...golden, optimizer: optimizerOf(settings) };
  await withStep(
    device,
    own,
    (path) => !isLora(path),
    async ({ step }) => {
      const measure = async () => heldout.push(await step.evaluate(heldoutBatches(dataset, batchSize)));
      await measure();
      for (let n = FROM; n < FROM + MORE; n++) {
        const rate = learningRate({ peak, warmupSteps, decaySteps, end }, n);
        losses.push((await step.train(batchAt(dataset, seed, n, batchSize, 1), rate)).loss);
      }
      await measure();
    },
  );
  return { losses, heldout };
}

/** The folder's own script, by Python. @param folder with the server's files */
export function goneOnThere(python: string, folder: string, base: string): Continued {
  const args = [join(folder, 'train.py'), '--base', base];
  const { status, stderr } = spawnSync(python, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`train.py ended with ${status}:\n${stderr}`);
  const lines = readFileSync(join(folder, 'continued', 'losses.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const rows = lines.map((line) => JSON.parse(line) as { readonly loss?: number; readonly heldout?: number });
  return { losses: rows.flatMap(({ loss }) => loss ?? []), heldout: rows.flatMap(({ heldout }) => heldout ?? []) };
}

const LIMIT = 1e-5;

/** Says how far the losses are from each other; false where that is too far, or where nothing was learned. */
export function compareContinued(ours: Continued, theirs: Continued): boolean {
  const pairs = [...ours.heldout, ...ours.losses].map((loss, n) => [loss, [...theirs.heldout, ...theirs.losses][n]]);
  const furthest = Math.max(...pairs.map(([mine, its]) => Math.abs(mine! - (its ?? Number.NaN)) / mine!));
  const [before, after] = theirs.heldout as [number, number];
  const shown = theirs.losses.map((loss) => loss.toFixed(6)).join(', ');
  console.log(
    `  train.py: held-out ${before.toFixed(6)} → ${after.toFixed(6)}, two steps ${shown}: ${furthest.toExponential(1)} from ours`,
  );
  return furthest <= LIMIT && Math.abs(before - after) > 100 * LIMIT;
}
