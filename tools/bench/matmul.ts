import { blockUntilReady, numpy as np } from '@jax-js/jax';
import type { Gpu } from '../../src/gpu/device';
import { bind } from '../../src/gpu/dispatches';
import { type Call, call } from '../../src/gpu/kernel';
import { Memory } from '../../src/gpu/memory';
import { secondsOf } from '../../src/gpu/probe';
import { readFloats } from '../../src/gpu/read_back';
import { type Sizes, tensor } from '../../src/gpu/tensor';
import { backwardKernel, backwardWeightKernel, forwardKernel } from '../../src/ops/matmul';
import { interleave } from './timing';

/** N rows, I input channels, O output channels; which of the three products of a linear. */
interface Product {
  readonly name: string;
  readonly product: 'forward' | 'backward' | 'backwardWeight';
  readonly N: number;
  readonly I: number;
  readonly O: number;
}

const PRODUCTS: Product[] = [
  { name: '512 x 512 x 512', product: 'forward', N: 512, I: 512, O: 512 },
  { name: '256 x 640 x 2048', product: 'forward', N: 256, I: 640, O: 2048 },
  { name: '256 x 2048 x 640, transposed weight', product: 'backward', N: 256, I: 640, O: 2048 },
  { name: '640 x 256 x 8, transposed input', product: 'backwardWeight', N: 256, I: 640, O: 8 },
];

const ROUNDS = 7;
const WORK_PER_ROUND = 2e8; // floating-point operations: small products run several times a round

const floats = (count: number, step: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i * step));

/** Our products against jax-js's, f32, with their largest difference relative to the largest value. */
export async function benchMatmul(gpu: Gpu) {
  const results = [];
  for (const product of PRODUCTS) results.push({ name: product.name, ...(await benchProduct(gpu, product)) });
  return results;
}

async function benchProduct(gpu: Gpu, product: Product) {
  const { N, I, O } = product;
  const flops = 2 * N * I * O;
  const repeats = Math.max(1, Math.round(WORK_PER_ROUND / flops));
  const ours = await ourSide(gpu, product, repeats);
  const peer = peerSide(product, repeats);
  const times = await interleave({ ours: ours.work, peer: peer.work }, ROUNDS);
  const [a, b] = [await ours.result(), await peer.result()];
  const largest = a.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const difference = a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] as number))), 0) / largest;
  const rate = (ms: number) => Number(((flops * repeats) / ms / 1e6).toFixed(3));
  const rates = { ours_gflops: rate(times.ours_ms), peer_gflops: rate(times.peer_ms) };
  return { ...times, products_a_round: repeats, ...rates, kernel: ours.kernel, difference };
}

/** The two factors of each product, and the shape of what it gives. */
function factors({ product, N, I, O }: Product) {
  const [x, weight, dy] = [
    { shape: [N, I], values: floats(N * I, 0.37) },
    { shape: [I, O], values: floats(I * O, 0.11) },
    { shape: [N, O], values: floats(N * O, 0.23) },
  ] as const;
  if (product === 'forward') return [x, weight] as const;
  return product === 'backward' ? ([dy, weight] as const) : ([x, dy] as const);
}

async function ourSide(gpu: Gpu, product: Product, repeats: number) {
  const { device } = gpu;
  const memory = new Memory(device);
  const recorded = callOf(product, gpu);
  const [first, second, output] = Object.values(recorded.tensors) as [Tensors, Tensors, Tensors];
  const [a, b] = factors(product);
  memory.upload(first, a.values);
  memory.upload(second, b.values);
  const dispatches = await bind(device, [recorded], (storage) => memory.buffer(storage));
  const work = async () => {
    await secondsOf(device, dispatches, repeats);
  };
  return { work, result: () => readFloats(memory, output), kernel: recorded.kernel.label };
}

type Tensors = Call['tensors'][string];

function callOf({ product, N, I, O }: Product, gpu: Gpu): Call {
  const sizes = { N, J: 1, I, G: 1, O };
  const of = <const S extends string>(shape: S, own: Sizes<S>) => tensor(shape, shape, own, { kind: 'workspace' });
  const x = of('N J I', sizes);
  const weight = of('G I O', sizes);
  const y = of('N G O', sizes);
  if (product === 'forward') return call(forwardKernel(sizes, gpu), { x, weight, y });
  if (product === 'backward') return call(backwardKernel(sizes, gpu), { dy: y, weight, dx: x });
  return call(backwardWeightKernel(sizes, gpu), { x, dy: y, dweight: weight });
}

function peerSide(product: Product, repeats: number) {
  const [a, b] = factors(product).map(({ shape, values }) => np.array(values).reshape([...shape])) as [
    np.Array,
    np.Array,
  ];
  const once = () => {
    if (product.product === 'forward') return np.matmul(a.ref, b.ref);
    if (product.product === 'backward') return np.matmul(a.ref, np.transpose(b.ref));
    return np.matmul(np.transpose(a.ref), b.ref);
  };
  const work = async () => {
    const all = Array.from({ length: repeats }, once);
    await blockUntilReady(all);
    for (const y of all) y.dispose();
  };
  const result = async () => (await once().data()) as Float32Array;
  return { work, result };
}
