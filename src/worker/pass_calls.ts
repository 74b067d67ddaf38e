import type { Base } from '../base/base';
import { measureSpeed, secondsFor, workOf } from '../fit/speed';
import { factsOfGpu, NO_GPU_YET } from '../gpu/facts';
import type { FewerFrames, PassFrames } from '../plan/report';
import type { PrefixStoreKey } from '../prefixes/index_file';
import { listStores, roomFor, type StoreSummary, samplesIn } from '../prefixes/stores';
import { outcome } from '../problem';
import type { TaskSettings } from '../settings/task';
import type { RunFrames, StreamedPass } from '../tasks/actions/streamed_pass';
import type { PassCalls } from './api';
import type { Session } from './session';

/** What the calls need to know of the rest of the trainer. */
interface PassSources {
  readonly session: Session;
  /** Is a run under way? Then nothing is measured. */
  readonly busy: () => boolean;
  /** What goes before the steps of a run; null where nothing does. */
  readonly passOf: (base: Base, settings: TaskSettings) => Promise<StreamedPass | null>;
}

/** What is asked of a streamed run's frames before it starts. */
export function passCalls({ session, busy, passOf }: PassSources): PassCalls {
  const passFrames = async (settings: TaskSettings, atMost: readonly number[]) => {
    const base = await session.base(settings.base);
    const pass = await passOf(base, settings);
    if (!pass?.frames) return null;
    const tokenizer = await session.tokenizer(settings.base);
    const [stores, { freeBytes }] = await Promise.all([listStores(), roomFor(0)]);
    const own = ownStore(stores, pass.frames.key(tokenizer), base);
    const kept = own ? await samplesIn(own.id) : new Set<number>();
    const others = stores.filter(({ id, inUse }) => id !== own?.id && !inUse);
    const removableBytes = others.reduce((sum, { bytes }) => sum + bytes, 0);
    const room = { sure: base.hash !== null, freeBytes, removableBytes };
    return framesTold(pass.frames, { kept, room, recordBytes: pass.recordBytes }, atMost);
  };
  return {
    passFrames: (settings, atMost) => outcome(() => passFrames(settings, atMost)),
    secondsPerFrame: (settings) =>
      outcome(async () => {
        const [gpu, pass] = await Promise.all([session.gpu(), passOf(await session.base(settings.base), settings)]);
        return pass && !busy() ? secondsOf(gpu.device, pass) : null;
      }),
  };
}

/** The store of these frames: of the model's own weights, or of a model of its name where its files have not been read. */
export const ownStore = (
  stores: readonly StoreSummary[],
  key: Omit<PrefixStoreKey, 'weights'>,
  { hash, summary }: Pick<Base, 'hash' | 'summary'>,
): StoreSummary | undefined =>
  stores.find(
    (store) =>
      (hash === null ? store.label?.model === summary.name : store.key?.weights === hash) &&
      (['data', 'precision', 'layers', 'layerBytes'] as const).every((name) => store.key?.[name] === key[name]),
  );

interface Kept {
  /** Samples that are. */
  readonly kept: ReadonlySet<number>;
  /** What is kept of one. */
  readonly recordBytes: number;
  readonly room: Pick<PassFrames, 'sure' | 'freeBytes' | 'removableBytes'>;
}

/** How many frames go through, how many of them are kept, and what would do with fewer. @param atMost see PassFrames.fewer */
export function framesTold(
  frames: RunFrames,
  { kept, recordBytes, room }: Kept,
  atMost: readonly number[],
): PassFrames {
  const keptOf = (samples: readonly number[]) => samples.filter((sample) => kept.has(sample)).length;
  const fewer = (count: number): FewerFrames | null => {
    const found = frames.atMost(Math.floor(count));
    return found && { frames: found.frames, all: found.samples.length, kept: keptOf(found.samples) };
  };
  const { ofFrame, training, heldout, samples } = frames;
  const missing = samples.length - keptOf(samples);
  const { freeBytes, removableBytes } = room;
  const most = freeBytes === null ? samples.length : (freeBytes + removableBytes) / recordBytes;
  return {
    ofFrame,
    training,
    heldout,
    kept: samples.length - missing,
    ...room,
    onDisk: missing > most ? fewer(most) : null,
    fewer: atMost.map((count) => (missing > count ? fewer(count) : null)),
  };
}

/** How long one frame takes, from how long its programs take here; not what reading the weights takes beside them. */
async function secondsOf(device: GPUDevice, { calls }: StreamedPass): Promise<number> {
  const program = { forward: calls, backward: [], update: [], microBatches: 1 };
  return secondsFor(workOf(program), await measureSpeed(device, program, false));
}

/** Of the device; of WebGPU's defaults where there is none: a count needs none. */
export const gpuFactsOf = (session: Session) => session.gpu().then(factsOfGpu, () => NO_GPU_YET);
