import { isLora } from '../../src/adapter/adapter';
import { transposed } from '../../src/adapter/hub_modules';
import { frozenTypes } from '../../src/base/opened';
import { Memory } from '../../src/gpu/memory';
import { readFloats } from '../../src/gpu/read_back';
import { FLOAT_TYPES, isFloat } from '../../src/hub/elements';
import { uploadParameters } from '../../src/model/load';
import { type LeafPart, uploadPart } from '../../src/model/load_part';
import { Parameters } from '../../src/model/parameters';
import type { TextOutputs } from '../../src/model/text';
import { leavesOf } from '../../src/model/tree';
import { problem } from '../../src/problem';
import { recordTextSampler, TextSampler } from '../../src/tasks/text/sampler';
import { recordTextStep } from '../../src/tasks/text/step';
import type { TokenBatch } from '../../src/tokens/batches';
import { TrainingStep } from '../../src/train/step';
import { Comparison } from './compare';
import { integers, stored } from './figures';
import type { HfCase } from './hf_case';
import { compareGradients, compareTraining, GRAPHICS_CARD, type LeafFigures, type Prepared } from './steps';
import { compareTextOutputs, textBatch } from './text';

/** Runs a case of kind `hf` on the engine and compares every figure that it holds. */
export async function runHfCase(device: GPUDevice, golden: HfCase): Promise<Comparison> {
  const comparison = await compareHfStep(device, golden);
  // The base is frozen as it is stored: what packing did to it would show here.
  await withStep(
    device,
    golden,
    (path) => !isLora(path),
    (prepared) => compareTraining(golden, prepared, textBatch(golden), comparison, leafFigures(golden)),
  );
  await compareGreedy(device, golden, comparison);
  comparison.omitOthers(golden.expected.tensors.keys(), golden.unread);
  return comparison;
}

/** Of those figures, the ones before any training: loss, outputs, every gradient. */
export async function compareHfStep(device: GPUDevice, golden: HfCase): Promise<Comparison> {
  const comparison = new Comparison();
  await withStep(
    device,
    golden,
    () => false,
    async (prepared) => {
      await compareGradients(golden, prepared, textBatch(golden), comparison, leafFigures(golden));
      await compareTextOutputs(golden, prepared, comparison);
    },
  );
  return comparison;
}

/** Leaves of LoRA lie transposed to what PEFT stores. */
const leafFigures = ({ factors }: HfCase): LeafFigures => ({
  asStored: (leaf, values) => (isLora(leaf.path) ? transposed(values, leaf.shape as [number, number]) : values),
  start: (path) => transposed(factors[path]!.values, factors[path]!.shape as [number, number]),
});

/** LoRA as a run would have it, the base as its files have it. */
function upload(memory: Memory, parameters: Parameters, golden: HfCase): void {
  uploadParameters(
    memory,
    parameters,
    ({ path }) => golden.factors[path]!.values,
    ({ path }) => isLora(path),
  );
  for (const leaf of parameters.leaves.filter(({ path }) => !isLora(path)))
    uploadPart(memory, parameters, leaf, { first: 0, ...storedIn(golden, leaf.path) });
}

/** A leaf of the base as its file has it; filled up with zeros to whole words. */
function storedIn({ weights, blocks }: HfCase, path: string): Omit<LeafPart, 'first'> {
  const rows = blocks?.get(path);
  if (rows) return { type: 'q8_0', bytes: rows };
  const tensor = weights.get(path);
  if (!tensor) throw problem(`There is no tensor ${path}.`);
  if (!isFloat(tensor.dtype)) throw problem(`${path} is stored as ${tensor.dtype}.`);
  const bytes = new Uint8Array(Math.ceil(tensor.bytes.length / 4) * 4);
  bytes.set(tensor.bytes);
  return { type: FLOAT_TYPES[tensor.dtype], bytes };
}

/** How a leaf lies on the GPU where it is frozen; LoRA in float32. */
const storedAs = (golden: HfCase) =>
  frozenTypes(golden.config, (path) => (isLora(path) ? 'f32' : storedIn(golden, path).type))(golden.frozen);

/** The model with its adapter, and a recorded step of it. */
export async function withStep(
  device: GPUDevice,
  golden: HfCase,
  isFrozen: (path: string) => boolean,
  work: (prepared: Prepared<TokenBatch, TextOutputs>) => Promise<void>,
): Promise<void> {
  const [B, T] = stored(golden.batch, 'tokens').shape as [number, number];
  const { config } = golden;
  await withParameters(device, golden, isFrozen, async (memory, parameters) => {
    const recorded = recordTextStep(config, parameters, { B, T, M: 1 }, golden.optimizer, {
      ...GRAPHICS_CARD,
      keepOutputs: true,
    });
    await work({ step: await TrainingStep.create(memory, recorded), memory, parameters });
  });
}

async function withParameters<Result>(
  device: GPUDevice,
  golden: HfCase,
  isFrozen: (path: string) => boolean,
  work: (memory: Memory, parameters: Parameters) => Promise<Result>,
): Promise<Result> {
  const memory = new Memory(device);
  try {
    const parameters = new Parameters(leavesOf(golden.config), isFrozen, { storedAs: storedAs(golden) });
    upload(memory, parameters, golden);
    return await work(memory, parameters);
  } finally {
    memory.destroy();
  }
}

/** The most likely tokens after the prompt, which must be equal. */
async function compareGreedy(device: GPUDevice, golden: HfCase, comparison: Comparison): Promise<void> {
  const prompt = integers(golden.batch, 'prompt');
  const expected = integers(golden.expected, 'out/greedy');
  const { ids } = await continueGreedily(device, golden, [...prompt], expected.length);
  comparison.addExact('greedy', 'out/greedy', ids, [...expected]);
}

/** The most likely tokens after a prompt, none of which ends it, and the logits after the last. */
export async function continueGreedily(
  device: GPUDevice,
  golden: HfCase,
  prompt: readonly number[],
  maxTokens: number,
): Promise<{ readonly ids: readonly number[]; readonly logits: Float32Array }> {
  const frozen = () => true;
  return withParameters(device, golden, frozen, async (memory, parameters) => {
    const recorded = recordTextSampler(golden.config, parameters, prompt.length + maxTokens, GRAPHICS_CARD);
    const sampler = await TextSampler.create(memory, recorded);
    const ids = await sampler.continue(prompt, {
      maxTokens,
      temperature: 0,
      topK: 0,
      topP: 1,
      seed: 0,
      stopAt: new Set(),
      never: new Set(),
      onToken: () => undefined,
      cancelled: () => false,
    });
    return { ids, logits: await readFloats(memory, recorded.logits) };
  });
}
