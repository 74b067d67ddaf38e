import { placeOf, type TensorPlace } from '../containers/safetensors';
import type { DecoderConfig } from '../model/decoder_config';
import { leavesOf } from '../model/tree';
import { type Problem, type ProblemError, problem, severalProblems } from '../problem';
import { type FloatDtype, isFloat } from './elements';
import type { WeightsFile } from './shards';
import { TEXT_ONLY, UNQUANTISED } from './ways_out';

/** A tensor of a file. */
export interface FileTensor extends TensorPlace {
  /** As the file has it. */
  readonly name: string;
  readonly file: WeightsFile;
}

/** One that a model is made of. */
export interface PlacedTensor extends FileTensor {
  readonly dtype: FloatDtype;
}

/** Problems that are told one by one; a wrong file has thousands. */
const MOST_TOLD = 12;
/** Of a model whose files do not belong together. */
export const OTHER = 'The weights are not of this config.json: take fresh copies of both.';

/** Names by which quantised weights come, as GPTQ, AWQ, bitsandbytes, compressed-tensors, fp8 and MLX have them. */
const QUANTISED =
  /\.(qweight|qzeros|g_idx|scales|SCB|weight_format|weight_packed|weight_scale(_inv)?|weight_zero_point|input_scale|(nested_)?absmax|(nested_)?quant_map|quant_state\..*)$/;

/**
 * The tensor of every leaf, by its name.
 * @throws ProblemError that names each tensor that is missing, too much, or of another shape or format than it can have
 */
export function placeTensors(config: DecoderConfig, files: readonly WeightsFile[]): Map<string, PlacedTensor> {
  const stored = new Map(tensorsIn(files).map((tensor) => [tensor.name, tensor]));
  refuseOtherForms(stored);
  const wanted = new Map(leavesOf(config).map(({ path, shape }) => [path, shape]));
  return matchTensors(wanted, stored, (name) => isSkipped(name, config));
}

/** The tensors of files. */
export const tensorsIn = (files: readonly WeightsFile[]): FileTensor[] =>
  files.flatMap((file) => [...file.places].map(([name, place]) => ({ ...place, name, file })));

/**
 * Each tensor that a model needs, by the name by which it is wanted.
 * @param wanted shapes by name
 * @param stored what the files hold, by the name that it would be wanted by; at least one
 * @param isKnown what is of no use, and left unread
 * @throws ProblemError that names each tensor that is missing, too much, or of another shape or format than it can have
 */
export function matchTensors(
  wanted: ReadonlyMap<string, readonly number[]>,
  stored: ReadonlyMap<string, FileTensor>,
  isKnown: (name: string) => boolean,
): Map<string, PlacedTensor> {
  const problems: Problem[] = [];
  const tensors = new Map<string, PlacedTensor>();
  for (const [name, shape] of wanted) {
    const found = stored.get(name);
    if (!found) problems.push(lackingTensor(name, stored));
    else if (String(found.shape) !== String(shape)) problems.push(misshapen(found, shape));
    else if (isFloat(found.dtype)) tensors.set(name, { ...found, dtype: found.dtype });
    else problems.push(formless(found));
  }
  for (const [name, tensor] of stored)
    if (!wanted.has(name) && !isKnown(name))
      problems.push({ what: 'The model has no such tensor.', where: placeOfTensor(tensor), fix: OTHER });
  refuseTensors(problems);
  return tensors;
}

/** @throws ProblemError that tells of the first of them, and how many there are */
export function refuseTensors(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (!first) return;
  const all = problems.length;
  const whole = `${all} tensors are not as the model needs them.`;
  const cut = `${all} tensors are not as the model needs them; the first ${MOST_TOLD} are told.`;
  const outcome = all > MOST_TOLD ? cut : all > 1 ? whole : undefined;
  throw severalProblems([first, ...others.slice(0, MOST_TOLD - 1)], outcome);
}

/** A tensor, for error messages. */
export const placeOfTensor = ({ name, file }: FileTensor): string => placeOf(name, file.path);

/** A head that is the embedding, and frequencies that follow from the configuration, are left unread. */
const isSkipped = (name: string, { tied }: DecoderConfig) =>
  (tied && name === 'lm_head.weight') || name.endsWith('.rotary_emb.inv_freq');

export function lackingTensor(name: string, stored: ReadonlyMap<string, FileTensor>): Problem {
  const [first] = stored.values();
  return { what: `The model needs ${name}, and no file has it.`, where: first!.file.path, fix: OTHER };
}

function misshapen(tensor: FileTensor, wanted: readonly number[]): Problem {
  const what = `It has shape [${tensor.shape.join(', ')}]; the model needs [${wanted.join(', ')}].`;
  return { what, where: placeOfTensor(tensor), fix: OTHER };
}

function formless(tensor: FileTensor): Problem {
  const what = `Values in ${tensor.dtype} cannot be used as weights.`;
  return { what, where: placeOfTensor(tensor), fix: 'Save the tensor as F32, F16 or BF16.' };
}

/** What whole models are of another form, said once. */
function refuseOtherForms(stored: ReadonlyMap<string, FileTensor>): void {
  for (const [name, { dtype, file }] of stored) {
    const refused = otherForm(name, dtype, placeOf(name, file.path));
    if (refused) throw refused;
  }
}

function otherForm(name: string, dtype: string, where: string): ProblemError | null {
  if (QUANTISED.test(name) || ['I8', 'U8', 'F8_E4M3', 'F8_E5M2', 'F8_E8M0'].includes(dtype))
    return problem('The weights are quantised, and cannot be read.', where, UNQUANTISED);
  if (/^(model\.)?(language_model|vision_tower|multi_modal_projector|audio_tower)\./.test(name))
    return problem('The weights are those of a model of more than text.', where, TEXT_ONLY);
  if (/\.lora_[AB]\.|^base_model\.model\./.test(name))
    return problem(
      'The weights have an adapter beside them that is not merged.',
      where,
      'Save the model with transformers after merge_and_unload(), or choose the model that the adapter was trained on.',
    );
  if (name === 'embed_tokens.weight')
    return problem(
      'The weights are those of a model without a head: their names do not begin with "model.".',
      where,
      'Save the model with transformers as AutoModelForCausalLM.',
    );
  return null;
}
