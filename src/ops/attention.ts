import backwardDotsSource from '../../shaders/attention.backward_dots.wgsl';
import backwardKvSource from '../../shaders/attention.backward_kv.wgsl';
import backwardQSource from '../../shaders/attention.backward_q.wgsl';
import forwardSource from '../../shaders/attention.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import { type Tensor, tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 32;

/** How a layer attends, where it is not as usual. */
export interface AttentionForm {
  /** What q · k is multiplied by; 1/√H where absent. */
  readonly scale?: number;
  /** c · tanh(z / c) of the scaled products, before the mask; null: none. */
  readonly cap?: number | null;
  /** How many blocks a query sees, its own among them: those above queryBlock − window; null: all before it. */
  readonly window?: number | null;
}

/** Workgroups of kernels where one invocation serves four rows (or positions) of a key head. */
const fours = (keyHeads: number, count: number) => flat(keyHeads * Math.ceil(count / 4), WORKGROUP);

/** A window that holds every block there can be. */
const NO_WINDOW = 2 ** 31 - 1;

/** What turns products of queries and keys into logits, and says which are seen. */
const plain = { SCALE: 1, CAP: 0, WINDOW: NO_WINDOW };

/** What both gradients read. */
const backwardInputs = {
  q: read('B T Q H'),
  kv: read('B S D H'),
  query_block: read('B T', 'i32'),
  key_block: read('B S', 'i32'),
  lse: read('B T Q'),
  dy: read('B T Q H'),
  row_dots: read('B T Q'),
};

export const attentionKernels = {
  forward: kernel({
    label: 'attention.forward',
    source: forwardSource,
    overrides: { WORKGROUP, ...plain },
    bindings: {
      q: read('B T Q H'),
      kv: read('B S D H'),
      query_block: read('B T', 'i32'),
      key_block: read('B S', 'i32'),
      y: write('B T Q H'),
      lse: write('B T Q'),
    },
    workgroups: ({ B, T, Q, D }) => fours((B * D) / 2, (T * 2 * Q) / D),
    flops: ({ B, T, S, Q, H }, { WINDOW = S }) => 4 * B * T * Math.min(S, WINDOW) * Q * H,
  }),
  backwardDots: kernel({
    label: 'attention.backward_dots',
    source: backwardDotsSource,
    overrides: { WORKGROUP },
    bindings: { y: read('B T Q H'), dy: read('B T Q H'), row_dots: write('B T Q') },
    workgroups: ({ B, T, Q }) => flat(B * T * Q, WORKGROUP),
    flops: ({ B, T, Q, H }) => 2 * B * T * Q * H,
  }),
  backwardQ: kernel({
    label: 'attention.backward_q',
    source: backwardQSource,
    overrides: { WORKGROUP, ...plain, ADD: false },
    bindings: { ...backwardInputs, dq: write('B T Q H') },
    workgroups: ({ B, T, Q, D }) => fours((B * D) / 2, (T * 2 * Q) / D),
    flops: ({ B, T, S, Q, H }, { WINDOW = S }) => 6 * B * T * Math.min(S, WINDOW) * Q * H,
  }),
  backwardKv: kernel({
    label: 'attention.backward_kv',
    source: backwardKvSource,
    overrides: { WORKGROUP, ...plain, ADD: false, FIRST: 0 },
    bindings: { ...backwardInputs, dkv: write('B S D H') },
    workgroups: ({ B, S, D }, { FIRST = 0 }) => fours((B * D) / 2, S - FIRST),
    flops: ({ B, T, S, Q, H }, { FIRST = 0, WINDOW = S }) => 8 * B * T * Math.min(S - FIRST, WINDOW) * Q * H,
  }),
};

/**
 * y = softmax(scale · q · kᵀ) · v. Query head n uses key head ⌊n / (Q / K)⌋, where D = 2 K. Key s is visible to query t
 * where queryBlock[b,t] − window < keyBlock[b,s] <= queryBlock[b,t]; a query that sees no key gets the mean of all S values.
 * @param q rotated queries
 * @param kv rotated keys (the first half of D), then values; what no query sees may hold anything, but a query that
 *   sees no key reads all of it
 * @param queryBlock i32, below 2^31 - 1; of a query that counts for nothing: -1
 * @param keyBlock i32; of a key that nobody may see: 2^31 - 1
 * @param constantKeys how many of the S, the first ones, are known to need no gradient: none is written for them
 * @throws Error where key heads do not divide query heads, or a cap or a window is not above 0
 */
export function attention(
  tape: Tape,
  {
    q,
    kv,
    queryBlock,
    keyBlock,
    constantKeys: FIRST = 0,
    scale,
    cap = null,
    window = null,
  }: {
    q: Tensor<'B T Q H'>;
    kv: Tensor<'B S D H'>;
    queryBlock: Tensor<'B T'>;
    keyBlock: Tensor<'B S'>;
    constantKeys?: number;
  } & AttentionForm,
): Tensor<'B T Q H'> {
  const { B, T, Q, H } = q.sizes;
  const { D } = kv.sizes;
  if (D % 2 !== 0 || (2 * Q) % D !== 0) {
    throw new Error(`attention: ${Q} query heads cannot share ${D / 2} key heads evenly`);
  }
  if ((cap ?? 1) <= 0 || (window ?? 1) <= 0) throw new Error(`attention: cap ${cap}, window ${window}: not above 0`);
  const SCALE = scale ?? 1 / Math.fround(Math.sqrt(H)); // rounded as in float32 arithmetic
  const form = { SCALE, CAP: cap ?? 0, WINDOW: window ?? NO_WINDOW };
  const y = tape.activation('attended', 'B T Q H', { B, T, Q, H });
  const lse = tape.activation('logsumexp of attention', 'B T Q', { B, T, Q });
  const inputs = { q, kv, query_block: queryBlock, key_block: keyBlock };
  tape.call(attentionKernels.forward, { ...inputs, y, lse }, form);
  tape.differentiable(y, [q, kv], (dy) => {
    const row_dots = tensor('row dots of attention', 'B T Q', { B, T, Q }, { kind: 'workspace', planned: true });
    tape.call(attentionKernels.backwardDots, { y, dy, row_dots });
    const shared = { ...inputs, lse, dy, row_dots };
    if (tape.needs(kv)) {
      const { d: dkv, ADD } = tape.gradient(kv);
      tape.call(attentionKernels.backwardKv, { ...shared, dkv }, { ...form, ADD, FIRST });
    }
    if (tape.needs(q)) {
      const { d: dq, ADD } = tape.gradient(q);
      tape.call(attentionKernels.backwardQ, { ...shared, dq }, { ...form, ADD });
    }
  });
  return y;
}
