/** Writes the PEFT folder of a golden case's LoRA leaves: npx tsx tools/interop/export_folder.ts CASE OUT */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLora } from '../../src/adapter/adapter';
import { peftFiles } from '../../src/adapter/peft_zip';
import { readSafetensors, toFloat32 } from '../../src/containers/safetensors';
import { configOf } from '../../src/model/config_file';
import { bareAdapter } from './bare_adapter';

const [folder, out] = process.argv.slice(2);
if (!folder || !out) throw new Error('usage: npx tsx tools/interop/export_folder.ts CASE OUT');
const modelConfig = configOf(JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')));
const { tensors: stored } = readSafetensors(readFileSync(join(folder, 'params.safetensors')), 'params.safetensors');
const tensors = Object.fromEntries(
  [...stored]
    .filter(([path]) => isLora(path))
    .map(([path, tensor]) => [path, { shape: tensor.shape, values: toFloat32(tensor) }]),
);
const adapter = bareAdapter('case', { modelConfig, tensors }, modelConfig.experts[0]!.lora!);
mkdirSync(out, { recursive: true });
for (const [name, bytes] of Object.entries(peftFiles(adapter, { name: 'case', licence: 'none' }))) {
  writeFileSync(join(out, name), bytes);
}
