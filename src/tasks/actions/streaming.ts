/** What a streamed run does before its first step: it takes the frames that it will need through all that comes before the expert. */
import { hashOf } from '../../base/base';
import { Sha256 } from '../../containers/sha256';
import { Memory } from '../../gpu/memory';
import { totalOf } from '../../gpu/tensor';
import { pi0Config } from '../../model/config';
import type { PrefixStoreKey } from '../../prefixes/index_file';
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
import type { RecordedPrefixPass } from './prefix_pass';
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

/**
 * The prefixes of a run that is streamed. Of what the cameras saw, the pictures of one block of frames at a time are in memory;
 * which cameras saw a frame is kept with its prefix.
 */
export class StreamedPrefixes implements Sight {
  readonly #run: StreamingRun;
  #store: PrefixStore | null = null;
  /** The frames that go through the layers at this moment, by their numbers: the place of each among their pictures. */
  #block: ReadonlyMap<number, number> = new Map();
  #sight: Sight = heldSight([], () => -1);

  constructor(run: StreamingRun) {
    this.#run = run;
  }

  /** From which steps and sampling read; undefined where nothing is streamed. */
  get reader(): PrefixReader | undefined {
    const store = this.#store;
    return store ? { precision: store.key.precision, read: (sample) => store.read(sample) } : undefined;
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
    const { base, emit, openPrefixes } = this.#run;
    if (!openPrefixes) throw new Error('nothing says where streamed prefixes are kept');
    await base.identify?.(({ done, total }) => emit({ kind: 'phase', phase: 'reading', done, of: total }));
    const { info, tasks } = told.data.recording;
    const label = { model: base.summary.name, recording: info.robot || tasks[0] || info.layout };
    const { store, dropped } = await openPrefixes(keyOf(told, recordedPass), label);
    this.#store = store;
    for (const problem of dropped) emit({ kind: 'problem', problem });
    const missing = frames.filter(({ seen }) => !store.has(seen.samples[0]!));
    if (missing.length === 0) return;
    if (told.data.cameras.length > 0 && !this.#run.pictures) throw noPictures(missing.length, frames.length);
    for (const problem of (await this.#run.makeRoom?.(missing.length * store.recordBytes)) ?? [])
      emit({ kind: 'problem', problem });
    const words = wordsOf(frames, recordedPass);
    try {
      await fill({ ...this.#run, recordedPass, words, look: (some) => this.#look(some) }, missing, store);
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

function keyOf(told: ObserveParts, { config, precision, layerBytes }: RecordedPrefixPass): PrefixStoreKey {
  const { depth: layers } = pi0Config(config).backbone;
  return { weights: hashOf(told.base), data: hashOfFrames(told), precision, layers, layerBytes };
}

const noPictures = (missing: number, frames: number) =>
  problem(
    `What is kept in this browser lacks ${missing} of the ${frames} frames that the run needs, and their recording is not open.`,
    'data',
    'Open the recording again, read as it was, and go on with the run.',
  );

/** What the pass needs of a run. */
interface PassParts extends Pick<StreamingRun, 'gpu' | 'base' | 'control' | 'emit'> {
  readonly recordedPass: RecordedPrefixPass;
  readonly words: readonly number[];
  /** Called with the frames of a block before they are looked at. */
  readonly look: (frames: readonly FrameToTake[]) => Promise<void>;
}

/** Computes what the store lacks. */
async function fill(parts: PassParts, missing: readonly FrameToTake[], store: PrefixStore): Promise<void> {
  const { gpu, base, control, emit, recordedPass, words, look } = parts;
  if (!base.layers) throw new Error(`the weights of ${base.summary.name} cannot be read layer by layer`);
  const memory = new Memory(gpu.device);
  const { layers, frames: room, plan, flops } = recordedPass;
  const of = missing.length * layers.length;
  emit({ kind: 'phase', phase: 'frames', done: 0, of, layers: layers.length });
  let [before, most] = [0, 0];
  let startedAt = performance.now(); // later by what it has been paused
  const gate = async () => {
    const askedAt = performance.now();
    await goOn(control, emit);
    startedAt += performance.now() - askedAt;
  };
  try {
    const pass = new PrefixPass(memory, recordedPass, {
      weights: base.layers,
      words,
      gate,
      progress: ({ layer, frame, frames: some }) => {
        most = Math.max(most, totalOf(memory.bytesByKind()));
        const done = before + layer * some + frame;
        const secondsLeft = (secondsSince(startedAt) / done) * (of - done);
        emit({ kind: 'phase', phase: 'frames', done, of, layers: layers.length, secondsLeft });
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

/** Waits while the run is paused. @throws ProblemError where it is stopped */
async function goOn(control: RunControl, emit: StreamingRun['emit']): Promise<void> {
  if (control.paused) {
    emit({ kind: 'paused', step: 0, kept: false });
    await control.gate();
    if (!control.stopped) emit({ kind: 'unpaused', step: 0 });
  }
  await control.gate();
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
function hashOfFrames({ data, base, form, tokenizer }: ObserveParts): string {
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
