import type { Gpu } from '../../src/gpu/device';
import { Memory } from '../../src/gpu/memory';
import type { AnyConfig, ModelConfig } from '../../src/model/config';
import { uploadParameters } from '../../src/model/load';
import { Parameters } from '../../src/model/parameters';
import { elements, type Leaf, leavesOf } from '../../src/model/tree';
import { recordTextStep } from '../../src/tasks/text/step';
import { TrainingStep } from '../../src/train/step';
import { ATTENTION_SCALE, BLOCK, type BlockLeaf, blockValues, LEARNING_RATE, OPTIMIZER } from './block';
import { drawTokens, type Values } from './draws';
import { LLAMA, type LlamaLeaf, llamaValues, TOKENS } from './llama_block';
import { peerLlamaStep } from './peer_llama';
import { peerStep } from './peer_step';
import { milliseconds, summary } from './timing';

const COMPARED_STEPS = 8;
const STEPS = 24;

/** Training steps of one block of Gemma's form with openpi's LoRA: ours, and jax-js's under jit. */
export async function benchStep(gpu: Gpu) {
  const values = blockValues();
  const ours = await ourStep(gpu, GEMMA, BLOCK.T, (leaf) => valuesOf(leaf, values));
  return { sizes: BLOCK, ...(await compareSteps(ours, peerStep())) };
}

/** The same of one block of SmolLM2-135M, with PEFT's LoRA on all seven linears of a bfloat16 base. */
export async function benchLlamaStep(gpu: Gpu) {
  const values = llamaValues();
  const ours = await ourStep(gpu, LLAMA, TOKENS, (leaf) => values[llamaLeafOf(leaf)]);
  const { width, numHeads, numKvHeads, headDim, mlpDim, vocabSize, lora } = LLAMA;
  const sizes = { tokens: TOKENS, width, numHeads, numKvHeads, headDim, mlpDim, vocabSize, rank: lora?.rank };
  return { sizes, ...(await compareSteps(ours, peerLlamaStep())) };
}

/** Both take turns; the losses of the first steps show them to be the same. */
async function compareSteps(ours: () => Promise<number>, peer: () => Promise<number>) {
  const times: { ours: number; peer: number }[] = [];
  const losses: { ours: number; peer: number }[] = [];
  for (let step = 0; step < STEPS; step++) {
    let oursLoss = 0;
    let peerLoss = 0;
    const oursMs = await milliseconds(async () => {
      oursLoss = await ours();
    });
    const peerMs = await milliseconds(async () => {
      peerLoss = await peer();
    });
    times.push({ ours: oursMs, peer: peerMs });
    losses.push({ ours: oursLoss, peer: peerLoss });
  }
  const compared = losses.slice(0, COMPARED_STEPS);
  return {
    ...summary(times.slice(1)),
    ours_losses: compared.map((l) => Number(l.ours.toFixed(5))),
    peer_losses: compared.map((l) => Number(l.peer.toFixed(5))),
    largest_loss_difference: Math.max(...compared.map((l) => Math.abs(l.ours - l.peer))),
  };
}

const { D, H, K, F, V, R } = BLOCK;

const GEMMA: ModelConfig = {
  vocabSize: V,
  experts: [
    {
      width: D,
      depth: 1,
      mlpDim: F,
      numHeads: H,
      numKvHeads: 1,
      headDim: K,
      lora: { rank: R, alpha: R * ATTENTION_SCALE },
    },
  ],
};

/** The parts of openpi's paths that name a leaf, and ours for it. */
const NAMES: [string, BlockLeaf][] = [
  ['q_einsum', 'q'],
  ['kv_einsum', 'kv'],
  ['attn_vec_einsum', 'o'],
  ['gating_einsum', 'gating'],
  ['linear', 'down'],
  ['input_embedding', 'embedding'],
];

async function ourStep(
  { device, software }: Gpu,
  config: AnyConfig,
  T: number,
  valuesOfLeaf: (leaf: Leaf) => Float32Array,
): Promise<() => Promise<number>> {
  const memory = new Memory(device);
  const parameters = new Parameters(leavesOf(config), (path) => !path.includes('lora'));
  const recorded = recordTextStep(config, parameters, { B: 1, T, M: 1 }, OPTIMIZER, { software });
  uploadParameters(memory, parameters, valuesOfLeaf);
  const step = await TrainingStep.create(memory, recorded);
  const ones = new Uint32Array(T).fill(1);
  const batch = { ...drawTokens(T, config.vocabSize), inputMask: ones, lossMask: Float32Array.from(ones) };
  return async () => (await step.train([batch], LEARNING_RATE)).loss;
}

function valuesOf(leaf: Leaf, values: Values<BlockLeaf>): Float32Array {
  const found = NAMES.find(([part]) => leaf.path.includes(part));
  if (!found) return new Float32Array(elements(leaf.shape)); // a norm's scale
  const factor = /lora_([ab])$/.exec(leaf.path)?.[1];
  return values[(factor ? `${found[1]}_${factor}` : found[1]) as BlockLeaf];
}

/** The name here of a leaf of the hub. */
const llamaLeafOf = ({ path }: Leaf): LlamaLeaf => /(\w+(\.lora_[AB])?)\.weight$/.exec(path)![1] as LlamaLeaf;
