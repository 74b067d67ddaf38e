import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { readConfig } from '../../src/hub/config';
import { asProblem } from '../../src/problem';
import { type Json, PUBLISHED } from '../../test/hub/configs';
import { readFlags, UsageError } from '../flags.mjs';
import { readText } from '../json_command';
import { provideFor } from '../machine.mjs';
import { root } from '../setup.mjs';
import { command, SHAPES } from './flags.mjs';
import { filledUp, type TokenizerFile } from './vocabulary';
import { writeWeights } from './weights';

const NAMED: Readonly<Record<string, keyof typeof PUBLISHED>> = {
  'smollm2-135m': 'smolLm2Of135M',
  'smollm2-360m': 'smolLm2Of360M',
  'gemma-3-270m': 'gemma3Of270M',
  'gemma-3-1b': 'gemma3Of1B',
  'llama-3.2-1b': 'llama32Of1B',
  'qwen2.5-0.5b': 'qwen25Of05B',
  'qwen3-0.6b': 'qwen3Of06B',
};

/** `npm run bench:model -- SHAPE [FOLDER]`: a model's folder with weights that were made up, and what a tab makes of it. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const { values, files } = readFlags(command, args);
    const given = values as Given;
    const [shape, folder, ...others] = files;
    if (shape === undefined || (folder === undefined && given.steps === undefined) || others.length > 0)
      throw new UsageError('A shape and a folder are needed.', `Write one of ${SHAPES.join(', ')}, then a folder.`);
    if (folder === undefined) await measureOnce(shape, given);
    else {
      console.log(`${resolve(folder)}: ${(write(shapeOf(shape), folder, given) / 1e6).toFixed(0)} MB of weights`);
      await measure(folder, given);
    }
    return 0;
  } catch (error) {
    const { what, where, fix } = error instanceof UsageError ? error.problem : asProblem(error);
    console.error([where, what, fix].filter(Boolean).join(' · '));
    return error instanceof UsageError ? 2 : 1;
  }
}

interface Given {
  readonly tokenizer?: string;
  readonly vocabulary?: boolean;
  readonly seed?: number;
  readonly steps?: number;
  readonly length?: number;
}

/** Measures with a folder that is gone afterwards. */
async function measureOnce(shape: string, given: Given): Promise<void> {
  const around = mkdtempSync(join(tmpdir(), 'adaptab-model-'));
  try {
    const folder = join(around, basename(shape, '.json'));
    write(shapeOf(shape), folder, given);
    await measure(folder, given);
  } finally {
    rmSync(around, { recursive: true, force: true });
  }
}

/** Prints what a tab makes of the model, where that is asked for. */
async function measure(folder: string, { steps, length = 64 }: Given): Promise<void> {
  if (steps === undefined) return;
  provideFor('bench');
  const { benchModel } = await import('../bench/true_size.mjs');
  console.log(JSON.stringify(await benchModel(resolve(folder), { steps, length }), null, 2));
}

function shapeOf(shape: string): Json {
  const named = NAMED[shape];
  return named ? PUBLISHED[named] : (JSON.parse(readText(shape)) as Json);
}

/** @returns bytes of the weights */
function write(shape: Json, folder: string, given: Given): number {
  const { tokenizer = join(root, 'public', 'base', 'text'), vocabulary = false, seed = 0 } = given;
  mkdirSync(folder, { recursive: true });
  for (const name of ['tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(join(tokenizer, name), join(folder, name));
  const json = { ...shape, ...controlTokens(tokenizer), torch_dtype: 'bfloat16' };
  writeFileSync(join(folder, 'config.json'), `${JSON.stringify(json, null, 2)}\n`);
  const { config } = readConfig(json, 'config.json');
  if (vocabulary) {
    const file = join(folder, 'tokenizer.json');
    writeFileSync(file, JSON.stringify(filledUp(JSON.parse(readText(file)) as TokenizerFile, config.vocabSize)));
  }
  return writeWeights(config, join(folder, 'model.safetensors'), seed);
}

/** The control tokens of the tokenizer that stands beside the shape, by what config.json calls them. */
function controlTokens(folder: string): Record<string, number | null> {
  const { added_tokens: added } = JSON.parse(readText(join(folder, 'tokenizer.json'))) as TokenizerFile;
  const config = JSON.parse(readText(join(folder, 'tokenizer_config.json'))) as Record<string, unknown>;
  const idOf = (name: string) => added.find(({ content }) => content === contentOf(config[name]))?.id ?? null;
  return { bos_token_id: idOf('bos_token'), eos_token_id: idOf('eos_token'), pad_token_id: idOf('pad_token') };
}

/** A token's text, which stands alone or in an object. */
const contentOf = (token: unknown) =>
  typeof token === 'object' && token !== null ? Reflect.get(token, 'content') : token;
