import { readGgufHeader } from '../../src/containers/gguf';
import {
  copyGguf,
  type GgufChanges,
  type GgufContent,
  type GgufStream,
  type GgufValue,
  writeGguf,
} from '../../src/containers/gguf_write';
import { type GgufModel, openGguf } from '../../src/hub/gguf_model';
import { collected, sourceOf } from '../containers/gguf/file';

type Shapes = Readonly<Record<string, readonly number[]>>;
export type Metadata = Readonly<Record<string, GgufValue>>;

export const u32 = (value: number): GgufValue => ({ type: 'u32', value });
export const f32 = (value: number): GgufValue => ({ type: 'f32', value });
export const text = (value: string): GgufValue => ({ type: 'string', value });

/** A model of zeros. @param own keys of its architecture, without its name before them */
export function zeros(architecture: string, own: Metadata, shapes: Shapes, others: Metadata = {}): GgufStream {
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', text(architecture)],
    ...Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value] as const),
    ...Object.entries(others),
  ]);
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const bytes = 4 * shape.reduce((product, length) => product * length, 1);
    const content: GgufContent = { type: 'F32', chunks: () => [new Uint8Array(bytes)] };
    return [name, { ...content, shape }] as const;
  });
  return writeGguf(metadata, new Map(tensors));
}

/** Keys that every architecture has. */
export const SIZES = {
  context_length: u32(512),
  embedding_length: u32(24),
  block_count: u32(2),
  feed_forward_length: u32(20),
  'attention.head_count': u32(4),
  'attention.head_count_kv': u32(2),
  'attention.key_length': u32(8),
  'attention.value_length': u32(8),
  'attention.layer_norm_rms_epsilon': f32(1e-6),
  'rope.freq_base': f32(1e6),
} as const;

/** Tensors of such a model with so many layers. @param more of each layer, beside those that all have */
export function shapesOf(depth: number, more: Shapes = {}): Shapes {
  const layer: Shapes = {
    'attn_norm.weight': [24],
    'ffn_norm.weight': [24],
    'attn_q.weight': [32, 24],
    'attn_k.weight': [16, 24],
    'attn_v.weight': [16, 24],
    'attn_output.weight': [24, 32],
    'ffn_gate.weight': [20, 24],
    'ffn_up.weight': [20, 24],
    'ffn_down.weight': [24, 20],
    ...more,
  };
  const blocks = Array.from({ length: depth }, (_, n) =>
    Object.entries(layer).map(([name, shape]) => [`blk.${n}.${name}`, shape]),
  );
  return { 'token_embd.weight': [40, 24], 'output_norm.weight': [24], ...Object.fromEntries(blocks.flat()) };
}

export const POST_NORMS = { 'post_attention_norm.weight': [24], 'post_ffw_norm.weight': [24] } as const;
export const HEAD_NORMS = { 'attn_q_norm.weight': [8], 'attn_k_norm.weight': [8] } as const;
export const BIASES = { 'attn_q.bias': [32], 'attn_k.bias': [16], 'attn_v.bias': [16] } as const;

export const open = async (stream: GgufStream): Promise<GgufModel> =>
  openGguf(sourceOf(await collected(stream)), 'a.gguf');

/** A file with changes, opened. */
export async function openChanged(bytes: Uint8Array<ArrayBuffer>, changes: GgufChanges): Promise<GgufModel> {
  const source = sourceOf(bytes);
  return open(copyGguf(source, await readGgufHeader(source, 'a.gguf'), 'a.gguf', changes));
}
