import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ModelConfig } from '../../src/model/config';
import { configOf, type ModelFile } from '../../src/model/config_file';
import { trueSizeModel } from '../../src/model/true_size';
import type { Naming } from '../../src/policy/naming';
import { asProblem } from '../../src/problem';
import { readFlags, UsageError } from '../flags.mjs';
import { root } from '../setup.mjs';
import { writeCheckpoint } from './checkpoint';
import { command } from './flags.mjs';

const NAMINGS: Readonly<Record<string, Naming>> = {
  lerobot: 'LeRobot',
  'openpi-pytorch': 'openpi PyTorch',
  openpi: 'openpi',
};

/** The base of the page, whose sizes a reduced policy has, and whose tokenizer lies beside any. */
const BASE = join(root, 'public', 'base', 'actions');

interface Given {
  readonly out?: string;
  readonly kind?: 'pi0' | 'pi05';
  readonly naming?: string;
  readonly size?: 'true' | 'reduced';
  readonly dtype?: 'bf16' | 'f32';
  readonly shards?: number;
  readonly seed?: number;
}

/** `npm run make-policy -- --out DIR`: a checkpoint with weights that were made up. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const given = readFlags(command, args).values as Given;
    const { out } = given;
    if (out === undefined) throw new UsageError('A folder is needed.', 'Write --out DIR.');
    console.log(`${resolve(out)}: ${(writePolicy(out, given) / 1e6).toFixed(0)} MB of weights`);
    return 0;
  } catch (error) {
    const { what, where, fix } = error instanceof UsageError ? error.problem : asProblem(error);
    console.error([where, what, fix].filter(Boolean).join(' · '));
    return error instanceof UsageError ? 2 : 1;
  }
}

/** @returns bytes of the weights */
export function writePolicy(out: string, given: Given): number {
  const { naming = 'lerobot', dtype = 'bf16', shards = 1, seed = 0 } = given;
  const { config, json } = shapeOf(given);
  mkdirSync(out, { recursive: true });
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) copyFileSync(join(BASE, name), join(out, name));
  writeFileSync(join(out, 'config.json'), `${JSON.stringify(json, null, 2)}\n`);
  const options = { naming: NAMINGS[naming]!, dtype: dtype === 'f32' ? 'F32' : 'BF16', shards, seed } as const;
  return writeCheckpoint(config, out, options);
}

/** Sizes of a policy, and its config.json: LeRobot's, and where its sizes have no name there, ours beside. */
function shapeOf({ kind = 'pi0', size = 'reduced', dtype = 'bf16' }: Given): { config: ModelConfig; json: object } {
  const base = JSON.parse(readFileSync(join(BASE, 'config.json'), 'utf8')) as ModelFile & BaseFile;
  const isTrue = size === 'true';
  const shape = isTrue ? trueSizeModel('full').config : configOf(base);
  const config: ModelConfig = kind === 'pi05' ? { ...shape, pi05: true } : shape;
  const { experts, img, vocab_size, cameras, action_horizon, max_token_len } = base;
  const pixels = config.img!.imageSize;
  const actions = config.actionDim!;
  const mode = kind === 'pi05' ? 'QUANTILES' : 'MEAN_STD';
  const picture = { type: 'VISUAL', shape: [3, pixels, pixels] };
  return {
    config,
    json: {
      type: kind,
      ...(isTrue
        ? { paligemma_variant: 'gemma_2b', action_expert_variant: 'gemma_300m' }
        : { experts, img, vocab_size }),
      dtype: dtype === 'f32' ? 'float32' : 'bfloat16',
      chunk_size: isTrue ? 50 : action_horizon,
      n_action_steps: isTrue ? 50 : action_horizon,
      max_state_dim: actions,
      max_action_dim: actions,
      image_resolution: [pixels, pixels],
      tokenizer_max_length: kind === 'pi05' ? 200 : isTrue ? 48 : max_token_len,
      input_features: {
        'observation.state': { type: 'STATE', shape: [actions] },
        ...Object.fromEntries(cameras.map((camera) => [`observation.images.${camera}`, picture])),
      },
      output_features: { action: { type: 'ACTION', shape: [actions] } },
      normalization_mapping: { VISUAL: 'IDENTITY', STATE: mode, ACTION: mode },
    },
  };
}

/** What the page's own base says besides its sizes. */
interface BaseFile {
  readonly cameras: readonly string[];
  readonly action_horizon: number;
  readonly max_token_len: number;
}
