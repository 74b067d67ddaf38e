import { blockUntilReady, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { LEARNING_RATE, OPTIMIZER } from './block';

// jax-js counts references: a function consumes its arguments, and x.ref is another use of x.
export type A = np.Array;
export type Leaves = Record<string, A>;

/** What a step changes: LoRA's factors, both moments, and the powers of the betas. */
interface State extends Record<string, Leaves | A> {
  lora: Leaves;
  moment1: Leaves;
  moment2: Leaves;
  power1: A;
  power2: A;
}

/**
 * Training steps on jax-js under jit, with our optimizer; each call is one step and gives its loss.
 * @param loss consumes both
 */
export function peerTraining(
  loss: (lora: Leaves, frozen: Leaves) => A,
  lora: Leaves,
  frozen: Leaves,
): () => Promise<number> {
  const gradient = valueAndGrad(loss);
  const step = jit((state: State, weights: Leaves): [A, State] => {
    const [value, gradients] = gradient(tree.ref(state.lora), weights) as [A, Leaves];
    return [value, adamw(state, clip(gradients))];
  });
  const zeros = () => Object.fromEntries(Object.entries(lora).map(([name, { shape }]) => [name, np.zeros(shape)]));
  let state: State = { lora, moment1: zeros(), moment2: zeros(), power1: np.array(1), power2: np.array(1) };
  return async () => {
    const [value, next] = step(state, tree.ref(frozen)) as [A, State];
    state = next;
    const [number] = await value.data();
    await blockUntilReady(tree.ref(state));
    return number as number;
  };
}

/** (N, V): 1 at each id. */
export const oneHot = (ids: Uint32Array, V: number): A =>
  nn.oneHot(np.array(Int32Array.from(ids), { dtype: np.int32 }), V);

/** Cosines and sines of T positions, (T, 1, H / 2). */
export function rotation(T: number, H: number, base: number) {
  const angles = Array.from(
    { length: (T * H) / 2 },
    (_, n) => Math.floor(n / (H / 2)) / base ** ((2 * (n % (H / 2))) / H),
  );
  const table = (f: (angle: number) => number) => np.array(Float32Array.from(angles, f)).reshape([T, 1, H / 2]);
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

export const rotated = (x: A, { cos, sin }: Leaves): A => {
  const [first, second] = np.split(x, 2, -1) as [A, A];
  const low = first.ref.mul(cos!.ref).sub(second.ref.mul(sin!.ref));
  return np.concatenate([low, second.mul(cos!.ref).add(first.mul(sin!.ref))], -1);
};

/** x / √(mean x² + epsilon), over the last axis. */
export const norm = (x: A, epsilon: number): A => {
  const variance = np.mean(np.square(x.ref), -1, { keepdims: true });
  return x.div(np.sqrt(variance.add(epsilon)));
};

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
