/** What a streamed run does before its first step: it takes the frames that it will need through all that comes before the expert. */
import { hashOf } from '../../base/base';
import { Sha256 } from '../../containers/sha256';
import { allocatePass } from '../../fit/trial';
import { Memory } from '../../gpu/memory';
import { totalOf } from '../../gpu/tensor';
import { pi0Config } from '../../model/config';
import type { PrefixStoreKey, StoreLabel } from '../../prefixes/index_file';
import { damagedAgain, damagedEntries, damagedRecord } from '../../prefixes/problems';
import type { PrefixStore } from '../../prefixes/store';
import { problem } from '../../problem';
import type { FramePlace } from '../../recording/chunks';
import { toldOnce } from '../../recording/problems';
import type { RunParts } from '../../run/task_run';
import type { ActionsSettings } from '../../settings/actions';
import type { RunControl } from '../../train/control';
import type { Seen } from './batch';
import { actionsFormOf, pi0Of } from './data';
import type { ActionsEvent } from './events';
import { type ObserveParts, promptTokens } from './observe';
import { shareOfBlock } from './pass_share';
import { type RecordedPrefixPass, transientOf } from './prefix_pass';
import { PrefixPass } from './run_prefix_pass';
import { heldSight, type ReadPictures, type Sight } from './sight';
import type { PrefixReader } from './stored_prefixes';

/** What streaming needs of a run, or of an evaluation later. */
export interface StreamingRun
  extends Pick<
    RunParts<ActionsSettings, ActionsEvent>,
    'gpu' | 'base' | 'control' | 'emit' | 'openPrefixes' | 'makeRoom'
  > {
  /** Null or absent where the recording is not open. */
  readonly pictures?: ReadPictures | null;
}

/** A frame of the run: where it is, and what is seen and told there; its images are made when they are asked for. */
export interface FrameToTake {
  readonly place: FramePlace;
  readonly seen: Seen;
}

/** What is read from a store. */
interface Wanted {
  readonly frames: readonly FrameToTake[];
  readonly recordedPass: RecordedPrefixPass;
  readonly label: StoreLabel;
  /** Something is seen in them. */
  readonly pictured: boolean;
}

/** A frame that is found damaged more often than this is not computed again. */
const MOST_MENDED = 3;

/**
 * The prefixes of a run that is streamed. Of what the cameras saw, the pictures of one block of frames at a time are in memory;
 * which cameras saw a frame is kept with its prefix.
 */
export class StreamedPrefixes implements Sight {
  readonly #run: StreamingRun;
  #store: PrefixStore | null = null;
  #wanted: Wanted | null = null;
  /** How often a frame was damaged. */
  readonly #damaged = new Map<number, number>();
  /** The frames that go through the layers at this moment, by their numbers: the place of each among their pictures. */
  #block: ReadonlyMap<number, number> = new Map();
  #sight: Sight = heldSight([], () => -1);

  constructor(run: StreamingRun) {
    this.#run = run;
  }

  /** From which steps and sampling read; undefined where nothing is streamed. */
  get reader(): PrefixReader | undefined {
    const store = this.#store;
    if (!store) return undefined;
    const read = (
      sample: number, // what was damaged is forgotten
    ) => (store.has(sample) ? store.read(sample) : { ok: false as const, problem: damagedRecord(sample) });
    return { precision: store.key.precision, read };
  }

  has(camera: number, frame: number): boolean {
    if (this.#block.has(frame)) return this.#sight.has(camera, frame);
    return (((this.#store?.seen(frame) ?? 0) >>> camera) & 1) === 1;
  }

  rgb(camera: number, frame: number): Uint8Array {
    return this.#sight.rgb(camera, frame);
  }

  /**
   * Opens the store of the run's frames, and computes those that are not in it, block after block; a block that is done is kept
   * whatever happens then.
   * @throws ProblemError where there is no room, no picture of what is not in it, or the run is stopped meanwhile
   */
  async open(told: ObserveParts, frames: readonly FrameToTake[], recordedPass: RecordedPrefixPass): Promise<void> {
    const { base, control, emit, openPrefixes } = this.#run;
    if (!openPrefixes) throw new Error('nothing says where streamed prefixes are kept');
    await base.identify?.(({ done, total }) => emit({ kind: 'phase', phase: 'reading', done, of: total }));
    const { info, tasks } = told.data.recording;
    const label = { model: base.summary.name, recording: info.robot || tasks[0] || info.layout };
    const { store, dropped } = await openPrefixes(keyOf(told, recordedPass), label);
    this.#store = store;
    const wanted = { frames, recordedPass, label, pictured: told.data.cameras.length > 0 };
    this.#wanted = wanted;
    for (const problem of dropped) emit({ kind: 'problem', problem });
    const missing = missingIn(store, frames);
    if (missing.length === 0) return;
    for (const problem of (await this.#run.makeRoom?.(missing.length * store.recordBytes)) ?? [])
      emit({ kind: 'problem', problem });
    await this.#compute(missing, wanted, store, () => goOn(control, emit));
  }

  /**
   * Where one of the frames was damaged, which has been said: looks through all that is kept of them, and computes again what is
   * damaged. It takes no notice of a stop: the end of a run may need these frames.
   * @param step steps done
   * @throws ProblemError where the pictures are not there any more, or a frame is damaged again and again
   */
  async mend(step: number): Promise<void> {
    const { control, emit } = this.#run;
    const [store, wanted] = [this.#store!, this.#wanted!];
    await readAll(store, wanted.frames);
    const missing = missingIn(store, wanted.frames);
    if (missing.length === 0) throw new Error('What was damaged is none of the frames of this run.');
    const others = missing.length - 1;
    if (others > 0) emit({ kind: 'problem', problem: damagedEntries(others, wanted.label) });
    for (const { seen } of missing) this.#count(seen.samples[0]!);
    await this.#compute(missing, wanted, store, () => pause(control, emit, step));
  }

  /** @throws ProblemError where it was damaged too often */
  #count(sample: number): void {
    const times = (this.#damaged.get(sample) ?? 0) + 1;
    if (times > MOST_MENDED) throw damagedAgain(sample);
    this.#damaged.set(sample, times);
  }

  /** @param gate see PassOptions @throws ProblemError where there are no pictures of what is missing */
  async #compute(
    missing: readonly FrameToTake[],
    { frames, recordedPass, pictured }: Wanted,
    store: PrefixStore,
    gate: () => Promise<void>,
  ): Promise<void> {
    if (pictured && !this.#run.pictures) throw noPictures(missing.length, frames.length);
    const words = wordsOf(frames, recordedPass);
    const look = (some: readonly FrameToTake[]) => this.#look(some);
    try {
      await fill({ ...this.#run, recordedPass, words, gate, look }, missing, store);
    } finally {
      this.#forget();
    }
  }

  async close(): Promise<void> {
    await this.#store?.close();
    this.#store = null;
  }

  /** Reads the pictures of some frames, and forgets those of others. */
  async #look(frames: readonly FrameToTake[]): Promise<void> {
    const { pictures, emit } = this.#run;
    if (!pictures) return;
    this.#forget();
    const read = await pictures(frames.map(({ place }) => place));
    const block = new Map(frames.map(({ seen }, n) => [seen.samples[0]!, n]));
    this.#sight = heldSight(read, (frame) => block.get(frame) ?? -1);
    this.#block = block;
    for (const problem of toldOnce(read.flatMap(({ problems }) => problems))) emit({ kind: 'problem', problem });
  }

  #forget(): void {
    this.#block = new Map();
    this.#sight = heldSight([], () => -1);
  }
}

const keyOf = (told: ObserveParts, pass: RecordedPrefixPass): PrefixStoreKey => ({
  weights: hashOf(told.base),
  ...framesKeyOf(told, pass),
});

/** What a frame shows and tells by; the robot, where prompts tell its state. */
type ToldBy = Pick<ObserveParts, 'data' | 'base' | 'tokenizer'> & Partial<Pick<ObserveParts, 'form'>>;

/** What a store depends on beside the weights. */
export function framesKeyOf(
  told: ToldBy,
  { config, precision, layerBytes }: RecordedPrefixPass,
): Omit<PrefixStoreKey, 'weights'> {
  const { depth: layers } = pi0Config(config).backbone;
  return { data: hashOfFrames(told), precision, layers, layerBytes };
}

const noPictures = (missing: number, frames: number) =>
  problem(
    `What is kept in this browser lacks ${missing} of the ${frames} frames that the run needs, and their recording is not open.`,
    'data',
    'Open the recording again, read as it was, and go on with the run.',
  );

const missingIn = (store: PrefixStore, frames: readonly FrameToTake[]) =>
  frames.filter(({ seen }) => !store.has(seen.samples[0]!));

/** Records that are read before others get a turn. */
const READ_IN_A_TURN = 32;

/** Reads all that is there of these frames: the store forgets what is damaged. */
async function readAll(store: PrefixStore, frames: readonly FrameToTake[]): Promise<void> {
  const into = new Uint8Array(store.recordBytes);
  for (const [n, { seen }] of frames.entries()) {
    if (n % READ_IN_A_TURN === 0) await new Promise((resolve) => setTimeout(resolve));
    if (store.has(seen.samples[0]!)) store.read(seen.samples[0]!, into);
  }
}

/** What the pass needs of a run. */
interface PassParts extends Pick<StreamingRun, 'gpu' | 'base' | 'emit'> {
  readonly recordedPass: RecordedPrefixPass;
  readonly words: readonly number[];
  /** See PassOptions. */
  readonly gate: () => Promise<void>;
  /** Called with the frames of a block before they are looked at. */
  readonly look: (frames: readonly FrameToTake[]) => Promise<void>;
}

/** Share of the first block after which its time tells how long the rest takes. */
const TOLD_FROM = 0.02;

/** Computes what the store lacks. */
async function fill(parts: PassParts, missing: readonly FrameToTake[], store: PrefixStore): Promise<void> {
  const { gpu, base, emit, recordedPass, words, look } = parts;
  if (!base.layers) throw new Error(`the weights of ${base.summary.name} cannot be read layer by layer`);
  const memory = new Memory(gpu.device);
  const { layers, frames: room, kv, plan, flops } = recordedPass;
  const of = missing.length * layers.length;
  emit({ kind: 'phase', phase: 'frames', done: 0, of, layers: layers.length });
  let [before, most] = [0, 0];
  let startedAt = performance.now(); // later by what it has been paused
  const gate = async () => {
    const askedAt = performance.now();
    await parts.gate();
    startedAt += performance.now() - askedAt;
  };
  const shareOf = shareOfBlock(layers);
  try {
    await allocatePass(gpu.device, memory, plan);
    memory.release(layers.flatMap((layer) => transientOf(layer, kv)));
    const pass = new PrefixPass(memory, recordedPass, {
      weights: base.layers,
      words,
      gate,
      progress: (at) => {
        most = Math.max(most, totalOf(memory.bytesByKind()));
        const done = before + at.layer * at.frames + at.frame;
        const ofBlock = shareOf(at);
        const share = (before / layers.length + ofBlock * at.frames) / missing.length;
        const isKnown = before > 0 || ofBlock >= TOLD_FROM;
        const left = isKnown ? { secondsLeft: secondsSince(startedAt) * (1 / share - 1) } : {};
        emit({ kind: 'phase', phase: 'frames', done, of, layers: layers.length, ...left });
      },
    });
    for (let first = 0; first < missing.length; first += room) {
      await gate();
      const some = missing.slice(first, first + room);
      await look(some);
      const seen = some.map((frame) => frame.seen);
      const block = store.begin(
        seen.map(({ samples }) => samples[0]!),
        seen.map(({ imageMask }) => bitsOf(imageMask)),
      );
      await pass.run(seen, block);
      block.commit();
      before += some.length * layers.length;
    }
    emit({
      kind: 'pass',
      frames: missing.length,
      plannedBytes: plan.totalBytes,
      allocatedBytes: most,
      seconds: secondsSince(startedAt),
      flops: missing.length * flops,
    });
  } finally {
    memory.destroy();
  }
}

/** A bit for each camera, the first one's the lowest. */
const bitsOf = (mask: ArrayLike<number>): number =>
  Array.from(mask).reduce((bits, is, camera) => (is ? (bits | (1 << camera)) >>> 0 : bits), 0);

const secondsSince = (at: number) => (performance.now() - at) / 1000;

/** Waits while the run is paused. @param step steps done */
async function pause(control: RunControl, emit: StreamingRun['emit'], step: number): Promise<void> {
  if (control.paused) {
    emit({ kind: 'paused', step, kept: false });
    await control.gate();
    if (!control.stopped) emit({ kind: 'unpaused', step });
  }
  await control.gate();
}

/** The same before the first step. @throws ProblemError where the run is stopped */
async function goOn(control: RunControl, emit: StreamingRun['emit']): Promise<void> {
  await pause(control, emit, 0);
  if (!control.stopped) return;
  throw problem(
    'The run was stopped before its first step.',
    'frames',
    'Blocks of frames that were done are kept: a new run on the same recording goes on behind them.',
  );
}

/** Ids of all words, as many as the pass has places for; the first stands in those that are left over. */
function wordsOf(frames: readonly FrameToTake[], { config }: RecordedPrefixPass): number[] {
  const words = distinctWords(frames);
  return Array.from({ length: config.vocabSize }, (_, n) => words[n] ?? words[0]!);
}

/** Ids of all words of the prompts, padding too, in order. */
export const distinctWords = (frames: readonly FrameToTake[]): number[] =>
  [...new Set(frames.flatMap(({ seen }) => Array.from(seen.promptTokens)))].sort((a, b) => a - b);

/**
 * A hash of all that decides what a frame shows and tells, but for which frame it is: the recording and its files, the
 * cameras, how pictures are made, and how states and prompts are told.
 */
function hashOfFrames({ data, base, form, tokenizer }: ToldBy): string {
  const hash = new Sha256();
  const { fps, tasks, episodes, jointNames } = data.recording;
  const { promptLength, stateInPrompt } = actionsFormOf(base);
  const told = {
    size: pi0Of(base).img.imageSize,
    promptLength,
    ...(stateInPrompt ? { form } : {}),
    cameras: data.cameras.map(({ name, place, files }) => [name, place, files]),
    prompts: tasks.map((text) => promptTokens(tokenizer, text, promptLength).ids),
    recording: [fps, jointNames, episodes.map(({ index, length }) => [index, length])],
  };
  hash.update(new TextEncoder().encode(JSON.stringify(told)));
  for (const { state, action, timestamps, task } of episodes)
    for (const values of [state, action, timestamps, task])
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest();
}
