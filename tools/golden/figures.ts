import { type SafetensorsFile, type StoredTensor, toFloat32 } from '../../src/containers/safetensors';
import { problem } from '../../src/problem';
import type { Schedule } from '../../src/settings/schedule';
import type { OptimizerConfig } from '../../src/train/record';

/** Reference figures: inputs, how they were trained on, and what came of it. */
export interface Figures {
  readonly optimizer: OptimizerConfig;
  readonly schedule: Schedule;
  readonly steps: number;
  readonly batch: SafetensorsFile;
  readonly expected: SafetensorsFile;
  /** Tensors of the case that nothing here reads. */
  readonly unread?: readonly string[];
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
