import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors, type SafetensorsFile, type StoredTensor, toFloat32 } from '../../src/containers/safetensors';
import type { ModelConfig } from '../../src/model/config';
import { configOf, type ModelFile } from '../../src/model/config_file';
import { problem } from '../../src/problem';
import type { Schedule } from '../../src/settings/schedule';
import type { OptimizerConfig } from '../../src/train/record';

/** One folder of reference figures: inputs, parameters and what openpi computed from them. */
export interface GoldenCase {
  readonly kind: 'text' | 'pi0';
  readonly model: ModelConfig;
  readonly freeze: string;
  readonly optimizer: OptimizerConfig;
  readonly schedule: Schedule;
  readonly steps: number;
  readonly params: SafetensorsFile;
  readonly batch: SafetensorsFile;
  readonly expected: SafetensorsFile;
  /** In the order of their tokens; none in a text case. */
  readonly cameras: readonly string[];
}

interface CaseFile extends ModelFile {
  readonly kind: string;
  readonly cameras?: readonly string[];
  readonly freeze: string;
  readonly optimizer: Readonly<Record<string, number>>;
}

/** @throws ProblemError for a folder that is no case, or of a kind that this build does not run */
export function readCase(folder: string): GoldenCase {
  const file = (name: string) => {
    const path = join(folder, name);
    if (!existsSync(path))
      throw problem(`${name} is missing.`, folder, 'Give a folder with case.json, params, batch and expected.');
    return new Uint8Array(readFileSync(path)); // a Buffer would share its memory with slices of it
  };
  const description = JSON.parse(new TextDecoder().decode(file('case.json'))) as CaseFile;
  const { kind } = description;
  if (kind !== 'text' && kind !== 'pi0') {
    throw problem(`A case of kind "${kind}" is unknown.`, folder, 'Give one of kind "text" or "pi0".');
  }
  const tensors = (name: string) => readSafetensors(file(name), join(folder, name));
  const { peak_lr, warmup_steps, decay_steps, end_lr, b1, b2, eps, weight_decay, clip_norm, steps } =
    description.optimizer as Record<string, number> & Record<'steps' | 'peak_lr', number>;
  const number = (value: number | undefined, name: string) => {
    if (value === undefined) throw problem(`optimizer.${name} is missing.`, join(folder, 'case.json'));
    return value;
  };
  return {
    kind,
    model: configOf(description),
    cameras: description.cameras ?? [],
    freeze: description.freeze,
    schedule: {
      peak: peak_lr,
      warmupSteps: number(warmup_steps, 'warmup_steps'),
      decaySteps: number(decay_steps, 'decay_steps'),
      end: number(end_lr, 'end_lr'),
    },
    optimizer: {
      beta1: number(b1, 'b1'),
      beta2: number(b2, 'b2'),
      epsilon: number(eps, 'eps'),
      weightDecay: number(weight_decay, 'weight_decay'),
      clipNorm: number(clip_norm, 'clip_norm'),
    },
    steps,
    params: tensors('params.safetensors'),
    batch: tensors('batch.safetensors'),
    expected: tensors('expected.safetensors'),
  };
}

/** A float tensor of a file, or an error that names it. */
export function floats(file: SafetensorsFile, name: string): Float32Array<ArrayBuffer> {
  return toFloat32(stored(file, name), name);
}

/** An int32 tensor of a file. */
export function integers(file: SafetensorsFile, name: string): Int32Array<ArrayBuffer> {
  const { bytes, dtype } = stored(file, name);
  if (dtype !== 'I32') throw problem(`${name} is ${dtype}, not I32.`);
  return new Int32Array(bytes.slice().buffer);
}

export function stored(file: SafetensorsFile, name: string): StoredTensor {
  const found = file.tensors.get(name);
  if (!found) throw problem(`There is no tensor ${name}.`);
  return found;
}
