/**
 * config.json and generation_config.json of a Hugging Face folder, as a DecoderConfig. Both forms are read: the hub's, and that
 * of transformers 5. Defaults are those of transformers' own classes; a key that says null is not a key that is absent.
 */
import type { DecoderConfig, Family } from '../model/decoder_config';
import type { Problem } from '../problem';
import { FAMILY_FORMS, type FamilyForm } from './family';
import { ConfigFields, shown } from './fields';
import { readFamily, refuseUnknown } from './refusals';
import { readLayers, readRotations } from './rotations';
import type { ControlIds } from './source';
import { FRESH_OR_OTHER } from './ways_out';

/** What a model's configuration says. */
export interface HubConfig extends ControlIds {
  readonly config: DecoderConfig;
  /** What it says and is not followed, for a person to know. */
  readonly warnings: readonly Problem[];
}

/** More than any model has; they keep a damaged number from asking for what no machine has. */
export const MOST = {
  hidden_size: 2 ** 17,
  num_hidden_layers: 1024,
  intermediate_size: 2 ** 20,
  num_attention_heads: 4096,
  num_key_value_heads: 4096,
  head_dim: 4096,
  vocab_size: 2 ** 23,
  max_position_embeddings: 2 ** 30,
} as const;
export const MOST_SCALAR = 1e6;

/**
 * @param json What config.json holds
 * @param where Its name, for error messages
 * @param generationConfig What generation_config.json holds, where there is one: its tokens that end a text count before those of config.json
 * @throws ProblemError for a model that cannot be trained here as its makers mean it, by the name and value of what it says
 */
export function readConfig(json: unknown, where: string, generationConfig?: unknown): HubConfig {
  const fields = new ConfigFields(json, where);
  const family = readFamily(fields);
  refuseUnknown(fields, family);
  const config = decoderOf(fields, family, FAMILY_FORMS[family]);
  const warnings: Problem[] = [];
  const dropout = fields.get('attention_dropout') ?? 0;
  if (dropout !== 0)
    warnings.push({
      what: `attention_dropout is ${shown(dropout)}; it is trained without.`,
      where,
    });
  return { config, warnings, ...controlTokens(fields, generationConfig, config.vocabSize, warnings) };
}

function decoderOf(fields: ConfigFields, family: Family, form: FamilyForm): DecoderConfig {
  const size = (key: keyof typeof MOST, absent?: number) => fields.count(key, MOST[key], absent);
  const width = size('hidden_size');
  const depth = size('num_hidden_layers');
  const heads = readHeads(fields, form, width);
  const attentionBias = fields.flag('attention_bias', false);
  return {
    family,
    width,
    depth,
    mlpDim: size('intermediate_size'),
    ...heads,
    vocabSize: size('vocab_size'),
    positions: size('max_position_embeddings'),
    embeddingScale: form.gemmaForm ? Math.fround(Math.sqrt(width)) : 1,
    norm: { plusOne: form.gemmaForm, epsilon: fields.positive('rms_norm_eps', 1, 1e-6) },
    headNorms: form.headNorms,
    postNorms: form.postNorms,
    biases: {
      qkv: form.qkvBias === 'always' || attentionBias,
      out: form.outBias === 'config' && attentionBias,
      mlp: form.mlpBias && fields.flag('mlp_bias', false),
    },
    ...readScores(fields, form, heads.headDim),
    activation: readActivation(fields, family, form),
    tied: fields.flag('tie_word_embeddings', form.tied),
    rotations: readRotations(fields, form),
    layers: readLayers(fields, form, depth),
  };
}

function readHeads(fields: ConfigFields, form: FamilyForm, width: number) {
  const numHeads = fields.count('num_attention_heads', MOST.num_attention_heads);
  const asHeads = fields.has('num_key_value_heads')
    ? form.nullKvHeads && !fields.says('num_key_value_heads')
    : form.absentKvHeads;
  const numKvHeads = asHeads ? numHeads : fields.count('num_key_value_heads', MOST.num_key_value_heads);
  if (numHeads % numKvHeads !== 0)
    throw fields.refuse(
      `num_attention_heads is ${numHeads}, no multiple of num_key_value_heads ${numKvHeads}.`,
      FRESH_OR_OTHER,
    );
  const shared = form.headDim === null && !fields.says('head_dim');
  if ((shared || form.headsDivideWidth) && width % numHeads !== 0)
    throw fields.refuse(`hidden_size is ${width}, no multiple of num_attention_heads ${numHeads}.`, FRESH_OR_OTHER);
  const headDim = shared ? width / numHeads : fields.count('head_dim', MOST.head_dim, form.headDim ?? undefined);
  if (headDim % 2 !== 0)
    throw fields.refuse(`A head has ${headDim} channels, which have no two halves to rotate.`, FRESH_OR_OTHER);
  return { numHeads, numKvHeads, headDim };
}

function readScores(fields: ConfigFields, form: FamilyForm, headDim: number) {
  const scalar =
    form.scoreScalar === null ? headDim : fields.positive('query_pre_attn_scalar', MOST_SCALAR, form.scoreScalar);
  const cap = (key: string, absent: number | null | undefined) =>
    absent === undefined ? null : fields.positiveOrNull(key, MOST_SCALAR, absent);
  return {
    scoreScale: 1 / Math.sqrt(scalar),
    scoreCap: cap('attn_logit_softcapping', form.caps?.score),
    logitCap: cap('final_logit_softcapping', form.caps?.logit),
  };
}

/** Names of activations, by what they compute. */
const ACTIVATIONS: Readonly<Record<string, DecoderConfig['activation']>> = {
  gelu_pytorch_tanh: 'gelu',
  silu: 'silu',
  swish: 'silu',
};

function readActivation(fields: ConfigFields, family: Family, form: FamilyForm): DecoderConfig['activation'] {
  const { key: own, absent } = form.activation;
  // The first Gemma's files have the older key, and its class takes the plain "gelu" for the form with tanh.
  const older = family === 'gemma' && !fields.says(own);
  const key = older ? 'hidden_act' : own;
  const said = fields.has(key) ? fields.get(key) : absent;
  const name = family === 'gemma' && (said === 'gelu' || said === null) ? absent : said;
  if (typeof name === 'string' && Object.hasOwn(ACTIVATIONS, name)) return ACTIVATIONS[name]!;
  throw fields.refuse(
    `${key} is ${shown(said)}; only ${Object.keys(ACTIVATIONS).join(', ')} can be computed.`,
    'Choose another model: with another activation it would be another one.',
  );
}

/** Ids of control tokens; what is no token of the model is left out, with a warning. */
function controlTokens(fields: ConfigFields, generation: unknown, vocabSize: number, warnings: Problem[]): ControlIds {
  const other = new ConfigFields(generation, 'generation_config.json');
  const tokens = (key: string): number[] => {
    const from = other.says(key) ? other : fields;
    const said = from.says(key) ? [from.get(key)].flat() : [];
    const isToken = (id: unknown): id is number => Number.isInteger(id) && Number(id) >= 0 && Number(id) < vocabSize;
    const odd = said.find((id) => !isToken(id) && id !== -1); // minus one is how some write that there is none
    if (odd !== undefined)
      warnings.push({ what: `${key} is ${shown(odd)}, which is no token of the model.`, where: from.where });
    return said.filter(isToken);
  };
  return {
    bos: tokens('bos_token_id')[0] ?? null,
    eos: [...new Set(tokens('eos_token_id'))],
    pad: tokens('pad_token_id')[0] ?? null,
  };
}
