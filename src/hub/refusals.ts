import { FAMILIES, type Family } from '../model/decoder_config';
import { FAMILY_FORMS } from './family';
import { type ConfigFields, shown } from './fields';
import { refusePartial } from './rotations';
import { GOES_ON, TEXT_ONLY, UNQUANTISED } from './ways_out';

const KNOWN = `Choose a model of one of these: ${FAMILIES.join(', ')}.`;
/** model_type of models whose text half is one part of several. */
const SEVERAL_PARTS = ['gemma3', 'gemma3n', 'gemma4', 'paligemma', 'mllama', 'qwen2_vl', 'qwen2_5_vl', 'qwen3_vl'];

/**
 * Which of the six families a configuration is of.
 * @throws ProblemError for models with pictures or sound, with experts, and of other families
 */
export function readFamily(fields: ConfigFields): Family {
  const type = fields.get('model_type');
  if (type === undefined) throw fields.refuse('It does not say model_type.', KNOWN);
  if (SEVERAL_PARTS.some((one) => one === type) || fields.says('text_config') || fields.says('vision_config'))
    throw fields.refuse(
      `model_type ${shown(type)} is a model of more than text, whose text is one part of it.`,
      TEXT_ONLY,
    );
  const experts = fields.keys().find((key) => /expert/i.test(key) && fields.says(key) && !isNone(fields.get(key)));
  if (experts !== undefined)
    throw fields.refuse(
      `${fields.named(experts)} is ${shown(fields.get(experts))}: a mixture of experts cannot be trained here.`,
      KNOWN,
    );
  const family = FAMILIES.find((one) => one === type);
  if (!family) throw fields.refuse(`model_type ${shown(type)} is no family that can be trained here.`, KNOWN);
  refuseArchitecture(fields, family);
  return family;
}

const isNone = (value: unknown) => value === 0 || value === false;

function refuseArchitecture(fields: ConfigFields, family: Family): void {
  if (!fields.says('architectures')) return;
  const named = fields.get('architectures');
  const { architecture } = FAMILY_FORMS[family];
  const list: readonly unknown[] = Array.isArray(named) ? named : [named];
  const odd = list.find((one) => one !== architecture);
  if (odd === undefined) return;
  throw fields.refuse(
    `architectures says ${shown(odd)}; of ${family} only ${architecture} can be trained here.`,
    GOES_ON,
  );
}

/** What changes what the tensors mean, in any family. @throws ProblemError that names the key and its value */
export function refuseUnknown(fields: ConfigFields, family: Family): void {
  const packed = ['quantization_config', 'quantization', 'compression_config'].find((key) => fields.says(key));
  if (packed !== undefined) throw refuseQuantised(fields, packed);
  refusePartial(fields);
  const bidirectional = fields.get('use_bidirectional_attention') ?? false;
  if (bidirectional !== false)
    throw fields.refuse(
      `use_bidirectional_attention is ${shown(bidirectional)}: such a model does not go on with text.`,
      GOES_ON,
    );
  const interleaved = fields.get('rope_interleaved') ?? false;
  if (interleaved !== false)
    throw fields.refuse(
      `rope_interleaved is ${shown(interleaved)}; only the halves of a head can be rotated against each other.`,
      'Choose the model in the form that transformers saves.',
    );
  if (family === 'gemma3_text' && fields.says('attn_logit_softcapping'))
    throw fields.refuse(
      `attn_logit_softcapping is ${shown(fields.get('attn_logit_softcapping'))}, which Gemma 3 does not follow anywhere.`,
      'Write null there if the model was trained without it.',
    );
}

function refuseQuantised(fields: ConfigFields, key: string) {
  const value = fields.get(key);
  const method =
    typeof value === 'object' && value !== null
      ? Object.entries(value).find(([name]) => name === 'quant_method')
      : undefined;
  const by = method ? `${key}, quant_method ${shown(method[1])}` : key;
  return fields.refuse(`Its weights are quantised (${by}), and cannot be read.`, UNQUANTISED);
}
