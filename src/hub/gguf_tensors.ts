/** Which tensor of a GGUF is which of the hub's, and what was done to its values when it was converted. */
import type { GgufHeader, GgufTensor } from '../containers/gguf';
import { READABLE_TYPES, unreadable } from '../containers/gguf_blocks';
import { placeOf } from '../containers/safetensors';
import { DECODER, LINEARS } from '../leaves/decoder';
import { type LeafRow, pathOf } from '../leaves/row';
import type { DecoderConfig } from '../model/decoder_config';
import { leavesOf } from '../model/tree';
import { type Problem, severalProblems } from '../problem';
import { isFloat } from './elements';
import { isTied } from './gguf_config';
import { EMBEDDING, HEAD, linearName, PAIRED_MODULES, ROPE_FACTORS } from './gguf_names';
import { OTHER_FILE } from './ways_out';

/**
 * What a conversion to GGUF does to values, and reading undoes. `plus one`: norms that multiply by 1 + w hold 1 + w, in
 * float32. `pairs`: of the architecture llama, row (head, j, half) of q and k is the hub's row (head, half, j), since the two
 * channels that are rotated against each other lie beside each other; a bias has the same order.
 */
export type GgufTransform = 'none' | 'plus one' | 'pairs';

/** A tensor under its name on the hub. */
export interface HubTensor extends GgufTensor {
  /** In the file. */
  readonly name: string;
  readonly transform: GgufTransform;
}

/** Each leaf's name in the file, by its path. */
function namesOf({ postNorms, depth }: DecoderConfig): ReadonlyMap<string, string> {
  const rows: readonly (readonly [LeafRow, string])[] = [
    [DECODER.embedding, EMBEDDING],
    [DECODER.head, HEAD],
    [DECODER.finalNorm, 'output_norm.weight'],
    [DECODER.attentionNorm, 'blk.{l}.attn_norm.weight'],
    [DECODER.qNorm, 'blk.{l}.attn_q_norm.weight'],
    [DECODER.kNorm, 'blk.{l}.attn_k_norm.weight'],
    [DECODER.postAttentionNorm, postNorms ? 'blk.{l}.post_attention_norm.weight' : 'blk.{l}.ffn_norm.weight'],
    [DECODER.preFeedForwardNorm, 'blk.{l}.ffn_norm.weight'],
    [DECODER.postFeedForwardNorm, 'blk.{l}.post_ffw_norm.weight'],
    ...LINEARS.flatMap(({ module, weight, bias }) => [
      [weight, linearName(module, '{l}', 'weight')] as const,
      [bias, linearName(module, '{l}', 'bias')] as const,
    ]),
  ];
  const layers = Array.from({ length: depth }, (_, layer) => layer);
  return new Map(
    rows.flatMap(([row, name]) => layers.map((layer) => [pathOf(row, 0, layer), name.replace('{l}', String(layer))])),
  );
}

/** Rows whose channels lie in pairs in a llama's files. */
const PAIRED: readonly LeafRow[] = LINEARS.filter(({ module }) => PAIRED_MODULES.includes(module)).flatMap(
  ({ weight, bias }) => [weight, bias],
);

/** Problems that are told one by one; a wrong file has thousands. */
const MOST_TOLD = 12;

/**
 * Every tensor of the model, by its hub name.
 * @throws ProblemError that names each tensor that is missing, superfluous, of another shape, or of a type that is not read
 */
export function hubTensors(header: GgufHeader, config: DecoderConfig, where: string): ReadonlyMap<string, HubTensor> {
  const names = namesOf(config);
  const problems: Problem[] = [];
  const found = new Map<string, HubTensor>();
  for (const { row, path, shape } of leavesOf(config)) {
    const name = names.get(path)!;
    const tensor = header.tensors.get(name);
    const fault = tensor ? faultOf(tensor, shape, placeOf(name, where)) : lacking(name, where);
    if (fault) problems.push(fault);
    if (tensor) found.set(path, { ...tensor, name, transform: transformOf(row, config) });
  }
  const known = new Set([...found.values()].map(({ name }) => name));
  const others = [...header.tensors.keys()].filter((name) => !known.has(name) && !isPassed(name, config));
  problems.push(...others.map((name) => superfluous(name, where)));
  const [first, ...more] = problems;
  if (!first) return found;
  const outcome = more.length > 0 ? `${problems.length} tensors are not those of such a model.` : undefined;
  throw severalProblems([first, ...more.slice(0, MOST_TOLD - 1)], outcome);
}

const lacking = (name: string, where: string): Problem => ({
  what: `The model needs ${name}, and the file does not have it.`,
  where,
  fix: OTHER_FILE,
});

const superfluous = (name: string, where: string): Problem => ({
  what: 'The model has no such tensor.',
  where: placeOf(name, where),
  fix: OTHER_FILE,
});

/** Read elsewhere, or by nobody. */
const isPassed = (name: string, { family }: DecoderConfig) =>
  (name === HEAD && isTied(family)) || (name === ROPE_FACTORS && family === 'llama');

function transformOf(row: LeafRow, { norm, family }: DecoderConfig): GgufTransform {
  if (row.reader === 'rms_norm.scale') return norm.plusOne ? 'plus one' : 'none';
  return family === 'llama' && PAIRED.includes(row) ? 'pairs' : 'none';
}

function faultOf({ type, shape }: GgufTensor, wanted: readonly number[], where: string): Problem | null {
  if (String(shape) !== String(wanted))
    return {
      what: `It has shape [${shape.join(', ')}]; the model's is [${wanted.join(', ')}].`,
      where,
      fix: OTHER_FILE,
    };
  if (shape.length === 1 && !isFloat(type))
    return { what: `It is one row, and stored as ${type}, which no converter does.`, where, fix: OTHER_FILE };
  return READABLE_TYPES.includes(type) ? null : unreadable(type, where);
}

/** Rows, or the elements of a bias, in another order within each head. */
export interface HeadOrder {
  readonly headDim: number;
  /** Bytes of a row, or of an element. */
  readonly bytes: number;
}

/** Of whole heads whose channels lie in pairs, as the hub has them: the first halves of all pairs, then the second. */
export const halvesFromPairs = (stored: Uint8Array, order: HeadOrder) =>
  reordered(stored, order, (channel, half) => (channel < half ? 2 * channel : 2 * (channel - half) + 1));

/** The other way. */
export const pairsFromHalves = (ours: Uint8Array, order: HeadOrder) =>
  reordered(ours, order, (channel, half) => (channel >> 1) + (channel % 2) * half);

/** @param from Where the channel that comes to a place lies in `source`, both within a head */
function reordered(
  source: Uint8Array,
  { headDim, bytes }: HeadOrder,
  from: (channel: number, half: number) => number,
): Uint8Array<ArrayBuffer> {
  if (source.byteLength % (headDim * bytes) !== 0) throw new RangeError('Part of a head was given.');
  const result = new Uint8Array(source.byteLength);
  for (let head = 0; head < source.byteLength; head += headDim * bytes)
    for (let channel = 0; channel < headDim; channel++) {
      const at = head + from(channel, headDim / 2) * bytes;
      result.set(source.subarray(at, at + bytes), head + channel * bytes);
    }
  return result;
}
