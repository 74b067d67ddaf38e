/** adapter_config.json, written and read: what PEFT multiplies a module's output by, and what keeps it from being plain LoRA. */

import { parseShallow } from '../containers/shallow_json';
import { excerpt, problem } from '../problem';

/**
 * @returns the scale of a module, by its full name and the rank of its own factors
 * @throws ProblemError where the adapter is no plain LoRA
 */
export function readPeftConfig(json: string, where: string): (name: string, rank: number) => number {
  let config: unknown;
  try {
    config = parseShallow(json);
  } catch {
    throw problem('Its adapter_config.json is no JSON.', where, 'Take a fresh copy of the folder.');
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) throw noLora('nothing', where);
  const { peft_type: kind, lora_alpha: alpha, use_rslora: rootScaled, alpha_pattern: pattern } = config as Config;
  if (kind !== 'LORA') throw noLora(excerpt(String(kind)), where);
  for (const feature of UNKNOWN) if (Reflect.get(config, feature)) throw noLora(feature, where);
  const alphas = Object.entries(pattern ?? {});
  const odd = [...alphas, ['lora_alpha', alpha]].find(([, value]) => !Number.isFinite(value));
  if (odd) throw problem(`Its ${excerpt(String(odd[0]))} is no number.`, where, 'Take a fresh copy of the folder.');
  const expression = alphas.find(([name]) => !/^[\w.]+$/.test(name));
  if (expression) throw noLora(`alpha_pattern "${excerpt(expression[0])}"`, where);
  return (name, rank) => {
    const own = alphas.find(([ending]) => name === ending || name.endsWith(`.${ending}`));
    return ((own?.[1] ?? alpha) as number) / (rootScaled ? Math.sqrt(rank) : rank);
  };
}

interface Config {
  readonly peft_type?: unknown;
  readonly lora_alpha?: unknown;
  readonly use_rslora?: unknown;
  readonly alpha_pattern?: Readonly<Record<string, unknown>> | null;
}

/** What changes what the factors mean. */
const UNKNOWN = ['use_dora', 'lora_bias', 'layer_replication'] as const;

const noLora = (what: string, where: string) =>
  problem(
    `A PEFT adapter with ${what} is not plain LoRA.`,
    where,
    'Choose one with peft_type LORA and nothing besides.',
  );

/** What PEFT is told of a plain LoRA. */
export interface PlainLora {
  /** Name on the hub or path of the base, where it has one. */
  readonly base: string | null;
  readonly r: number;
  /** A whole number: PEFT and Ollama take no other. */
  readonly alpha: number;
  /** Of modules whose rank is not `r`, by the end of their path. */
  readonly ranks: Readonly<Record<string, number>>;
  /** Last names of modules, or an expression for their whole paths. */
  readonly targets: readonly string[] | string;
  readonly task: 'CAUSAL_LM' | null;
  /** Last names of modules that are kept whole beside the factors. */
  readonly whole: readonly string[];
}

/** adapter_config.json: PEFT's own field names, in order, so that old and new loaders take the file without a word. */
export const plainLoraConfig = ({ base, r, alpha, ranks, targets, task, whole }: PlainLora): object => ({
  alpha_pattern: {},
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
  use_rslora: false,
});
