/**
 * A GGUF's metadata as a DecoderConfig. What a GGUF does not say is what its readers add by their own knowledge, as llama.cpp
 * does: the score scale of the Gemmas, which of their layers have a window, and the rotation of those layers.
 */
import type { ByteSource } from '../containers/byte_source';
import { type GgufHeader, type GgufPair, ggufValues } from '../containers/gguf';
import type { GgufScalar } from '../containers/gguf_types';
import type { DecoderConfig, Family, LayerForm } from '../model/decoder_config';
import { MOST, MOST_SCALAR } from './config';
import { FAMILY_FORMS } from './family';
import { ConfigFields } from './fields';
import { EMBEDDING, GGUF_FAMILIES, type GgufArchitecture, HEAD } from './gguf_names';
import { KEYS_OF_LAYERS, refuseOther } from './gguf_refusals';
import { readFactors, readRotations } from './gguf_rotations';
import { OTHER_FILE, OTHER_MODEL } from './ways_out';

/** What the readers of one architecture know. */
interface GgufForm {
  /** Which of so many layers, the last of each group, sees everything; null: all do. */
  readonly period: number | null;
  /** `attention.sliding_window` where it is absent; null: then no layer has one. */
  readonly window: number | null;
  /** Layers of the model whose score scale is 1/√(width / heads); in all others it is 1/√key_length. */
  readonly scaledByWidth?: number;
  /** Caps where their keys are absent; null: none. Absent here: the keys are not known. */
  readonly caps?: { readonly score: number | null; readonly logit: number | null };
}

const FORMS: Readonly<Record<GgufArchitecture, GgufForm>> = {
  gemma: { period: null, window: null },
  // The 27B models of both generations are told by their number of layers.
  gemma2: { period: 2, window: 4096, scaledByWidth: 46, caps: { score: 50, logit: 30 } },
  gemma3: { period: 6, window: null, scaledByWidth: 62, caps: { score: null, logit: null } },
  llama: { period: null, window: null },
  qwen2: { period: null, window: null },
  qwen3: { period: null, window: null },
};

/**
 * @param where Name of the file, for error messages
 * @throws ProblemError for a model that cannot be trained here as its makers mean it, by the key and value that say so
 */
export async function readGgufConfig(source: ByteSource, header: GgufHeader, where: string): Promise<DecoderConfig> {
  const architecture = refuseOther(header.metadata, where);
  const fields = await fieldsOfArchitecture(source, header, architecture, where);
  return decoderOf(fields, header, architecture, await readFactors(source, header, where));
}

/** The architecture's own keys, without its name before them. */
async function fieldsOfArchitecture(source: ByteSource, header: GgufHeader, architecture: string, where: string) {
  const prefix = `${architecture}.`;
  const own = [...header.metadata].filter(([key]) => key.startsWith(prefix));
  const values: [string, unknown][] = [];
  for (const [name, pair] of own) {
    const key = name.slice(prefix.length);
    const value = await valueIn(source, pair, where);
    values.push([key, KEYS_OF_LAYERS.some((one) => one === key) ? inAllLayers(value) : value]);
  }
  return new ConfigFields(Object.fromEntries(values), where, prefix, OTHER_FILE);
}

/** A list of more than a model has layers stays empty: nothing here reads one. */
async function valueIn(source: ByteSource, pair: GgufPair, where: string): Promise<unknown> {
  if (pair.type !== 'array') return pair.value;
  const values: GgufScalar[] = [];
  if (pair.array.count > MOST.num_hidden_layers) return values;
  for await (const batch of ggufValues(source, pair.array, where)) values.push(...batch);
  return values;
}

/** A list of what each layer has is one value where all have the same. */
const inAllLayers = (value: unknown): unknown => (Array.isArray(value) && new Set(value).size === 1 ? value[0] : value);

function decoderOf(
  fields: ConfigFields,
  { tensors }: GgufHeader,
  architecture: GgufArchitecture,
  factors: readonly number[] | null,
): DecoderConfig {
  for (const key of KEYS_OF_LAYERS)
    if (Array.isArray(fields.get(key)))
      throw fields.refuse(`${fields.named(key)} differs from layer to layer, which cannot be computed.`, OTHER_MODEL);
  const [ours, family] = [FORMS[architecture], GGUF_FAMILIES[architecture]];
  const form = FAMILY_FORMS[family];
  const width = fields.count('embedding_length', MOST.hidden_size);
  const depth = fields.count('block_count', MOST.num_hidden_layers);
  const heads = readHeads(fields, width);
  const layers = readLayers(fields, ours, depth);
  const has = (name: string) => tensors.has(`blk.0.${name}`);
  const tableRows = tensors.get(EMBEDDING)?.shape[0];
  return {
    family,
    width,
    depth,
    mlpDim: fields.count('feed_forward_length', MOST.intermediate_size),
    ...heads,
    vocabSize: fields.count('vocab_size', MOST.vocab_size, tableRows),
    positions: fields.count('context_length', MOST.max_position_embeddings),
    embeddingScale: form.gemmaForm ? Math.fround(Math.sqrt(width)) : 1,
    // The files hold 1 + w where the norm multiplies by it; reading gives w, as the hub has it.
    norm: { plusOne: form.gemmaForm, epsilon: fields.positive('attention.layer_norm_rms_epsilon', 1) },
    headNorms: form.headNorms,
    postNorms: form.postNorms,
    biases: {
      qkv: form.qkvBias === 'always' || has('attn_q.bias'),
      out: form.outBias === 'config' && has('attn_output.bias'),
      mlp: form.mlpBias && has('ffn_gate.bias'),
    },
    scoreScale: readScoreScale(fields, ours, width, depth, heads),
    scoreCap: readCap(fields, 'attn_logit_softcapping', ours.caps?.score),
    logitCap: readCap(fields, 'final_logit_softcapping', ours.caps?.logit),
    activation: form.gemmaForm ? 'gelu' : 'silu',
    tied: isTied(family) || !tensors.has(HEAD),
    rotations: readRotations(fields, form, factors, heads.headDim),
    layers: layers.map((window) => ({ window, rotation: window === null || form.localBase === undefined ? 0 : 1 })),
  };
}

/** Families whose head is the embedding, whatever else the file has: its readers do not look. */
export const isTied = (family: Family) => family === 'gemma' || family === 'gemma2';

function readHeads(fields: ConfigFields, width: number) {
  const numHeads = fields.count('attention.head_count', MOST.num_attention_heads);
  const numKvHeads = fields.count('attention.head_count_kv', MOST.num_key_value_heads, numHeads);
  if (numHeads % numKvHeads !== 0)
    throw fields.refuse(
      `${fields.named('attention.head_count')} is ${numHeads}, no multiple of attention.head_count_kv ${numKvHeads}.`,
      OTHER_FILE,
    );
  if (!fields.has('attention.key_length') && width % numHeads !== 0)
    throw fields.refuse(
      `${fields.named('embedding_length')} is ${width}, no multiple of attention.head_count ${numHeads}.`,
      OTHER_FILE,
    );
  const headDim = fields.count('attention.key_length', MOST.head_dim, width / numHeads);
  if (headDim % 2 !== 0)
    throw fields.refuse(`A head has ${headDim} channels, which have no two halves to rotate.`, OTHER_FILE);
  for (const key of ['attention.value_length', 'rope.dimension_count']) {
    const length = fields.count(key, MOST.head_dim, headDim);
    if (length !== headDim)
      throw fields.refuse(`${fields.named(key)} is ${length}, and a head has ${headDim} channels.`, OTHER_MODEL);
  }
  return { numHeads, numKvHeads, headDim };
}

function readScoreScale(
  fields: ConfigFields,
  { scaledByWidth }: GgufForm,
  width: number,
  depth: number,
  { numHeads, headDim }: { readonly numHeads: number; readonly headDim: number },
): number {
  if (fields.has('attention.scale')) return fields.positive('attention.scale', MOST_SCALAR);
  return 1 / Math.sqrt(depth === scaledByWidth ? width / numHeads : headDim);
}

/** @param absent Where the key is absent; undefined: the architecture has no such key */
function readCap(fields: ConfigFields, key: string, absent: number | null | undefined): number | null {
  if (absent === undefined || !fields.has(key)) return absent ?? null;
  return fields.get(key) === 0 ? null : fields.positive(key, MOST_SCALAR);
}

/** The window of each layer; null where it sees everything. */
function readLayers(fields: ConfigFields, { period, window: absent }: GgufForm, depth: number): LayerForm['window'][] {
  const none = fields.has('attention.sliding_window') ? fields.get('attention.sliding_window') === 0 : absent === null;
  if (period === null || none) return Array.from({ length: depth }, () => null);
  const window = fields.count('attention.sliding_window', MOST.max_position_embeddings, absent ?? undefined);
  const key = 'attention.sliding_window_pattern';
  const pattern = fields.get(key);
  if (Array.isArray(pattern)) {
    if (pattern.length !== depth)
      throw fields.refuse(`${fields.named(key)} names ${pattern.length} layers, and there are ${depth}.`, OTHER_FILE);
    return pattern.map((one) => (one === true || one === 1 ? window : null));
  }
  const every = fields.count(key, MOST.num_hidden_layers, period);
  return Array.from({ length: depth }, (_, layer) => ((layer + 1) % every === 0 ? null : window));
}
