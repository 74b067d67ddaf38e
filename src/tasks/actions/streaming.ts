/** What a streamed run does before its first step: it takes the frames that it will need through all that comes before the expert. */
import { hashOf } from '../../base/base';
import { Sha256 } from '../../containers/sha256';
import { Memory } from '../../gpu/memory';
import { totalOf } from '../../gpu/tensor';
import { pi0Config } from '../../model/config';
import { tokensOf } from '../../model/pi0';
import type { PrefixStoreKey } from '../../prefixes/index_file';
import type { PrefixStore } from '../../prefixes/store';
import { problem } from '../../problem';
import type { RunParts } from '../../run/task_run';
import type { ActionsSettings } from '../../settings/actions';
import type { RunControl } from '../../train/control';
import type { Seen } from './batch';
import { actionsFormOf, pi0Of } from './data';
import type { ActionsEvent } from './events';
import { type ObserveParts, promptTokens } from './observe';
import { layerBytesOf, type RecordedPrefixPass } from './prefix_pass';
import type { PreparedActions } from './prepare';
import { PrefixPass } from './run_prefix_pass';
import type { PrefixReader } from './stored_prefixes';

/** What streaming needs of a run, or of an evaluation later. */
export type StreamingRun = Pick<
  RunParts<ActionsSettings, ActionsEvent>,
  'gpu' | 'base' | 'control' | 'emit' | 'openPrefixes' | 'makeRoom'
>;

interface StreamingParts extends StreamingRun {
  readonly recordedPass: RecordedPrefixPass;
  readonly precision: 'bf16' | 'f32';
  /** What is seen and told in every frame that the run will need, one by one; images are made when they are asked for. */
  readonly frames: readonly Seen[];
}

/** The prefixes of a run that is streamed; of any other run nothing. */
export class StreamedPrefixes {
  readonly #run: StreamingRun;
  readonly #told: ObserveParts;
  readonly #frames: readonly Seen[];
  readonly #prepared: Pick<PreparedActions, 'recordedPass'>;
  #store: PrefixStore | null = null;

  constructor(
    run: StreamingRun,
    told: ObserveParts,
    frames: readonly Seen[],
    prepared: Pick<PreparedActions, 'recordedPass'>,
  ) {
    this.#run = run;
    this.#told = told;
    this.#frames = frames;
    this.#prepared = prepared;
  }

  /** From which steps and sampling read; undefined where nothing is streamed. */
  get reader(): PrefixReader | undefined {
    const store = this.#store;
    return store ? { precision: store.key.precision, read: (sample) => store.read(sample) } : undefined;
  }

  /**
   * Opens the store of the run's frames, and computes those that are not in it, block after block; a block that is done is kept
   * whatever happens then.
   * @throws ProblemError where there is no room, or the run is stopped meanwhile
   */
  async open(): Promise<void> {
    const { recordedPass } = this.#prepared;
    if (!recordedPass) return;
    const { base, emit, openPrefixes } = this.#run;
    if (!openPrefixes) throw new Error('nothing says where streamed prefixes are kept');
    await base.identify?.(({ done, total }) => emit({ kind: 'phase', phase: 'reading', done, of: total }));
    const precision = actionsFormOf(base).streamed ? 'bf16' : 'f32';
    const parts = { ...this.#run, recordedPass, precision, frames: this.#frames } as const;
    const { info, tasks } = this.#told.data.recording;
    const label = { model: base.summary.name, recording: info.robot || tasks[0] || info.layout };
    const { store, dropped } = await openPrefixes(this.#keyOf(parts), label);
    this.#store = store;
    for (const problem of dropped) emit({ kind: 'problem', problem });
    await fill(parts, store);
  }

  async close(): Promise<void> {
    await this.#store?.close();
    this.#store = null;
  }

  #keyOf({ base, recordedPass, precision }: StreamingParts): PrefixStoreKey {
    const { config, shape } = recordedPass;
    const layerBytes = layerBytesOf(config, tokensOf(config, shape).prefix, precision);
    const { depth: layers } = pi0Config(config).backbone;
    return { weights: hashOf(base), data: hashOfFrames(this.#told), precision, layers, layerBytes };
  }
}

/** Computes what the store lacks. */
async function fill(parts: StreamingParts, store: PrefixStore): Promise<void> {
  const { gpu, base, control, emit, recordedPass, precision, frames } = parts;
  const missing = frames.filter(({ samples }) => !store.has(samples[0]!));
  if (missing.length === 0) return;
  for (const problem of (await parts.makeRoom?.(missing.length * store.recordBytes)) ?? [])
    emit({ kind: 'problem', problem });
  if (!base.layers) throw new Error(`the weights of ${base.summary.name} cannot be read layer by layer`);
  const memory = new Memory(gpu.device);
  const { layers, frames: room } = recordedPass;
  const of = missing.length * layers.length;
  const { plan, flops } = recordedPass;
  emit({ kind: 'phase', phase: 'frames', done: 0, of, layers: layers.length });
  let [before, most] = [0, 0];
  let startedAt = performance.now(); // later by what it has been paused
  try {
    const pass = new PrefixPass(memory, recordedPass, {
      weights: base.layers,
      words: wordsOf(frames, recordedPass),
      precision,
      gate: async () => {
        const askedAt = performance.now();
        await goOn(control, emit);
        startedAt += performance.now() - askedAt;
      },
      progress: ({ layer, frame, frames: some }) => {
        most = Math.max(most, totalOf(memory.bytesByKind()));
        const done = before + layer * some + frame;
        const secondsLeft = (secondsSince(startedAt) / done) * (of - done);
        emit({ kind: 'phase', phase: 'frames', done, of, layers: layers.length, secondsLeft });
      },
    });
    for (let first = 0; first < missing.length; first += room) {
      const some = missing.slice(first, first + room);
      const block = store.begin(some.map(({ samples }) => samples[0]!));
      await pass.run(some, block);
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

const secondsSince = (at: number) => (performance.now() - at) / 1000;

/** Waits while the run is paused. @throws ProblemError where it is stopped */
async function goOn(control: RunControl, emit: StreamingRun['emit']): Promise<void> {
  if (control.paused) {
    emit({ kind: 'paused', step: 0 });
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
function wordsOf(frames: readonly Seen[], { config }: RecordedPrefixPass): number[] {
  const words = distinctWords(frames);
  return Array.from({ length: config.vocabSize }, (_, n) => words[n] ?? words[0]!);
}

/** Ids of all words of the prompts, padding too, in order. */
export const distinctWords = (frames: readonly Pick<Seen, 'promptTokens'>[]): number[] =>
  [...new Set(frames.flatMap(({ promptTokens }) => Array.from(promptTokens)))].sort((a, b) => a - b);

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
