/** Writes the PEFT folder of a golden case's LoRA leaves: npx tsx tools/interop/export_folder.ts CASE OUT */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Adapter, isLora, sizeOf } from '../../src/adapter/adapter';
import { peftFiles } from '../../src/adapter/peft_zip';
import { readSafetensors, toFloat32 } from '../../src/containers/safetensors';

const [folder, out] = process.argv.slice(2);
if (!folder || !out) throw new Error('usage: npx tsx tools/interop/export_folder.ts CASE OUT');
const { experts, vocab_size: vocabSize } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));
const [{ width, depth, mlp_dim, num_heads, num_kv_heads, head_dim, lora_rank: rank, lora_alpha: alpha }] = experts;
const { tensors: stored } = readSafetensors(readFileSync(join(folder, 'params.safetensors')), 'params.safetensors');
const tensors = Object.fromEntries(
  [...stored]
    .filter(([path]) => isLora(path))
    .map(([path, tensor]) => [path, { shape: tensor.shape, values: toFloat32(tensor) }]),
);
const lora = { rank, alpha };
const expert = {
  width,
  depth,
  mlpDim: mlp_dim,
  numHeads: num_heads,
  numKvHeads: num_kv_heads,
  headDim: head_dim,
  lora,
};
const adapter: Adapter = {
  summary: {
    id: 'case',
    name: 'case',
    base: 'case',
    savedAt: Date.UTC(2026, 0, 1),
    steps: 0,
    keptStep: 0,
    baselineHeldout: Number.NaN,
    heldout: Number.NaN,
    loraRank: rank,
    loraAlpha: alpha,
    freeze: '',
    ...sizeOf(tensors),
  },
  baseHash: '',
  modelConfig: { vocabSize, experts: [expert] },
  tensors,
  settings: null,
  history: null,
};
mkdirSync(out, { recursive: true });
for (const [name, bytes] of Object.entries(peftFiles(adapter, { name: 'case', licence: 'none' }))) {
  writeFileSync(join(out, name), bytes);
}
