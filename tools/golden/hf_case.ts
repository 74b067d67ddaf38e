import { join } from 'node:path';
import { readSafetensors, type SafetensorsFile } from '../../src/containers/safetensors';
import { readConfig } from '../../src/hub/config';
import type { DecoderConfig } from '../../src/model/decoder_config';
import type { Figures } from './figures';
import { decoderLora, type PeftLora } from './peft_lora';

/** A folder of the hub's form with what transformers and peft compute of it. */
export interface HfCase extends Figures {
  readonly kind: 'hf';
  /** With the adapter's LoRA. */
  readonly config: DecoderConfig;
  /** Every tensor of the files, as stored. */
  readonly weights: SafetensorsFile['tensors'];
  /** Factors of LoRA under PEFT's keys. */
  readonly adapter: SafetensorsFile;
}

/** What case.json says of a case of this kind. */
export interface HfCaseFile {
  readonly weights: readonly string[];
  readonly lora: PeftLora;
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
  return {
    ...figures,
    kind: 'hf',
    config: { ...config, lora: decoderLora(lora, config) },
    weights: new Map(tensors),
    adapter: readSafetensors(file('adapter.safetensors'), join(folder, 'adapter.safetensors')),
  };
}
