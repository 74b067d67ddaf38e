import { join } from 'node:path';
import type { AdapterTensor } from '../../src/adapter/adapter';
import { takePeft } from '../../src/adapter/hub_import';
import { readPeftConfig } from '../../src/adapter/peft_config';
import { readSafetensors, type SafetensorsFile } from '../../src/containers/safetensors';
import { readConfig } from '../../src/hub/config';
import type { DecoderConfig } from '../../src/model/decoder_config';
import type { FrozenWeights } from '../../src/settings/text';
import type { Figures } from './figures';

/** A folder of the hub's form with what transformers and peft compute of it. */
export interface HfCase extends Figures {
  readonly kind: 'hf';
  /** With the adapter's LoRA. */
  readonly config: DecoderConfig;
  /** Every tensor of the files, as stored. */
  readonly weights: SafetensorsFile['tensors'];
  /** Of a GGUF, in place of those: matrices in Q8_0, as the GPU takes them. */
  readonly blocks?: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** How its frozen weights lie; as stored, where it is not said. */
  readonly frozen?: FrozenWeights;
  /** LoRA as it trains, as an import of the adapter gives it. */
  readonly factors: Readonly<Record<string, AdapterTensor>>;
}

/** What case.json says of a case of this kind. */
export interface HfCaseFile {
  readonly weights: readonly string[];
  /** What adapter_config.json would say. */
  readonly lora: Readonly<Record<string, unknown>>;
}

/** @param file reads one of the folder */
export function readHfCase(
  { weights, lora }: HfCaseFile,
  figures: Figures,
  folder: string,
  file: (name: string) => Uint8Array,
): HfCase {
  const json = JSON.parse(new TextDecoder().decode(file('config.json')));
  const { config } = readConfig(json, join(folder, 'config.json'));
  const tensors = weights
    .filter((name) => name.endsWith('.safetensors'))
    .flatMap((name) => [...readSafetensors(file(name), join(folder, name)).tensors]);
  const adapter = readSafetensors(file('adapter.safetensors'), join(folder, 'adapter.safetensors'));
  return {
    ...figures,
    kind: 'hf',
    ...imported(lora, adapter, config, folder),
    weights: new Map(tensors),
  };
}

/** As a person's import of the adapter on this model. */
function imported(
  lora: HfCaseFile['lora'],
  { tensors: stored }: SafetensorsFile,
  modelConfig: DecoderConfig,
  folder: string,
): Pick<HfCase, 'config' | 'factors'> {
  const said = readPeftConfig(JSON.stringify({ peft_type: 'LORA', ...lora }), join(folder, 'case.json'));
  const taken = takePeft({ said, stored }, folder, modelConfig);
  return { config: { ...modelConfig, lora: taken.lora }, factors: taken.tensors };
}
