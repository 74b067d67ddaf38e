import { placeOf, type TensorPlace } from '../containers/safetensors';
import type { DecoderConfig } from '../model/decoder_config';
import { leavesOf } from '../model/tree';
import { type Problem, type ProblemError, problem, severalProblems } from '../problem';
import { type FloatDtype, isFloat } from './elements';
import type { WeightsFile } from './shards';
import { TEXT_ONLY, UNQUANTISED } from './ways_out';

/** A leaf of the model, and where its tensor lies. */
export interface PlacedTensor extends TensorPlace {
  readonly dtype: FloatDtype;
  readonly file: WeightsFile;
}

/** Problems that are told one by one; a wrong file has thousands. */
const MOST_TOLD = 12;
const OTHER = 'The weights are not of this config.json: take fresh copies of both.';

/** Names by which quantised weights come, as GPTQ, AWQ, bitsandbytes, compressed-tensors, fp8 and MLX have them. */
const QUANTISED =
  /\.(qweight|qzeros|g_idx|scales|SCB|weight_format|weight_packed|weight_scale(_inv)?|weight_zero_point|input_scale|(nested_)?absmax|(nested_)?quant_map|quant_state\..*)$/;

/**
 * The tensor of every leaf, by its name.
 * @throws ProblemError that names each tensor that is missing, too much, or of another shape or format than it can have
 */
export function placeTensors(config: DecoderConfig, files: readonly WeightsFile[]): Map<string, PlacedTensor> {
  const stored = new Map(
    files.flatMap((file) => [...file.places].map(([name, place]) => [name, { ...place, file }] as const)),
  );
  refuseOtherForms(stored);
  const wanted = new Map(leavesOf(config).map(({ path, shape }) => [path, shape]));
  const problems: Problem[] = [];
  const tensors = new Map<string, PlacedTensor>();
  for (const [name, shape] of wanted) {
    const found = stored.get(name);
    if (!found) problems.push(lacking(name, files));
    else if (String(found.shape) !== String(shape)) problems.push(misshapen(name, found, shape));
    else if (isFloat(found.dtype)) tensors.set(name, { ...found, dtype: found.dtype });
    else problems.push(formless(name, found));
  }
  for (const [name, { file }] of stored)
    if (!wanted.has(name) && !isSkipped(name, config))
      problems.push({ what: 'The model has no such tensor.', where: placeOf(name, file.path), fix: OTHER });
  const [first, ...others] = problems;
  if (!first) return tensors;
  const outcome = others.length > 0 ? `${problems.length} tensors are not as config.json has them.` : undefined;
  throw severalProblems([first, ...others.slice(0, MOST_TOLD - 1)], outcome);
}

type Stored = TensorPlace & { readonly file: WeightsFile };

/** A head that is the embedding, and frequencies that follow from the configuration, are left unread. */
const isSkipped = (name: string, { tied }: DecoderConfig) =>
  (tied && name === 'lm_head.weight') || name.endsWith('.rotary_emb.inv_freq');

function lacking(name: string, files: readonly WeightsFile[]): Problem {
  return { what: `The model needs ${name}, and no file has it.`, where: files[0]!.path, fix: OTHER };
}

function misshapen(name: string, { shape, file }: Stored, wanted: readonly number[]): Problem {
  const what = `It has shape [${shape.join(', ')}]; config.json makes it [${wanted.join(', ')}].`;
  return { what, where: placeOf(name, file.path), fix: OTHER };
}

function formless(name: string, { dtype, file }: Stored): Problem {
  const what = `Values in ${dtype} cannot be used as weights.`;
  return { what, where: placeOf(name, file.path), fix: 'Save the tensor as F32, F16 or BF16.' };
}

/** What whole models are of another form, said once. */
function refuseOtherForms(stored: ReadonlyMap<string, Stored>): void {
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
