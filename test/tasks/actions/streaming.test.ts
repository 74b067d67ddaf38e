import { expect, test } from 'vitest';
import type { Base } from '../../../src/base/base';
import { heldWeights } from '../../../src/base/weights';
import { PrefixStore } from '../../../src/prefixes/store';
import { problem } from '../../../src/problem';
import type { ActionsSettings } from '../../../src/settings/actions';
import type { ActionsRunParts } from '../../../src/tasks/actions/run';
import { contentsOf, type MemoryFiles, memoryFiles } from '../../prefixes/memory_file';
import { actionsRunOf } from '../../run/small_run';
import { actionsSettings, SEEING, SMALL_ACTIONS_BASE, SMALL_ACTIONS_VALUES } from './small_actions';

const MINUTES = 180_000; // a slow machine compiles for a while

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

async function runOn(files: MemoryFiles, { base, counted } = countingBase(), own: ActionsSettings = streamed) {
  const { run, of } = actionsRunOf(own, SEEING, null, { base, openPrefixes: diskOf(files) });
  const result = await run.run().then(
    (ended) => ({ ended, error: null }),
    (error: Error) => ({ ended: null, error }),
  );
  return { ...result, of, layers: counted.layers };
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
  'killed at any layer, the block does not count; what an earlier run kept does',
  async () => {
    const files = memoryFiles();
    const short = await runOn(files, countingBase(), { ...streamed, steps: 1, warmupSteps: 0 });
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

test(
  'a record that is damaged ends the run, which says so; the next one computes it again',
  async () => {
    const files = memoryFiles();
    const whole = await runOn(files);
    files.data.damage(files.data.getSize() - 5);
    const stopped = await runOn(files);
    expect(stopped.error).toMatchObject({ problem: { what: expect.stringContaining('damaged') } });
    const next = await runOn(files);
    expect(next.of('phase').find(({ phase }) => phase === 'frames')?.of).toBe(whole.layers); // one frame
    expect(told(next.ended!)).toEqual(told(whole.ended!));
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
  'stopped while frames go through, the run says what becomes of them',
  async () => {
    const files = memoryFiles();
    const { base } = countingBase();
    const { run } = actionsRunOf(streamed, SEEING, null, { base, openPrefixes: diskOf(files) }, (event, control) => {
      if (event.kind === 'phase' && event.phase === 'frames' && event.done > 0) control.stop();
    });
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
      actionsRunOf(streamed, SEEING, null, {
        base: countingBase().base,
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
    expect(asked).toEqual([(frames.of / frames.layers!) * (4 * 2 * (4 + 5) * 2 * 8)]); // 2 layers of 9 tokens in float32
    expect(summary.ended).toBe('finished');
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
