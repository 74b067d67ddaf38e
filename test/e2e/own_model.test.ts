import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../src/containers/safetensors';

import { main as makeModel } from '../../tools/make_model/main';
import { colourFile } from './data';
import { drop, set, show, start } from './person';
import { accessibilityFaults, openSite, serveSite, temporaryFolder } from './site';

/** A Llama of three layers, for the tokenizer of the base that ships. */
const SHAPE = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 160,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 16,
  max_position_embeddings: 1024,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  vocab_size: 2048,
  hidden_act: 'silu',
  tie_word_embeddings: true,
};

/** A folder as a person has it from the hub. */
async function modelFolder(): Promise<string> {
  const folder = temporaryFolder();
  const shape = join(folder, 'shape.json');
  writeFileSync(shape, JSON.stringify(SHAPE));
  const model = join(folder, 'tiny-llama');
  expect(await makeModel([shape, model])).toBe(0);
  return model;
}

test('who has a model on disk: chooses its folder, drops a chat, trains, takes away what PEFT loads', async () => {
  const served = await serveSite();
  const { page, faults } = await openSite(served.url);
  await show(page, 'Model');
  const model = await modelFolder();
  await page.locator('bring-model').locator('input#folder').setInputFiles(model);
  await page.locator('bring-model').getByText('tiny-llama: llama, 3 layers').waitFor();
  await page.getByRole('radio', { name: /tiny-llama/, checked: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await drop(page, [colourFile]);
  await set(page, { Steps: 4, 'Evaluate every': 2, 'Warm-up': 0 });
  await start(page);
  await page.locator('run-panel').getByText('Held-out loss', { exact: false }).first().waitFor();
  await page.locator('next-steps').waitFor({ timeout: 150_000 });
  await show(page, 'Adapter');
  const downloading = page.waitForEvent('download');
  await page.locator('adapter-row').getByRole('button', { name: /PEFT/ }).first().click();
  const target = join(temporaryFolder(), 'adapter.zip');
  await (await downloading).saveAs(target);
  const files = Object.entries(unzipSync(new Uint8Array(readFileSync(target))));
  const file = (name: string) => files.find(([path]) => path.endsWith(`/${name}`))![1];
  const config = JSON.parse(strFromU8(file('adapter_config.json')));
  expect(config).toMatchObject({ peft_type: 'LORA', base_model_name_or_path: 'tiny-llama', r: 8, lora_alpha: 16 });
  const { tensors } = readSafetensors(file('adapter_model.safetensors'), 'adapter');
  expect(tensors.size).toBe(3 * 7 * 2);
  const factor = 'base_model.model.model.layers.2.mlp.down_proj.lora_A.weight';
  expect(tensors.get(factor)?.shape).toEqual([8, SHAPE.intermediate_size]);
  expect(faults).toEqual([]);
}, 300_000);
