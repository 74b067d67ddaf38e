import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors, type SafetensorsFile } from '../../src/containers/safetensors';
import type { ModelConfig } from '../../src/model/config';
import { configOf, type ModelFile } from '../../src/model/config_file';
import { leavesOf } from '../../src/model/tree';
import { problem } from '../../src/problem';
import type { Figures } from './figures';
import { type HfCase, type HfCaseFile, readHfCase } from './hf_case';
import { batchNames, checkFields, checkOptimizer, unreadIn } from './known_fields';

/** One folder of openpi's figures, with the parameters that they come from. */
export interface GoldenCase extends Figures {
  readonly kind: 'text' | 'pi0';
  readonly model: ModelConfig;
  readonly freeze: string;
  readonly params: SafetensorsFile;
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
export function readCase(folder: string): GoldenCase | HfCase {
  const file = (name: string) => {
    const path = join(folder, name);
    if (!existsSync(path))
      throw problem(`${name} is missing.`, folder, 'Give a folder with case.json, batch, expected and the weights.');
    return new Uint8Array(readFileSync(path)); // a Buffer would share its memory with slices of it
  };
  const description = JSON.parse(new TextDecoder().decode(file('case.json'))) as CaseFile;
  const { kind } = description;
  const tensors = (name: string) => readSafetensors(file(name), join(folder, name));
  if (kind !== 'text' && kind !== 'pi0' && kind !== 'hf')
    throw problem(`A case of kind "${kind}" is unknown.`, folder, 'Give one of kind "text", "pi0" or "hf".');
  const where = join(folder, 'case.json');
  if (kind === 'hf') checkOptimizer({ ...description }, where);
  else checkFields({ ...description }, where);
  const { cameras = [], freeze } = description;
  const told = figuresOf(description, folder, tensors);
  const unread = unreadIn(told.batch, batchNames(kind, cameras));
  const figures = { ...told, unread };
  if (kind === 'hf') return readHfCase(description as unknown as HfCaseFile, figures, folder, file);
  const model = configOf(description);
  const params = tensors('params.safetensors');
  const leaves = leavesOf(model).map(({ path }) => path);
  return { ...figures, unread: [...unread, ...unreadIn(params, leaves)], kind, model, cameras, freeze, params };
}

function figuresOf(description: CaseFile, folder: string, tensors: (name: string) => SafetensorsFile): Figures {
  const { peak_lr, warmup_steps, decay_steps, end_lr, b1, b2, eps, weight_decay, clip_norm, steps } =
    description.optimizer as Record<string, number> & Record<'steps' | 'peak_lr', number>;
  const number = (value: number | undefined, name: string) => {
    if (value === undefined) throw problem(`optimizer.${name} is missing.`, join(folder, 'case.json'));
    return value;
  };
  return {
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
    batch: tensors('batch.safetensors'),
    expected: tensors('expected.safetensors'),
  };
}
