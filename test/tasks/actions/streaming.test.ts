import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Checkpoint } from '../../../src/adapter/checkpoint';
import type { Base } from '../../../src/base/base';
import { heldWeights } from '../../../src/base/weights';
import { AllocationError } from '../../../src/fit/trial';
import { PrefixStore } from '../../../src/prefixes/store';
import { problem } from '../../../src/problem';
import type { FramePlace } from '../../../src/recording/chunks';
import type { ActionsSettings } from '../../../src/settings/actions';
import type { ActionsRunParts } from '../../../src/tasks/actions/run';
import type { ReadPictures } from '../../../src/tasks/actions/sight';
import type { TrainEvent } from '../../../src/tasks/events';
import { device } from '../../gpu';
import { type Contents, contentsOf, type MemoryFiles, memoryFiles } from '../../prefixes/memory_file';
import { actionsRunOf, gpu, type OnEvent } from '../../run/small_run';
import { actionsSettings, picturesOf, SEEING, SMALL_ACTIONS_BASE, SMALL_ACTIONS_VALUES, UNSEEN } from './small_actions';

const MINUTES = 400_000; // a slow machine compiles for a while

/** One sample at a time, as the pass has them: for several, products may be made by other kernels, which round otherwise. */
const settings = actionsSettings({ steps: 4, evaluateEvery: 2, earlyStop: false, batchSize: 1, accumulation: 3 });
const streamed: ActionsSettings = { ...settings, streamed: true };

/** A disk with one store on it, whoever asks. */
function diskOf(files: MemoryFiles) {
  const openPrefixes: ActionsRunParts['openPrefixes'] = async (key, label) => PrefixStore.open(key, label, files);
  return openPrefixes;
}

/** A base whose layers are counted as they are read, and that fails at one of them. */
function countingBase(failAt = Number.POSITIVE_INFINITY, base: Base = SMALL_ACTIONS_BASE) {
  const held = heldWeights(SMALL_ACTIONS_VALUES, 'small');
  const counted = { layers: 0 };
  const layers: Base['layers'] = {
    async loadSlices(...given) {
      if (++counted.layers > failAt) throw new Error('the tab was closed');
      await held.loadSlices(...given);
    },
  };
  return { base: { ...base, layers }, counted };
}

/** Bytes of a record: 2 layers of 9 tokens in float32. */
const RECORD = 4 * 2 * (4 + 5) * 2 * 8;

const pictures: ReadPictures = async (places) => picturesOf(SEEING, places);

interface Given {
  readonly onEvent?: OnEvent;
  readonly own?: ActionsSettings;
  readonly from?: Checkpoint;
  /** Null: the recording is not open. */
  readonly pictures?: ReadPictures | null;
}

async function runOn(files: MemoryFiles, { base, counted } = countingBase(), given: Given = {}) {
  const { own = streamed, from = null, onEvent, ...others } = given;
  const parts = { base, openPrefixes: diskOf(files), pictures, ...others };
  const { run, of, checkpoints } = actionsRunOf(own, UNSEEN, from, parts, onEvent);
  const result = await run.run().then(
    (ended) => ({ ended, error: null }),
    (error: Error) => ({ ended: null, error }),
  );
  return { ...result, of, checkpoints, layers: counted.layers };
}

/** What a run came to, but for the bytes that it took. */
const told = ({ summary, adapter }: NonNullable<Awaited<ReturnType<typeof runOn>>['ended']>) => ({
  losses: summary.history.train.map(({ loss }) => loss),
  heldout: summary.history.heldout,
  openLoop: summary.openLoop,
  tensors: adapter.tensors,
});

test(
  'a streamed run is the run with all in memory, bit for bit; a second one reads no layer of the backbone',
  async () => {
    const resident = await actionsRunOf(settings, SEEING).run.run();
    const files = memoryFiles();
    const first = await runOn(files);
    expect(first.error).toBeNull();
    expect(told(first.ended!)).toEqual(told(resident));
    expect(first.layers).toBeGreaterThan(2);
    const [memory] = first.of('memory');
    expect(memory?.allocatedBytes).toBe(memory?.plannedBytes);
    const frames = first.of('phase').filter(({ phase }) => phase === 'frames');
    expect(frames.at(-1)!.done).toBe(frames.at(-1)!.of);
    expect([frames[1]?.secondsLeft, frames.at(-1)?.secondsLeft]).toEqual([undefined, 0]); // one frame of one layer tells nothing yet
    const [pass] = first.of('pass');
    expect(pass?.allocatedBytes).toBe(pass?.plannedBytes);
    expect(first.of('prefix')[0]?.reason).toContain('layer by layer');

    const again = await runOn(files);
    expect(again.layers).toBe(0);
    expect(told(again.ended!)).toEqual(told(resident));
  },
  MINUTES,
);

test(
  'pictures are read a block at a time, those of the block before are let go first, and what cannot be read is told',
  async () => {
    const own = { ...streamed, steps: 16, evaluateEvery: 16 };
    const resident = await actionsRunOf({ ...own, streamed: false }, SEEING).run.run();
    const read: { readonly places: readonly FramePlace[]; readonly rgb: WeakRef<Uint8Array> }[] = [];
    const alive: number[] = [];
    const fault = { what: 'The video is damaged: here', where: 'a.mp4' };
    const { ended, error, of } = await runOn(memoryFiles(), countingBase(), {
      own,
      pictures: async (places) => {
        alive.push((await collected(read.map(({ rgb }) => rgb))).length);
        const seen = picturesOf(SEEING, places);
        read.push({ places, rgb: new WeakRef(seen[0]!.rgb) });
        return seen.map((one) => ({ ...one, problems: [fault, fault] }));
      },
    });
    expect(error).toBeNull();
    expect(of('problem').map(({ problem }) => problem)).toContainEqual({ ...fault, count: 2 });
    expect(told(ended!)).toEqual(told(resident));
    expect(read.map(({ places }) => places.length)).toEqual([64, of('pass')[0]!.frames - 64]);
    expect(alive).toEqual([0, 0]);
    expect(await collected(read.map(({ rgb }) => rgb))).toEqual([]);
  },
  MINUTES,
);

/** Which of them are still there when what nobody holds is gone. */
async function collected(refs: readonly WeakRef<Uint8Array>[]): Promise<readonly WeakRef<Uint8Array>[]> {
  await new Promise((resolve) => setTimeout(resolve)); // a WeakRef holds what it refers to until the end of the task
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return refs.filter((ref) => ref.deref());
}

test(
  'a run that goes on needs no recording where all its frames are kept; where some are not, it asks for it, and reads those alone',
  async () => {
    const files = memoryFiles();
    const own = { ...streamed, checkpointEvery: 2 };
    const whole = await runOn(files, countingBase(), { own });
    const from = whole.checkpoints.find(({ step }) => step === 2)!;
    const again = await runOn(files, countingBase(), { own, from, pictures: null });
    expect(told(again.ended!)).toEqual(told(whole.ended!));

    files.index.damage(files.index.getSize() - 1);
    const frames = whole.of('pass')[0]!.frames;
    const refused = await runOn(files, countingBase(), { own, from, pictures: null });
    expect(refused.error).toMatchObject({
      problem: { what: expect.stringContaining(`lacks 1 of the ${frames} frames`), where: 'data' },
    });
    const read: number[] = [];
    const opened = await runOn(files, countingBase(), {
      own,
      from,
      pictures: async (places) => {
        read.push(places.length);
        return picturesOf(SEEING, places);
      },
    });
    expect(read).toEqual([1]);
    expect(told(opened.ended!)).toEqual(told(whole.ended!));
  },
  MINUTES,
);

test(
  'killed at any layer, the block does not count; what an earlier run kept does',
  async () => {
    const files = memoryFiles();
    const short = await runOn(files, countingBase(), { own: { ...streamed, steps: 1, warmupSteps: 0 } });
    expect(short.error).toBeNull();
    const before = contentsOf(files);
    const whole = await runOn(memoryFiles());
    for (let layer = 1; layer < whole.layers; layer++) {
      const disk = memoryFiles(before);
      const killed = await runOn(disk, countingBase(layer));
      expect(killed.error?.message).toBe('the tab was closed');
      const next = await runOn(disk);
      expect(told(next.ended!), `killed at layer ${layer}`).toEqual(told(whole.ended!));
      const frames = next.of('phase').find(({ phase }) => phase === 'frames')!;
      expect(frames.of).toBeLessThan(whole.of('phase').find(({ phase }) => phase === 'frames')!.of);
    }
  },
  MINUTES,
);

/** Damages every record that is there. */
function damageAll({ data }: MemoryFiles): void {
  for (let at = 5; at < data.getSize(); at += RECORD) data.damage(at);
}

const damaged = 'What is kept of a frame is damaged.';

let first: Promise<{ readonly whole: Awaited<ReturnType<typeof runOn>>; readonly kept: Contents }> | null = null;

/** A run that nothing disturbed, and what it kept. */
function undisturbed() {
  first ??= (async () => {
    const files = memoryFiles();
    const whole = await runOn(files);
    return { whole, kept: contentsOf(files) };
  })();
  return first;
}

test.each<[string, (event: TrainEvent) => boolean]>([
  ['in the first step', ({ kind }) => kind === 'prefix'],
  ['when the base is measured', (event) => event.kind === 'step' && event.step === 1],
  ['when the base predicts', (event) => event.kind === 'heldout' && event.step === 0],
  ['when the adapter predicts', (event) => event.kind === 'heldout' && event.step === 2],
  ['in a later step', (event) => event.kind === 'open loop' && event.step === 2],
  ['when the adapter is judged', (event) => event.kind === 'phase' && event.phase === 'saving'],
])(
  'records that are damaged are computed again, in the memory of the run, which comes to the same, bit for bit: %s',
  async (_, isTime) => {
    const { whole, kept } = await undisturbed();
    const files = memoryFiles(kept);
    let isDone = false;
    const onEvent: OnEvent = (event) => {
      if (isDone || !isTime(event)) return;
      isDone = true;
      damageAll(files);
    };
    const mended = await runOn(files, countingBase(), { onEvent });
    expect(mended.error).toBeNull();
    expect(told(mended.ended!)).toEqual(told(whole.ended!));
    expect(mended.layers).toBe(whole.layers);
    const [{ frames } = { frames: 0 }, ...others] = mended.of('pass');
    expect([frames, others]).toEqual([whole.of('pass')[0]!.frames, []]);
    const said = mended.of('problem').filter(({ problem }) => problem.what === damaged);
    expect(said.map(({ problem }) => [problem.where, problem.count])).toEqual([
      [expect.stringContaining('frame '), undefined],
      ['small, swing', frames - 1],
    ]);
    const begun = mended.of('memory').filter(({ moment }) => moment === 'stage begins');
    expect(begun.map(({ allocatedBytes }) => allocatedBytes)).toEqual(begun.map(({ plannedBytes }) => plannedBytes));
    expect(begun).toHaveLength(2);
  },
  MINUTES,
);

test(
  'a damaged record whose pictures are not there ends the run, which has kept a checkpoint and goes on when they are',
  async () => {
    const { whole, kept } = await undisturbed();
    const files = memoryFiles(kept);
    const { frames } = whole.of('pass')[0]!;
    const onEvent: OnEvent = (event) => {
      if (event.kind === 'open loop' && event.step === 2) damageAll(files);
    };
    const stopped = await runOn(files, countingBase(), { pictures: null, onEvent });
    const what = `What is kept in this browser lacks ${frames} of the ${frames} frames that the run needs, and their recording is not open.`;
    expect(stopped.error).toMatchObject({ problem: { what } });
    expect(stopped.checkpoints.map(({ step }) => step)).toEqual([0, 2]);
    const next = await runOn(files, countingBase(), { from: stopped.checkpoints.at(-1)! });
    expect(told(next.ended!)).toEqual(told(whole.ended!));
  },
  MINUTES,
);

test(
  'a disk that damages whatever is written ends the run, which says so; a stop meanwhile ends it as ever',
  async () => {
    const files = memoryFiles();
    const spoil: OnEvent = ({ kind }) => {
      if (kind === 'pass') damageAll(files);
    };
    const { error, of } = await runOn(files, countingBase(), { onEvent: spoil });
    expect(error).toMatchObject({ problem: { what: 'What is kept of a frame is damaged again and again.' } });
    expect(of('pass')).toHaveLength(4);

    const sound = memoryFiles((await undisturbed()).kept);
    const stop: OnEvent = (event, control) => {
      if (event.kind === 'step' && event.step === 2) damageAll(sound);
      if (event.kind === 'phase' && event.phase === 'frames') control.stop();
    };
    const stopped = await runOn(sound, countingBase(), { onEvent: stop });
    expect(stopped.ended?.summary).toMatchObject({ ended: 'stopped', steps: 2 });
  },
  MINUTES,
);

test(
  'a store of other weights is begun anew, and the run says so',
  async () => {
    const files = memoryFiles();
    await runOn(files);
    const other = countingBase(undefined, { ...SMALL_ACTIONS_BASE, hash: 'ee'.repeat(32) });
    const { of, layers, error } = await runOn(files, other);
    expect(error).toBeNull();
    expect(layers).toBeGreaterThan(0);
    expect(of('problem').map(({ problem }) => problem.what)).toContainEqual(expect.stringContaining('other weights'));
  },
  MINUTES,
);

test(
  'paused while frames go through, the run waits, and goes on with them',
  async () => {
    const { whole } = await undisturbed();
    let done = 0;
    const onEvent: OnEvent = (event, control) => {
      if (event.kind === 'phase' && event.phase === 'frames' && event.done === 3) control.pause();
      if (event.kind === 'phase' && event.phase === 'frames') done = event.done;
      if (event.kind !== 'paused') return;
      const doneThen = done;
      setTimeout(() => {
        expect(done).toBe(doneThen);
        control.unpause();
      }, 50);
    };
    const paused = await runOn(memoryFiles(), countingBase(), { onEvent });
    expect(paused.error).toBeNull();
    expect(paused.of('paused')).toEqual([{ kind: 'paused', step: 0, kept: false }]);
    expect(paused.of('unpaused')).toEqual([{ kind: 'unpaused', step: 0 }]);
    expect(told(paused.ended!)).toEqual(told(whole.ended!));
  },
  MINUTES,
);

test(
  'stopped while frames go through, the run says what becomes of them',
  async () => {
    const files = memoryFiles();
    const { base } = countingBase();
    const { run } = actionsRunOf(
      streamed,
      UNSEEN,
      null,
      { base, pictures, openPrefixes: diskOf(files) },
      (event, control) => {
        if (event.kind === 'phase' && event.phase === 'frames' && event.done > 0) control.stop();
      },
    );
    await expect(run.run()).rejects.toMatchObject({
      problem: { what: 'The run was stopped before its first step.', fix: expect.stringContaining('are kept') },
    });
  },
  MINUTES,
);

test(
  'without room for its frames a run does not begin, and says what had to go where there is some',
  async () => {
    const room = (makeRoom: NonNullable<ActionsRunParts['makeRoom']>) =>
      actionsRunOf(streamed, UNSEEN, null, {
        base: countingBase().base,
        pictures,
        openPrefixes: diskOf(memoryFiles()),
        makeRoom,
      });
    const asked: number[] = [];
    const none = room(async (bytes) => {
      asked.push(bytes);
      throw problem('There is no room.', 'browser storage', 'Choose fewer frames.');
    });
    await expect(none.run.run()).rejects.toThrow('There is no room.');
    expect(none.of('phase').some(({ phase }) => phase === 'frames')).toBe(false);
    const gone = { what: 'Something was removed.', where: 'elsewhere', fix: 'Nothing.' };
    const some = room(async () => [gone]);
    const { summary } = await some.run.run();
    expect(some.of('problem').map((event) => event.problem)).toContainEqual(gone);
    const frames = some.of('phase').find(({ phase }) => phase === 'frames')!;
    expect(asked).toEqual([(frames.of / frames.layers!) * RECORD]);
    expect(summary.ended).toBe('finished');
  },
  MINUTES,
);

/** The device, as if it had no room for a buffer of this name. */
function without(label: string): GPUDevice {
  const scopes: string[] = [];
  let isRefused = false;
  const own: Partial<GPUDevice> = {
    pushErrorScope: (filter) => {
      scopes.push(filter);
      device.pushErrorScope(filter);
      return undefined;
    },
    popErrorScope: async () => {
      const isMemory = scopes.pop() === 'out-of-memory';
      const real = await device.popErrorScope();
      return isMemory && isRefused ? ({ message: `no room for ${label}` } as GPUError) : real;
    },
    createBuffer: (descriptor) => {
      isRefused ||= descriptor.label === label;
      return device.createBuffer(descriptor);
    },
  };
  return new Proxy(device, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in own ? own : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

test(
  'before a frame goes through, the device is asked for all that training takes, and for all that the frames take on their way',
  async () => {
    const refused = async (label: string) => {
      const { run, of } = actionsRunOf(streamed, UNSEEN, null, {
        gpu: { ...gpu, device: without(label) },
        base: countingBase().base,
        pictures,
        openPrefixes: diskOf(memoryFiles()),
      });
      const error: unknown = await run.run().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AllocationError);
      return {
        ...(error as AllocationError),
        frames: of('phase').filter(({ done, phase }) => phase === 'frames' && done > 0),
      };
    };
    const { whole } = await undisturbed();
    const ofTraining = await refused('first moments 0');
    expect(ofTraining.plannedBytes).toBe(whole.of('memory')[0]!.plannedBytes);
    expect(ofTraining.frames).toEqual([]);
    const ofPass = await refused('between two layers');
    expect(ofPass.plannedBytes).toBe(whole.of('pass')[0]!.plannedBytes);
    expect(ofPass.problem.fix).toContain('fewer cameras');
    expect(ofPass.frames).toEqual([]);
  },
  MINUTES,
);

test('what is streamed cannot train', () => {
  const open = () => actionsRunOf({ ...streamed, freeze: 'Not(PathRegex(".*(img|lora).*"))' }, SEEING);
  expect(open).toThrow('goes through the GPU once, before the first step');
  const withAdapters = () =>
    actionsRunOf({ ...streamed, backboneLora: true, freeze: 'Not(PathRegex(".*_1.*lora.*"))' }, SEEING);
  expect(withAdapters).toThrow('The backbone has adapters');
});
