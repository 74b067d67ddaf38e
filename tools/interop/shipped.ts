import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Adapter, isLora, withLora } from '../../src/adapter/adapter';
import type { ShippedBase } from '../../src/adapter/base_folder';
import { baseModelOf, readWeights } from '../../src/base/base';
import { sha256OfBytes } from '../../src/containers/sha256';
import { openpiConfig } from '../../src/model/config';
import { elements, leavesOf } from '../../src/model/tree';
import { randomStream } from '../../src/random';
import { withStep } from '../golden/text';
import { bareAdapter } from './bare_adapter';
import type { GoingOn } from './going_on';

/** The base in a folder of the page. */
export async function shippedIn(folder: string): Promise<ShippedBase> {
  const bytes = new Uint8Array(readFileSync(join(folder, 'model.safetensors')));
  const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const { summary, config } = baseModelOf(folder, json('config.json'));
  return {
    terms: summary,
    hash: await sha256OfBytes(bytes),
    config: openpiConfig(config),
    values: readWeights(bytes, openpiConfig(config), folder),
    tokenizer: { tokenizer: json('tokenizer.json'), tokenizerConfig: json('tokenizer_config.json') },
  };
}

/** An alpha that is not the rank, so that a scale which got lost shows. */
const LORA = { rank: 3, alpha: 7.5 };

/** An adapter of the base with random factors. */
export function shippedGoingOn(device: GPUDevice, base: ShippedBase, name: string): GoingOn {
  const model = withLora(base.config, LORA.rank, LORA.alpha);
  const random = randomStream('factors', name);
  const tensors: Record<string, Adapter['tensors'][string]> = {};
  for (const { path, shape } of leavesOf(model).filter(({ path }) => isLora(path)))
    tensors[path] = { shape, values: Float32Array.from({ length: elements(shape) }, () => 0.4 * random() - 0.2) };
  const shape = { B: 2, T: 24 };
  const valuesOf = (path: string) => tensors[path]?.values ?? base.values.get(path)!;
  return {
    adapter: { ...bareAdapter(name, { modelConfig: model, tensors }, LORA), baseHash: base.hash },
    vocabularySize: base.config.vocabSize,
    shape,
    schedule: { peak: 1e-2, end: 1e-3 },
    withStep: (optimizer, work) =>
      withStep(device, { model, shape, optimizer, valuesOf }, (path) => !isLora(path), work),
  };
}
