import { blockUntilReady, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import {
  ATTENTION_SCALE,
  BLOCK,
  type BlockLeaf,
  blockLeaves,
  blockTokens,
  blockValues,
  isTrainable,
  LEARNING_RATE,
  OPTIMIZER,
  shapeOf,
} from './block';

// jax-js counts references: a function consumes its arguments, and x.ref is another use of x.
type A = np.Array;
type Leaves = Record<string, A>;

/** What a step changes: LoRA's factors, both moments, and the powers of the betas. */
interface State extends Record<string, Leaves | A> {
  lora: Leaves;
  moment1: Leaves;
  moment2: Leaves;
  power1: A;
  power2: A;
}

const { T, D, H, K, F, V, R } = BLOCK;

/** The block's training step on jax-js under jit, with our mathematics; each call is one step and gives its loss. */
export function peerStep(): () => Promise<number> {
  const { frozen, state: initial } = initialValues();
  const gradient = valueAndGrad(loss);
  const step = jit((state: State, weights: Leaves): [A, State] => {
    const [value, gradients] = gradient(tree.ref(state.lora), weights) as [A, Leaves];
    return [value, adamw(state, clip(gradients))];
  });
  let state = initial;
  return async () => {
    const [value, next] = step(state, tree.ref(frozen)) as [A, State];
    state = next;
    const [number] = await value.data();
    await blockUntilReady(tree.ref(state));
    return number as number;
  };
}

/** Everything that does not train, laid out as the products below like it best, and a state that has seen no step. */
function initialValues() {
  const values = blockValues();
  const arrayOf = (name: BlockLeaf) => np.array(values[name]).reshape([...shapeOf(name)]);
  /** (G, I, O) to (I, G·O), so that all groups are one product. */
  const sideBySide = (name: BlockLeaf, I: number) => np.transpose(arrayOf(name), [1, 0, 2]).reshape([I, -1]);
  const { tokens, targets } = blockTokens();
  const oneHot = (ids: Uint32Array) => nn.oneHot(np.array(Int32Array.from(ids), { dtype: np.int32 }), V);
  const embedding = arrayOf('embedding');
  const x = np.matmul(oneHot(tokens), embedding.ref).mul(Math.sqrt(D));
  const frozen = {
    x,
    targets: oneHot(targets),
    embedding,
    q: sideBySide('q', D),
    kv: sideBySide('kv', D),
    o: arrayOf('o').reshape([H * K, D]),
    gating: sideBySide('gating', D),
    down: arrayOf('down'),
    ...rotation(),
  };
  const trainable = blockLeaves.filter(isTrainable);
  const zeros = () => Object.fromEntries(trainable.map((name) => [name, np.zeros([...shapeOf(name)])]));
  const lora = Object.fromEntries(trainable.map((name) => [name, arrayOf(name)]));
  const state: State = { lora, moment1: zeros(), moment2: zeros(), power1: np.array(1), power2: np.array(1) };
  return { frozen, state };
}

/** Cosines and sines of every position, (T, 1, K / 2). */
function rotation() {
  const angles = Array.from(
    { length: (T * K) / 2 },
    (_, n) => Math.floor(n / (K / 2)) / 10000 ** ((2 * (n % (K / 2))) / K),
  );
  const table = (f: (angle: number) => number) => np.array(Float32Array.from(angles, f)).reshape([T, 1, K / 2]);
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

const norm = (x: A) => {
  const variance = np.mean(np.square(x.ref), -1, { keepdims: true });
  return x.div(np.sqrt(variance.add(1e-6))); // the learned scale is frozen at 0: times 1
};

const rotated = (x: A, { cos, sin }: Leaves) => {
  const [first, second] = np.split(x, 2, -1) as [A, A];
  const low = first.ref.mul(cos!.ref).sub(second.ref.mul(sin!.ref));
  return np.concatenate([low, second.mul(cos!.ref).add(first.mul(sin!.ref))], -1);
};

/** LoRA of G groups that share the input x (T, I): (T, G, O). */
const grouped = (x: A, a: A, b: A) => np.einsum('gtr,gro->tgo', np.einsum('td,gdr->gtr', x, a), b);

function loss(lora: Leaves, w: Leaves): A {
  const l = lora as Record<BlockLeaf, A>;
  const x = w.x as A;
  const h = norm(x.ref);
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

  const h2 = norm(middle.ref);
  const gates = np
    .matmul(h2.ref, w.gating!)
    .reshape([T, 2, F])
    .add(grouped(h2, l.gating_a, l.gating_b));
  const [gate, value] = np.split(gates, 2, 1) as [A, A];
  const fed = nn.gelu(gate).mul(value).reshape([T, F]);
  const down = np.matmul(fed.ref, w.down!).add(np.matmul(np.matmul(fed, l.down_a), l.down_b));
  const logits = np.matmul(norm(middle.add(down)), np.transpose(w.embedding!));
  return np.sum(nn.logSoftmax(logits, -1).mul(w.targets!)).mul(-1 / T);
}

/** optax's clip_by_global_norm. */
function clip(gradients: Leaves): Leaves {
  const squares = Object.values(gradients).map((g) => np.sum(np.square(g.ref)));
  const total = np.sqrt(squares.reduce((sum, s) => sum.add(s)));
  const factor = np.minimum(np.array(1), np.array(OPTIMIZER.clipNorm).div(total));
  const clipped = Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, g.mul(factor.ref)]));
  factor.dispose();
  return clipped;
}

/** optax's adamw. */
function adamw({ lora, moment1, moment2, power1, power2 }: State, gradients: Leaves): State {
  const { beta1, beta2, epsilon, weightDecay } = OPTIMIZER;
  const next: State = {
    lora: {},
    moment1: {},
    moment2: {},
    power1: power1.mul(beta1),
    power2: power2.mul(beta2),
  };
  const correct = (moment: A, power: A) => moment.div(np.array(1).sub(power));
  for (const [name, g] of Object.entries(gradients)) {
    const m = moment1[name]!.mul(beta1).add(g.ref.mul(1 - beta1));
    const v = moment2[name]!.mul(beta2).add(np.square(g).mul(1 - beta2));
    const w = lora[name]!;
    const scaled = correct(m.ref, next.power1.ref).div(np.sqrt(correct(v.ref, next.power2.ref)).add(epsilon));
    next.moment1[name] = m;
    next.moment2[name] = v;
    next.lora[name] = w.ref.sub(scaled.add(w.mul(weightDecay)).mul(LEARNING_RATE));
  }
  return next;
}
