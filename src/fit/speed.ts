import { bind, type Dispatch } from '../gpu/dispatches';
import type { Call } from '../gpu/kernel';
import { Memory } from '../gpu/memory';
import { secondsOf } from '../gpu/probe';
import { bytesOf } from '../gpu/tensor';
import type { RecordedStep } from '../train/record';

/**
 * Kinds of dispatches that take about as long for the same work: products by how they are computed, those with LoRA's
 * thin factors apart; attention; and all else, which moves bytes.
 */
const FAMILIES = ['matmul_wide', 'matmul_tiled', 'thin', 'matmul', 'attention', 'bytes'] as const;
type Family = (typeof FAMILIES)[number];

/** What a step has to do. */
export interface Work {
  /** Floating-point operations; of the family `bytes`, bytes that are read and written. */
  readonly amounts: Readonly<Record<Family, number>>;
  readonly dispatches: number;
  /** Times that the processor waits for the GPU. */
  readonly waits: number;
}

/** How fast a device does it. */
export interface Speed {
  /** Of each family, the amount a second, without what a dispatch costs. */
  readonly rates: Readonly<Record<Family, number>>;
  readonly secondsPerDispatch: number;
  readonly secondsPerWait: number;
}

type StepCalls = Pick<RecordedStep<never>, 'forward' | 'backward' | 'update' | 'microBatches'>;

/** Programs that now and then run before a step, such as the constant prefix of samples that are seen for the first time. */
export interface Extra {
  readonly calls: readonly Call[];
  /** Times a step, on average. */
  readonly timesPerStep: number;
}

/** What one optimizer step has to do. */
export function workOf({ forward, backward, update, microBatches }: StepCalls, extra?: Extra): Work {
  const amounts = noAmounts();
  let dispatches = 0;
  const add = (calls: readonly Call[], times: number) => {
    for (const call of calls) amounts[familyOf(call)] += times * amountOf(call);
    dispatches += times * calls.length;
  };
  add(forward, microBatches);
  add(backward, microBatches);
  add(update, 1);
  if (extra) add(extra.calls, extra.timesPerStep);
  return { amounts, dispatches, waits: extra ? 1 + microBatches : 1 };
}

/** Predicted wall-clock seconds. */
export function secondsFor(
  { amounts, dispatches, waits }: Work,
  { rates, secondsPerDispatch, secondsPerWait }: Speed,
): number {
  const computing = FAMILIES.reduce((sum, family) => sum + amounts[family] / rates[family], 0);
  return computing + dispatches * secondsPerDispatch + waits * secondsPerWait;
}

/** Least time of a measurement: below, clocks and scheduling weigh too much. */
const SECONDS = 0.012;

const ROUNDS = 3;

/** More of them: what disturbs comes and goes. */
const CROWDED_ROUNDS = 5;

/**
 * Runs typical dispatches of a recorded step on scratch memory, for a fraction of a second once their
 * pipelines are compiled; the run that follows needs those too. Not during a run, which it would slow down and which
 * would slow it down.
 * @param causal each query sees the keys before it, as in the text task; else all keys
 */
export async function measureSpeed(
  device: GPUDevice,
  { forward, backward }: StepCalls,
  causal: boolean,
): Promise<Speed> {
  const memory = new Memory(device);
  try {
    const calls = [...forward, ...backward];
    const secondsPerWait = await least(() => secondsOf(device, [], 0));
    const tiny = await time(device, memory, smallestOf(calls), secondsPerWait);
    const timed: Timed[] = [];
    for (const call of typicalOfEach(calls)) {
      if (causal) fillBlocks(memory, call);
      timed.push(await time(device, memory, call, secondsPerWait));
    }
    const crowding = await crowdingOf(device, timed, secondsPerWait);
    const rates = ratesOf(timed, tiny.seconds);
    for (const family of FAMILIES) rates[family] /= crowding;
    return { rates, secondsPerDispatch: crowding * tiny.seconds, secondsPerWait: crowding * secondsPerWait };
  } finally {
    memory.destroy();
  }
}

/** Operations a second of the fastest products. */
export function flopsPerSecond({ rates }: Speed): number {
  return Math.max(rates.matmul, rates.matmul_tiled, rates.matmul_wide);
}

function familyOf({ kernel: { label }, tensors }: Call): Family {
  const [name = ''] = label.split('.');
  if (name === 'attention') return 'attention';
  if (!name.startsWith('matmul')) return 'bytes';
  const weight = tensors.weight ?? tensors.dweight;
  const { I = 0, O = 0 } = (weight?.sizes ?? {}) as { readonly I?: number; readonly O?: number };
  return name === 'matmul_tiled' && Math.min(I, O) <= THIN ? 'thin' : (name as Family);
}

/** Channels of a thin product: such tiles keep few processors busy. */
const THIN = 16;

/** How much a dispatch does, in its family's measure. */
function amountOf(call: Call): number {
  if (familyOf(call) !== 'bytes') return call.flops;
  const table = call.kernel.label === 'embed.forward' ? call.tensors.table : undefined; // reads a few rows of it
  return Object.values(call.tensors).reduce((sum, t) => sum + (t === table ? 0 : bytesOf(t)), 0);
}

const noAmounts = (): Record<Family, number> => ({
  matmul_wide: 0,
  matmul_tiled: 0,
  thin: 0,
  matmul: 0,
  attention: 0,
  bytes: 0,
});

/**
 * Of each family the dispatch whose amount is nearest to their mean: if time is a part that is always the same and a part
 * that grows with the amount, this one takes as long as they do on average. Of those that move bytes the largest: what is
 * always the same is measured by the smallest, and the update, which is not among them, moves far more.
 */
function typicalOfEach(calls: readonly Call[]): Call[] {
  return FAMILIES.flatMap((family) => {
    const own = calls.filter((call) => familyOf(call) === family).map((call) => ({ call, amount: amountOf(call) }));
    const mean = own.reduce((sum, { amount }) => sum + amount, 0) / own.length;
    const target = family === 'bytes' ? Math.max(...own.map(({ amount }) => amount)) : mean;
    const [nearest] = own.toSorted((a, b) => Math.abs(a.amount - target) - Math.abs(b.amount - target));
    return nearest ? [nearest.call] : [];
  });
}

/** The dispatch that moves the fewest bytes: what it takes is what any dispatch takes. */
const smallestOf = (calls: readonly Call[]): Call =>
  calls.filter((call) => familyOf(call) === 'bytes').reduce((a, b) => (amountOf(b) < amountOf(a) ? b : a));

/** A dispatch, and how long one takes among many of them in one submit, undisturbed. */
interface Timed {
  readonly call: Call;
  readonly dispatches: readonly Dispatch[];
  readonly repetitions: number;
  readonly seconds: number;
}

async function time(device: GPUDevice, memory: Memory, call: Call, secondsPerWait: number): Promise<Timed> {
  const dispatches = await bind(device, [call], (storage) => memory.buffer(storage));
  const once = await least(() => secondsOf(device, dispatches, 1));
  const repetitions = Math.max(1, Math.min(200, Math.ceil(SECONDS / Math.max(once - secondsPerWait, 1e-6))));
  const all = repetitions > 1 ? await least(() => secondsOf(device, dispatches, repetitions)) : once;
  return { call, dispatches, repetitions, seconds: Math.max(1e-9, all - secondsPerWait) / repetitions };
}

/**
 * How much longer everything takes while the machine does other things too: all dispatches in one long submit, against
 * what each took undisturbed. It slows all runs alike, so it changes no order.
 */
async function crowdingOf(device: GPUDevice, timed: readonly Timed[], secondsPerWait: number): Promise<number> {
  const all = timed.flatMap(({ dispatches, repetitions }) =>
    Array.from({ length: repetitions }, () => dispatches).flat(),
  );
  const undisturbed = timed.reduce((sum, { repetitions, seconds }) => sum + repetitions * seconds, secondsPerWait);
  let seconds = 0;
  for (let round = 0; round < CROWDED_ROUNDS; round++) seconds += await secondsOf(device, all, 1);
  return Math.max(1, seconds / (CROWDED_ROUNDS * undisturbed));
}

/** The least of a few: what disturbs a short measurement can only add. */
async function least(measure: () => Promise<number>): Promise<number> {
  let seconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) seconds = Math.min(seconds, await measure());
  return seconds;
}

/** Each query sees the keys up to its own: in a fresh buffer all keys would be seen, at twice the cost. */
function fillBlocks(memory: Memory, { tensors }: Call): void {
  for (const t of Object.values(tensors)) {
    if (t.type !== 'i32') continue;
    const { B = 1 } = t.sizes as { readonly B?: number };
    const length = bytesOf(t) / 4;
    memory.upload(
      t,
      Int32Array.from({ length }, (_, n) => n % (length / B)),
    );
  }
}

/** A family that the step does not use goes by the nearest one. */
function ratesOf(timed: readonly Timed[], secondsPerDispatch: number): Record<Family, number> {
  const known = new Map(
    timed.map(({ call, seconds }) => [
      familyOf(call),
      amountOf(call) / Math.max(seconds - secondsPerDispatch, seconds / 4),
    ]),
  );
  const nearest = (...families: Family[]) => families.flatMap((family) => known.get(family) ?? [])[0] ?? 1e9;
  return {
    matmul_wide: nearest('matmul_wide', 'matmul_tiled', 'thin', 'matmul'),
    matmul_tiled: nearest('matmul_tiled', 'thin', 'matmul_wide', 'matmul'),
    thin: nearest('thin', 'matmul_tiled', 'matmul', 'matmul_wide'),
    matmul: nearest('matmul', 'thin', 'matmul_tiled', 'matmul_wide'),
    attention: nearest('attention', 'thin', 'matmul_tiled'),
    bytes: nearest('bytes'),
  };
}
