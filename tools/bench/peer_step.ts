import { nn, numpy as np } from '@jax-js/jax';
import { ATTENTION_SCALE, BLOCK, type BlockLeaf, blockLeaves, blockValues, isTrainable, shapeOf } from './block';
import { drawTokens } from './draws';
import { type A, type Leaves, norm, oneHot, peerTraining, rotated, rotation } from './peer_training';

const { T, D, H, K, F, V, R } = BLOCK;
const EPSILON = 1e-6;

/** The block's training step on jax-js under jit, with our mathematics; each call is one step and gives its loss. */
export function peerStep(): () => Promise<number> {
  const values = blockValues();
  const arrayOf = (name: BlockLeaf) => np.array(values[name]).reshape([...shapeOf(name)]);
  const lora = Object.fromEntries(blockLeaves.filter(isTrainable).map((name) => [name, arrayOf(name)]));
  return peerTraining(loss, lora, frozenOf(arrayOf));
}

/** Everything that does not train, laid out as the products below like it best. */
function frozenOf(arrayOf: (name: BlockLeaf) => A): Leaves {
  /** (G, I, O) to (I, G·O), so that all groups are one product. */
  const sideBySide = (name: BlockLeaf, I: number) => np.transpose(arrayOf(name), [1, 0, 2]).reshape([I, -1]);
  const { tokens, targets } = drawTokens(T, V);
  const embedding = arrayOf('embedding');
  const x = np.matmul(oneHot(tokens, V), embedding.ref).mul(Math.sqrt(D));
  return {
    x,
    targets: oneHot(targets, V),
    embedding,
    q: sideBySide('q', D),
    kv: sideBySide('kv', D),
    o: arrayOf('o').reshape([H * K, D]),
    gating: sideBySide('gating', D),
    down: arrayOf('down'),
    ...rotation(T, K, 10000),
  };
}

/** LoRA of G groups that share the input x (T, I): (T, G, O). */
const grouped = (x: A, a: A, b: A) => np.einsum('gtr,gro->tgo', np.einsum('td,gdr->gtr', x, a), b);

/** Norms without their learned scale, which is frozen at 0: times 1. */
function loss(lora: Leaves, w: Leaves): A {
  const l = lora as Record<BlockLeaf, A>;
  const x = w.x as A;
  const h = norm(x.ref, EPSILON);
  const q = np
    .matmul(h.ref, w.q!)
    .reshape([T, H, K])
    .add(grouped(h.ref, l.q_a, l.q_b).mul(ATTENTION_SCALE));
  const kv = np
    .matmul(h.ref, w.kv!)
    .reshape([T, 2, K])
    .add(grouped(h, l.kv_a, l.kv_b).mul(ATTENTION_SCALE));
  const [k, v] = np.split(kv, 2, 1) as [A, A];
  const heads = nn.dotProductAttention(rotated(q, w), rotated(k, w), v, { isCausal: true }).reshape([T, H * K]);
  w.cos!.dispose();
  w.sin!.dispose();
  const summedB = np.sum(l.o_b, 0);
  const up = np.matmul(np.matmul(heads.ref, l.o_a.reshape([H * K, R])), summedB).mul(ATTENTION_SCALE);
  const middle = x.add(np.matmul(heads, w.o!)).add(up);

  const h2 = norm(middle.ref, EPSILON);
  const gates = np
    .matmul(h2.ref, w.gating!)
    .reshape([T, 2, F])
    .add(grouped(h2, l.gating_a, l.gating_b));
  const [gate, value] = np.split(gates, 2, 1) as [A, A];
  const fed = nn.gelu(gate).mul(value).reshape([T, F]);
  const down = np.matmul(fed.ref, w.down!).add(np.matmul(np.matmul(fed, l.down_a), l.down_b));
  const logits = np.matmul(norm(middle.add(down), EPSILON), np.transpose(w.embedding!));
  return np.sum(nn.logSoftmax(logits, -1).mul(w.targets!)).mul(-1 / T);
}
