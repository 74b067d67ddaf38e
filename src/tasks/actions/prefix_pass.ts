import type { GpuFacts } from '../../gpu/facts';
import { emptyBytes } from '../../gpu/memory';
import { type BytesByKind, bytesOf, type Storage, type Tensor } from '../../gpu/tensor';
import type { ModelConfig } from '../../model/config';
import { Parameters, type Slice } from '../../model/parameters';
import { angleTable, type Pi0Shape, type PrefixInputs, prefixInputs, recordPrefix, tokensOf } from '../../model/pi0';
import { leavesOf } from '../../model/tree';
import { type Plan, plan } from '../../plan/plan';
import { type Segment, segmentsOf } from '../../plan/segments';
import { Tape } from '../../tape/tape';
import type { PassMemory } from '../../train/planned';
import { isInPrefix } from './prefix_rows';
import { caches, prefixTensors } from './step';

export type Precision = 'bf16' | 'f32';

/** What of a π0 comes before its expert, one layer after the other: the tower's, then the backbone's. */
export interface RecordedPrefixPass {
  /** Its vocabulary is the words that occur. */
  readonly config: ModelConfig;
  /** Of one frame. */
  readonly shape: Pi0Shape;
  readonly inputs: PrefixInputs;
  /** Of each layer of the backbone: its keys and values. */
  readonly kv: readonly Tensor<'B S D H'>[];
  readonly layers: readonly PassLayer[];
  /** Frames that go through a layer while it is on the GPU. */
  readonly frames: number;
  /** What each of them keeps between two layers. */
  readonly kept: Storage;
  /** How keys and values are kept on the host. */
  readonly precision: Precision;
  /** Bytes of one frame's keys and values of one layer, as they are kept. */
  readonly layerBytes: number;
  /** Keys and values pass through these on their way to the host. */
  readonly staging: readonly Storage[];
  readonly plan: PassPlan;
  /** Floating-point operations for one frame. */
  readonly flops: number;
}

/** A layer, or what lies between two of them. */
export interface PassLayer extends Segment {
  /** Frozen leaves that it alone reads. */
  readonly weights: readonly Slice[];
  /** Names of the inputs that it reads. */
  readonly inputs: readonly string[];
  /** The layer of the backbone whose keys and values it writes; null where it writes none. */
  readonly writes: number | null;
}

/** What the pass takes at most: what always lies on the GPU, and two layers that follow each other. */
export interface PassPlan extends Pick<Plan, 'slotOf' | 'slots'>, PassMemory {
  /** Buffers of their own that are there from the first layer to the last. */
  readonly persistent: readonly Storage[];
  readonly byKind: BytesByKind;
}

/** What a pass is recorded for. */
export interface PassShape {
  readonly cameras: number;
  readonly promptLength: number;
  /** Different words of all prompts. */
  readonly words: number;
  /** Frames in all. */
  readonly frames: number;
  readonly precision: Precision;
}

/** Bytes that the frames of a block may keep on the GPU between two layers. */
const KEPT_BYTES = 2 ** 28;
/** Frames of a block: so many are lost at most when the tab is closed, and of a small model more would save nothing. */
const MOST_FRAMES = 64;

/**
 * Records the pass. It needs no more than two layers' weights at a time: while frames go through one, the next is read.
 * @param bindingBytes the largest binding of the device
 */
export function recordPrefixPass(
  model: ModelConfig,
  { cameras, promptLength, words, frames: all, precision }: PassShape,
  { software, bindingBytes }: Pick<GpuFacts, 'software' | 'bindingBytes'>,
): RecordedPrefixPass {
  const config = { ...model, vocabSize: words };
  const shape = { B: 1, cameras, promptLength, horizon: 0 };
  const { prefix: S } = tokensOf(config, shape);
  const parameters = new Parameters(
    leavesOf(config).filter(({ path }) => isInPrefix(path)),
    () => true,
    {
      arenaBytes: bindingBytes,
    },
  );
  const kind = 'inputs';
  const inputs = prefixInputs(config, shape, { angles: angleTable(config, shape, kind), S, kind });
  const kv = caches(config, { B: 1, S, kind: 'prefix' });
  const tape = new Tape({ software });
  recordPrefix(tape, config, parameters, inputs, kv);
  const segments = segmentsOf(tape.forward, tape.cuts);
  const sliceOf = new Map(parameters.slices.map((slice) => [slice.storage, slice]));
  const named = Object.entries<Tensor<string>>(prefixTensors(inputs));
  const layers = segments.map((segment): PassLayer => {
    const read = new Set(segment.calls.flatMap(({ tensors }) => Object.values(tensors).map(({ storage }) => storage)));
    const writes = kv.findIndex(({ storage }) => read.has(storage));
    return {
      ...segment,
      weights: segment.own.flatMap((storage) => sliceOf.get(storage) ?? []),
      inputs: named.flatMap(([name, { storage }]) => (read.has(storage) ? [name] : [])),
      writes: writes < 0 ? null : writes,
    };
  });
  const keptBytes = Math.max(...layers.map(({ before }) => sumOf(before)));
  const room = Math.floor(Math.min(KEPT_BYTES, bindingBytes) / keptBytes);
  const frames = Math.max(1, Math.min(all, MOST_FRAMES, room));
  const kept: Storage = { label: 'between two layers', bytes: frames * keptBytes, kind: 'activations', planned: false };
  const staging = [0, 1].map((n) => stagingOf(n, kv[0]!));
  return {
    config,
    shape,
    inputs,
    kv,
    layers,
    frames,
    kept,
    precision,
    layerBytes: bytesOf(kv[0]!) / (precision === 'bf16' ? 2 : 1),
    staging,
    plan: planPass(tape, layers, kv, [kept, ...staging]),
    flops: tape.forward.reduce((sum, { flops }) => sum + flops, 0),
  };
}

const stagingOf = (n: number, kv: Tensor<'B S D H'>): Storage => ({
  label: `read keys and values ${n}`,
  bytes: bytesOf(kv),
  kind: 'staging',
  planned: false,
  use: 'read back',
});

/** Storages that a layer needs only while it runs. */
export const transientOf = ({ weights, writes }: PassLayer, kv: readonly Tensor<'B S D H'>[]): readonly Storage[] => [
  ...weights.flatMap(({ storage }) => storage ?? []),
  ...(writes === null ? [] : [kv[writes]!.storage]),
];

function planPass(
  { forward }: Tape,
  layers: readonly PassLayer[],
  kv: RecordedPrefixPass['kv'],
  also: readonly Storage[],
): PassPlan {
  const transients = layers.map((layer) => transientOf(layer, kv));
  const passing = new Set(transients.flat());
  const { slotOf, slots, persistent: all } = plan(forward, also);
  const persistent = all.filter((storage) => !passing.has(storage));
  const pairs = transients.map((own, n) => [...own, ...(transients[n + 1] ?? [])]);
  const largest = pairs.reduce((most, pair) => (sumOf(pair) > sumOf(most) ? pair : most));
  const most = [...persistent, ...slots, ...largest];
  const byKind = emptyBytes();
  for (const { kind, bytes } of most) byKind[kind] += bytes;
  return { slotOf, slots, persistent, most, byKind, totalBytes: sumOf(most) };
}

const sumOf = (storages: readonly Storage[]) => storages.reduce((total, { bytes }) => total + bytes, 0);
