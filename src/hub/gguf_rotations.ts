import type { ByteSource } from '../containers/byte_source';
import { type GgufHeader, readTensorRows } from '../containers/gguf';
import { dequantise } from '../containers/gguf_blocks';
import { placeOf } from '../containers/safetensors';
import type { DecoderConfig, Rotation } from '../model/decoder_config';
import { problem } from '../problem';
import { MOST } from './config';
import type { FamilyForm } from './family';
import { type ConfigFields, shown } from './fields';
import { ROPE_FACTORS } from './gguf_names';
import { MOST_BASE, MOST_FACTOR } from './rotations';
import { OTHER_FILE, OTHER_MODEL } from './ways_out';

/** What `rope_freqs.weight` holds; null where the file has none. @throws ProblemError where nothing can be divided by it */
export async function readFactors(
  source: ByteSource,
  { tensors }: GgufHeader,
  where: string,
): Promise<readonly number[] | null> {
  const tensor = tensors.get(ROPE_FACTORS);
  if (!tensor) return null;
  const place = placeOf(ROPE_FACTORS, where);
  if (tensor.type !== 'F32' || tensor.shape.length !== 1 || tensor.shape[0]! > MOST.head_dim)
    throw problem(`It is [${tensor.shape.join(', ')}] of ${tensor.type}, and not a row of F32.`, place, OTHER_FILE);
  const factors = [...dequantise('F32', await readTensorRows(source, tensor, { first: 0, count: 1 }, where), place)];
  if (factors.every((factor) => factor > 0 && Number.isFinite(factor))) return factors;
  throw problem('It holds a number that frequencies cannot be divided by.', place, OTHER_FILE);
}

/**
 * The rotation of layers that see everything; and in a family that has it, that of layers with a window.
 * @throws ProblemError for another scaling than a linear one and the factors
 */
export function readRotations(
  fields: ConfigFields,
  { localBase }: FamilyForm,
  factors: readonly number[] | null,
  headDim: number,
): DecoderConfig['rotations'] {
  const base = fields.positive('rope.freq_base', MOST_BASE, 1e4);
  const factor = readFactor(fields);
  const scaling = factors ? checkFactors(fields, factors, factor, headDim) : linear(factor);
  const rotation: Rotation = { base, ...(scaling ? { scaling } : {}) };
  if (localBase === undefined) return [rotation];
  return [rotation, { base: fields.positive('rope.freq_base_swa', MOST_BASE, localBase) }];
}

const linear = (factor: number): Rotation['scaling'] => (factor === 1 ? undefined : { type: 'linear', factor });

function checkFactors(
  fields: ConfigFields,
  factors: readonly number[],
  factor: number,
  headDim: number,
): Rotation['scaling'] {
  if (factor !== 1)
    throw fields.refuse(`It has the tensor ${ROPE_FACTORS}, and a factor of ${factor} besides.`, OTHER_MODEL);
  if (factors.length === headDim / 2) return { type: 'factors', factors };
  throw problem(
    `It has shape [${factors.length}]; the model's is [${headDim / 2}].`,
    placeOf(ROPE_FACTORS, fields.where),
    OTHER_FILE,
  );
}

/** By what positions are divided. */
function readFactor(fields: ConfigFields): number {
  const type = fields.has('rope.scaling.type') ? fields.get('rope.scaling.type') : 'linear';
  if (type !== 'linear' && type !== 'none')
    throw fields.refuse(
      `${fields.named('rope.scaling.type')} is ${shown(type)}, which is not known here.`,
      OTHER_MODEL,
    );
  const attention = fields.has('rope.scaling.attn_factor') ? fields.get('rope.scaling.attn_factor') : 1;
  if (attention !== 1)
    throw fields.refuse(
      `${fields.named('rope.scaling.attn_factor')} is ${shown(attention)}, which is not known here.`,
      OTHER_MODEL,
    );
  const key = fields.has('rope.scaling.factor') ? 'rope.scaling.factor' : 'rope.scale_linear';
  if (type === 'none' || !fields.has(key) || fields.get(key) === 0) return 1;
  return fields.positive(key, MOST_FACTOR);
}
