/** adapter_config.json, written and read: what PEFT multiplies a module's output by, and what keeps it from being plain LoRA. */

import { parseShallow } from '../containers/shallow_json';
import { compilePattern, PatternError } from '../filter/python_regex';
import { excerpt, problem } from '../problem';
import { loraScale } from '../settings/lora';
import { isObject } from './forms';

/** What adapter_config.json says. Modules are named by their whole path. */
export interface PeftConfig {
  /** Name on the hub or path of the base; null where it does not tell. */
  readonly base: string | null;
  readonly rootScaled: boolean;
  /** Of most modules; absent where it does not tell. */
  readonly rank?: number;
  readonly alpha: number;
  alphaOf(module: string): number;
  /** undefined where it does not tell. */
  rankOf(module: string): number | undefined;
  isTarget(module: string): boolean;
  /** Modules that are trained whole beside the factors. */
  readonly whole: readonly string[];
}

/** @throws ProblemError where the adapter is no plain LoRA */
export function readPeftConfig(json: string, where: string): PeftConfig {
  const config = parsed(json, where);
  refuseFeatures(config, where);
  const { base_model_name_or_path: base, modules_to_save: whole, r, lora_alpha } = config;
  const alpha = numberOf('lora_alpha', lora_alpha, where);
  const rank = isSet(r) ? rankNumber('r', r, where) : undefined;
  const ownAlpha = patternOf(config, 'alpha_pattern', numberOf, where);
  const ownRank = patternOf(config, 'rank_pattern', rankNumber, where);
  return {
    base: typeof base === 'string' && base !== '' ? base : null,
    rootScaled: Boolean(config.use_rslora),
    ...(rank === undefined ? {} : { rank }),
    alpha,
    alphaOf: (module) => ownAlpha(module) ?? alpha,
    rankOf: (module) => ownRank(module) ?? rank,
    isTarget: targetTest(config.target_modules, where),
    whole: Array.isArray(whole) ? whole.map(String) : [],
  };
}

function numberOf(name: string, value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw problem(`Its ${excerpt(name)} is no number.`, where, FRESH);
}

function rankNumber(name: string, value: unknown, where: string): number {
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  throw problem(`Its ${excerpt(name)} is no rank.`, where, FRESH);
}

/** The number of the first of a pattern's keys that fits a module. */
function patternOf(
  config: Record<string, unknown>,
  key: 'alpha_pattern' | 'rank_pattern',
  read: typeof numberOf,
  where: string,
) {
  const pattern = isObject(config[key]) ? config[key] : {};
  const rules = Object.entries(pattern).map(([end, value]) => ({
    fits: endsLike(end, key, where),
    value: read(end, value, where),
  }));
  return (module: string) => rules.find(({ fits }) => fits(module))?.value;
}

/** What PEFT multiplies a module's output by. @param rank of its own factors */
export const scaleOf = ({ alphaOf, rootScaled }: PeftConfig, module: string, rank: number): number =>
  loraScale({ rank, alpha: alphaOf(module), rootScaled });

const FRESH = 'Take a fresh copy of the folder.';

function parsed(json: string, where: string): Record<string, unknown> {
  let config: unknown;
  try {
    config = parseShallow(json);
  } catch {
    throw problem('Its adapter_config.json is no JSON.', where, FRESH);
  }
  if (!isObject(config)) throw noLora('nothing', where);
  return config;
}

/** What changes what the factors mean. */
const UNKNOWN = [
  'use_dora',
  'lora_bias',
  'layer_replication',
  'use_qalora',
  'use_bdlora',
  'alora_invocation_tokens',
  'arrow_config',
  'kasa_config',
  'monteclora_config',
  'target_parameters',
  'trainable_token_indices',
] as const;

/** Ways to begin that leave the base as it is; by all others it is no longer what the person has. */
const PLAIN_STARTS: readonly unknown[] = ['gaussian', 'eva', 'orthogonal'];

function refuseFeatures(config: Record<string, unknown>, where: string): void {
  const { peft_type: kind, bias, init_lora_weights: start } = config;
  if (kind !== 'LORA') throw noLora(excerpt(String(kind)), where);
  const feature = UNKNOWN.find((name) => isSet(config[name]));
  if (feature) throw noLora(feature, where);
  if (isSet(bias) && bias !== 'none') throw noLora(`bias "${excerpt(String(bias))}"`, where);
  if (typeof start === 'string' && !PLAIN_STARTS.includes(start))
    throw noLora(`init_lora_weights "${excerpt(start)}"`, where);
}

const isSet = (value: unknown) => Boolean(value) && !(isObject(value) && Object.keys(value).length === 0);

/** A module whose path ends so, from a dot on: plain text, or an expression of Python's. */
function endsLike(end: string, key: string, where: string): (module: string) => boolean {
  if (/^[\w.]+$/.test(end)) return (module) => module === end || module.endsWith(`.${end}`);
  return compiled(`(?:.*\\.)?(?:${end})`, `${key} "${excerpt(end)}"`, where);
}

/** Ends of paths in a list, or an expression for whole ones. */
function targetTest(targets: unknown, where: string): PeftConfig['isTarget'] {
  if (targets === 'all-linear' || targets === null || targets === undefined) return () => true;
  if (typeof targets === 'string') return compiled(targets, `target_modules "${excerpt(targets)}"`, where);
  if (!Array.isArray(targets)) throw noLora('target_modules that are neither a list nor text', where);
  const ends = targets.map(String);
  return (module) => ends.some((end) => module === end || module.endsWith(`.${end}`));
}

function compiled(pattern: string, what: string, where: string): (text: string) => boolean {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (error instanceof PatternError) throw noLora(what, where);
    throw error;
  }
}

export const noLora = (what: string, where: string) =>
  problem(
    `A PEFT adapter with ${what} is not plain LoRA.`,
    where,
    'Choose one with peft_type LORA and nothing besides.',
  );

/**
 * How modules are scaled: by one alpha that every program understands, all else folded into B; or as they trained, since a step of Adam
 * moves a B that has been multiplied by another share of it.
 */
export type Scales = 'folded' | 'as trained';

/** What PEFT is told of a plain LoRA. */
export interface PlainLora {
  /** Name on the hub or path of the base, where it has one. */
  readonly base: string | null;
  readonly r: number;
  /** A whole number where nothing is to be trained on: PEFT and Ollama document no other. */
  readonly alpha: number;
  /** Of modules whose alpha is not `alpha`, by the end of their path. */
  readonly alphas: Readonly<Record<string, number>>;
  readonly rootScaled: boolean;
  /** Of modules whose rank is not `r`, by the end of their path. */
  readonly ranks: Readonly<Record<string, number>>;
  /** Last names of modules, or an expression for their whole paths. */
  readonly targets: readonly string[] | string;
  readonly task: 'CAUSAL_LM' | null;
  /** Last names of modules that are kept whole beside the factors. */
  readonly whole: readonly string[];
}

/** adapter_config.json: PEFT's own field names, in order, so that old and new loaders take the file without a word. */
export const plainLoraConfig = ({
  base,
  r,
  alpha,
  alphas,
  rootScaled,
  ranks,
  targets,
  task,
  whole,
}: PlainLora): object => ({
  alpha_pattern: alphas,
  auto_mapping: null,
  base_model_name_or_path: base,
  bias: 'none',
  exclude_modules: null,
  fan_in_fan_out: false,
  inference_mode: true,
  init_lora_weights: true,
  layer_replication: null,
  layers_pattern: null,
  layers_to_transform: null,
  loftq_config: {},
  lora_alpha: alpha,
  lora_bias: false,
  lora_dropout: 0,
  modules_to_save: whole.length > 0 ? [...new Set(whole)] : null,
  peft_type: 'LORA',
  r,
  rank_pattern: ranks,
  revision: null,
  target_modules: targets,
  task_type: task,
  use_dora: false,
  use_rslora: rootScaled,
});
