import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { BaseModel } from '../../src/base/base';
import { frozenTypes, summaryOfModel } from '../../src/base/opened';
import { readConfig } from '../../src/hub/config';
import { type Problem, problem } from '../../src/problem';
import { readText } from '../json_command';

/** A model of the hub, as far as its config.json tells. */
export interface HubModel {
  readonly base: BaseModel;
  readonly warnings: readonly Problem[];
}

/** @param path config.json, or the folder that it lies in @throws ProblemError for a model that cannot be trained here */
export function readHubModel(path: string): HubModel {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'config.json') : path;
  const { config, warnings } = readConfig(parsed(readText(file), file), file);
  const name = basename(dirname(resolve(file)));
  return {
    base: { summary: summaryOfModel(config, name, name, ''), config, storedAs: frozenTypes(config, () => 'bf16') },
    warnings,
  };
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw problem('The file is no JSON.', where, 'Take a fresh copy of it.');
  }
}
