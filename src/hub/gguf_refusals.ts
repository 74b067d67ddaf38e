import type { GgufPair } from '../containers/gguf';
import { excerpt, type ProblemError, problem } from '../problem';
import { shown } from './fields';
import { GGUF_ARCHITECTURES, type GgufArchitecture } from './gguf_names';
import { GOES_ON, JOIN_PARTS, TEXT_ONLY } from './ways_out';

/** Keys that may be a list, with a value for each layer. */
export const KEYS_OF_LAYERS = ['feed_forward_length', 'attention.head_count', 'attention.head_count_kv'] as const;

/** Keys of an architecture whose meaning is known: those that are read, and those that change nothing in what is computed here. */
const KNOWN_KEYS: readonly string[] = [
  ...KEYS_OF_LAYERS,
  'attention.causal',
  'attention.key_length',
  'attention.layer_norm_rms_epsilon',
  'attention.scale',
  'attention.value_length',
  'block_count',
  'context_length',
  'embedding_length',
  'expert_count',
  'expert_used_count',
  'pooling_type',
  'rope.dimension_count',
  'rope.freq_base',
  'rope.scale_linear',
  'rope.scaling.attn_factor',
  'rope.scaling.factor',
  'rope.scaling.finetuned',
  'rope.scaling.original_context_length',
  'rope.scaling.type',
  'tensor_data_layout',
  'vocab_size',
];
const LATER_GEMMA = ['attention.sliding_window', 'attention.sliding_window_pattern', 'final_logit_softcapping'];
const MORE_KEYS: Readonly<Partial<Record<GgufArchitecture, readonly string[]>>> = {
  gemma2: [...LATER_GEMMA, 'attn_logit_softcapping'],
  gemma3: [...LATER_GEMMA, 'rope.freq_base_swa'],
};

/** Architectures whose text is one part of several, or which are the other part. */
const SEVERAL_PARTS = ['clip', 'gemma3n', 'gemma4', 'llama4', 'mllama', 'qwen2vl', 'qwen3vl', 'qwen3vlmoe'];

const KNOWN = `Choose a model of one of these: ${GGUF_ARCHITECTURES.join(', ')}.`;

type Metadata = ReadonlyMap<string, GgufPair>;

/** A value that is no list; undefined where the key is absent. */
export function scalarIn(metadata: Metadata, key: string): unknown {
  const pair = metadata.get(key);
  return pair?.type === 'array' ? [] : pair?.value;
}

/**
 * The architecture of a model that can be trained here.
 * @throws ProblemError for what is no model or a part of one, for models with pictures or sound, with experts, of other
 *   architectures, and with keys that would change what is computed
 */
export function refuseOther(metadata: Metadata, where: string): GgufArchitecture {
  refuseKind(metadata, where);
  const said = scalarIn(metadata, 'general.architecture');
  if (said === undefined) throw problem('It does not say general.architecture.', where, KNOWN);
  if (SEVERAL_PARTS.some((one) => one === said))
    throw problem(
      `general.architecture ${shown(said)} is a model of more than text, or the part of it that is not text.`,
      where,
      TEXT_ONLY,
    );
  const experts = [...metadata.keys()].find((key) => /\.expert_count$/.test(key) && scalarIn(metadata, key) !== 0);
  if (experts !== undefined || (typeof said === 'string' && /moe$/.test(said)))
    throw problem(`general.architecture ${shown(said)}: a mixture of experts cannot be trained here.`, where, KNOWN);
  const architecture = GGUF_ARCHITECTURES.find((one) => one === said);
  if (!architecture)
    throw problem(`general.architecture ${shown(said)} is no family that can be trained here.`, where, KNOWN);
  refuseKeys(metadata, architecture, where);
  return architecture;
}

function refuseKind(metadata: Metadata, where: string): void {
  const type = scalarIn(metadata, 'general.type') ?? 'model';
  if (type === 'adapter')
    throw problem(
      'This is an adapter, not a model.',
      where,
      'Choose the model that it was trained on; an adapter is imported as the folder that PEFT writes.',
    );
  if (type === 'mmproj')
    throw problem(
      'This is the part of a model that sees or hears, not its text.',
      where,
      'Choose the file of its text.',
    );
  if (type !== 'model') throw problem(`general.type is ${shown(type)}; only a model can be trained.`, where, KNOWN);
  const parts = scalarIn(metadata, 'split.count') ?? 1;
  if (parts !== 1 && parts !== 0) throw problem(`This is one of ${shown(parts)} parts of a model.`, where, JOIN_PARTS);
}

function refuseKeys(metadata: Metadata, architecture: GgufArchitecture, where: string): void {
  const known = [...KNOWN_KEYS, ...(MORE_KEYS[architecture] ?? [])];
  const unknown = (key: string): ProblemError =>
    problem(
      `${excerpt(key)} is ${shown(scalarIn(metadata, key))}, which is not known here.`,
      where,
      'Choose the folder of the model as the hub has it, if it is of these families.',
    );
  const key = (name: string) => `${architecture}.${name}`;
  for (const name of metadata.keys())
    if (name.startsWith(key('')) && !known.includes(name.slice(architecture.length + 1))) throw unknown(name);
  if ((scalarIn(metadata, key('attention.causal')) ?? true) !== true)
    throw problem(`${key('attention.causal')} is false: such a model does not go on with text.`, where, GOES_ON);
  const pooling = scalarIn(metadata, key('pooling_type')) ?? 0;
  if (pooling !== 0)
    throw problem(
      `${key('pooling_type')} is ${shown(pooling)}: such a model does not go on with text.`,
      where,
      GOES_ON,
    );
}
