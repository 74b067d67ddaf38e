import type { SafetensorsFile } from '../../src/containers/safetensors';
import { type ProblemError, problem } from '../../src/problem';

type Fields = Readonly<Record<string, unknown>>;

const EXPERT = [
  ...['width', 'depth', 'mlp_dim', 'num_heads', 'num_kv_heads', 'head_dim'],
  ...['lora_rank', 'lora_alpha', 'lora_rslora'],
];
const IMG = ['image_size', 'patch_size', 'width', 'depth', 'mlp_dim', 'num_heads'];
const OPTIMIZER = [
  ...['peak_lr', 'warmup_steps', 'decay_steps', 'end_lr'],
  ...['b1', 'b2', 'eps', 'weight_decay', 'clip_norm', 'steps'],
];
const OWN = [
  ...[
    'kind',
    'pi05',
    'source',
    'experts',
    'img',
    'vocab_size',
    'cameras',
    'action_dim',
    'action_horizon',
    'max_token_len',
  ],
  ...['freeze', 'optimizer', 'frozen_leaves', 'trainable_leaves'],
];

/**
 * A case of openpi's says of what mathematics its figures are. What is not known here is not passed over: the figures would be
 * held against others.
 * @throws ProblemError that names the field; one that is false, 0, empty, absent or null asks for nothing
 */
export function checkFields(file: Fields, where: string): void {
  check(file, OWN, '', where);
  for (const [n, expert] of ((file.experts ?? []) as readonly Fields[]).entries())
    check(expert, EXPERT, `experts[${n}].`, where);
  check((file.img ?? {}) as Fields, IMG, 'img.', where);
  checkOptimizer(file, where);
}

/** The same of how a case was trained, whatever its kind. @throws ProblemError as checkFields does */
export const checkOptimizer = ({ optimizer }: Fields, where: string): void =>
  check((optimizer ?? {}) as Fields, OPTIMIZER, 'optimizer.', where);

const OF_TEXT = ['tokens', 'targets', 'input_mask', 'loss_mask'];
const OF_ACTIONS = ['prompt_tokens', 'prompt_mask', 'state', 'actions', 'noise', 'time'];

/** What a batch may hold. @param cameras of a π0 */
export function batchNames(kind: 'text' | 'pi0' | 'hf', cameras: readonly string[]): readonly string[] {
  if (kind === 'hf') return [...OF_TEXT, 'prompt'];
  if (kind === 'text') return OF_TEXT;
  return [...OF_ACTIONS, ...cameras.flatMap((name) => [`image/${name}`, `image_mask/${name}`])];
}

/** Names of the tensors of a file that nothing here reads. */
export function unreadIn({ tensors }: SafetensorsFile, known: readonly string[]): readonly string[] {
  const all = new Set(known);
  return [...tensors.keys()].filter((name) => !all.has(name));
}

function check(fields: Fields, known: readonly string[], at: string, where: string): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name) && fields[name]);
  if (unknown) throw refused(`${at}${unknown}`, fields[unknown], where);
}

const refused = (field: string, value: unknown, where: string): ProblemError =>
  problem(
    `The field ${field} is ${JSON.stringify(value)}; what it changes in the mathematics is not known here.`,
    where,
    WITHOUT,
  );

const WITHOUT = 'Give a case without it.';
