import { isLora } from '../../src/adapter/adapter';
import { transposed } from '../../src/adapter/hub_modules';
import type { Dtype, StoredTensor } from '../../src/containers/safetensors';
import { Memory } from '../../src/gpu/memory';
import { readFloats } from '../../src/gpu/read_back';
import type { WeightType } from '../../src/gpu/tensor';
import { uploadParameters } from '../../src/model/load';
import { uploadPart } from '../../src/model/load_part';
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
  for (const leaf of parameters.leaves.filter(({ path }) => !isLora(path))) {
    const { bytes } = storedIn(golden, leaf.path);
    const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
    padded.set(bytes);
    uploadPart(memory, parameters, leaf, { type: storedAs(golden)(leaf.path), first: 0, bytes: padded });
  }
}

function storedIn({ weights }: HfCase, path: string): StoredTensor {
  const tensor = weights.get(path);
  if (!tensor) throw problem(`There is no tensor ${path}.`);
  return tensor;
}

const TYPES: Partial<Record<Dtype, WeightType>> = { BF16: 'bf16', F16: 'f16' };

/** How a leaf lies on the GPU where it is frozen: as in its file; LoRA in float32. */
const storedAs =
  ({ weights }: HfCase) =>
  (path: string): WeightType => {
    const tensor = weights.get(path);
    return (tensor && TYPES[tensor.dtype]) ?? 'f32';
  };

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
