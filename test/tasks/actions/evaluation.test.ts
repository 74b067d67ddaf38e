import { expect, test } from 'vitest';
import { type Adapter, withLora } from '../../../src/adapter/adapter';
import type { Base } from '../../../src/base/base';
import type { Gpu } from '../../../src/gpu/device';
import { openpiConfig } from '../../../src/model/config';
import { PrefixStore } from '../../../src/prefixes/store';
import type { ActionsSettings } from '../../../src/settings/actions';
import { evaluateAdapter } from '../../../src/tasks/actions/evaluation';
import type { ActionsRunParts } from '../../../src/tasks/actions/run';
import type { TrainEvent } from '../../../src/tasks/events';
import { RunControl } from '../../../src/train/control';
import { device } from '../../gpu';
import { type MemoryFiles, memoryFiles } from '../../prefixes/memory_file';
import { NUMBERS } from '../../run/small_base';
import { actionsRunOf } from '../../run/small_run';
import { actionsSettings, BLIND, SMALL_ACTIONS_BASE, SMALL_PI05_BASE } from './small_actions';

const MINUTES = 180_000; // a slow machine compiles for a while
const gpu: Gpu = { device, info: {} as GPUAdapterInfo, features: new Set(), software: true };
const settings = actionsSettings({ steps: 4, evaluateEvery: 4, earlyStop: false, batchSize: 3 });

/** Writes letters, so that a state is told too. */
const LETTERS = {
  ...NUMBERS,
  encode: (text: string) => [...text].map((letter) => 8 + (letter.charCodeAt(0) % 50)),
};

/** A policy that a person opened, as far as runs know. */
const POLICY: Base = {
  ...SMALL_PI05_BASE,
  actions: { ...SMALL_PI05_BASE.actions!, state: 'measured', streamed: true },
  policy: { name: 'mine', kind: 'π0.5', naming: 'openpi', files: [] },
};

const on =
  (files: MemoryFiles): NonNullable<ActionsRunParts['openPrefixes']> =>
  async (key, label) =>
    PrefixStore.open(key, label, files);

/** What the end of a run says of its adapter. */
async function endOf(base: Base, own: ActionsSettings, files = memoryFiles()) {
  const { run } = actionsRunOf(own, BLIND, null, { base, tokenizer: LETTERS, openPrefixes: on(files) });
  const { summary, adapter } = await run.run();
  return { openLoop: summary.openLoop!, adapter, files };
}

/** Tries an adapter on what it was trained on. @param onEvent what it throws ends the trial */
async function tried(
  base: Base,
  adapter: Adapter,
  { files = memoryFiles(), opened = BLIND, onEvent = (_: TrainEvent): void => undefined } = {},
) {
  const events: TrainEvent[] = [];
  const emit = (event: TrainEvent): void => {
    events.push(event);
    onEvent(event);
  };
  const parts = { gpu, base, tokenizer: LETTERS, adapter, opened, control: new RunControl(), emit };
  const openLoop = await evaluateAdapter({ ...parts, openPrefixes: on(files) });
  const phases = events.flatMap((event) => (event.kind === 'phase' ? [event] : []));
  return { openLoop, phases, frames: phases.filter(({ phase }) => phase === 'frames') };
}

test(
  'an adapter of the embedded base does what the end of its run said, bit for bit; another base or robot is refused',
  async () => {
    const { openLoop, adapter } = await endOf(SMALL_ACTIONS_BASE, settings);
    const again = await tried(SMALL_ACTIONS_BASE, adapter);
    expect(again.openLoop).toEqual(openLoop);
    expect(openLoop.mae).not.toEqual(openLoop.base);
    expect(again.frames).toEqual([]);
    expect(again.phases.at(-1)).toMatchObject({ phase: 'sampling', done: again.phases.at(-1)!.of });

    const other = { ...SMALL_ACTIONS_BASE, hash: 'ee'.repeat(32) };
    await expect(tried(other, adapter)).rejects.toThrow('trained on another base');
    const jointNames = { state: ['elbow', 'gripper'], action: ['elbow', 'gripper'] };
    const stranger = { ...BLIND, recording: { ...BLIND.recording, jointNames } };
    await expect(tried(SMALL_ACTIONS_BASE, adapter, { opened: stranger })).rejects.toThrow('state is "elbow"');
  },
  MINUTES,
);

test.each<[string, Base, Partial<ActionsSettings>]>([
  ['a policy', POLICY, { state: 'measured' }],
  ['a policy, of some frames', POLICY, { state: 'measured', frames: 3 }],
  ['the embedded base, read layer by layer', SMALL_ACTIONS_BASE, { streamed: true }],
])(
  'so does that of a streamed run, from the frames that are kept and from none: %s',
  async (_, base, changes) => {
    const { openLoop, adapter, files } = await endOf(base, { ...settings, ...changes });
    const kept = await tried(base, adapter, { files });
    expect(kept.openLoop).toEqual(openLoop);
    expect(kept.frames).toEqual([]);
    const anew = await tried(base, adapter);
    expect(anew.openLoop).toEqual(openLoop);
    expect(anew.frames.at(-1)).toMatchObject({ done: anew.frames[0]!.of });
    const chunks = openLoop.curves[0]!.frames / settings.horizon;
    const ofFrame = base === POLICY; // else frames of a task share theirs
    expect(anew.frames[0]!.of / anew.frames[0]!.layers!).toBe(ofFrame ? Math.ceil(chunks) : 1);
  },
  MINUTES,
);

test(
  'frames that are damaged meanwhile are computed again, and said; what it comes to is the same',
  async () => {
    const { openLoop, adapter, files } = await endOf(SMALL_ACTIONS_BASE, { ...settings, streamed: true });
    let isDone = false;
    const said: string[] = [];
    const onEvent = (event: TrainEvent): void => {
      if (event.kind === 'problem') said.push(event.problem.what);
      if (isDone || event.kind !== 'phase' || event.phase !== 'sampling') return;
      isDone = true;
      for (let at = 0; at < files.data.getSize(); at += 100) files.data.damage(at);
    };
    const { openLoop: again, frames } = await tried(SMALL_ACTIONS_BASE, adapter, { files, onEvent });
    expect(again).toEqual(openLoop);
    expect(said).toEqual(['What is kept of a frame is damaged.']); // of the one prompt: nothing is seen
    expect(frames.at(-1)).toMatchObject({ done: frames.at(-1)!.of });
  },
  MINUTES,
);

test(
  'of a policy: other weights are refused before a frame goes through them; stopped, it ends there; from a file that does not tell, it goes',
  async () => {
    const { openLoop, adapter, files } = await endOf(POLICY, { ...settings, state: 'measured' });
    const seen: TrainEvent[] = [];
    const other = { ...POLICY, hash: 'ee'.repeat(32) };
    await expect(tried(other, adapter, { onEvent: (event) => void seen.push(event) })).rejects.toMatchObject({
      problem: {
        what: 'This adapter was trained on another base.',
        fix: expect.stringContaining('the one that is open'),
      },
    });
    expect(seen).toEqual([]);

    const half = memoryFiles();
    const stop = (event: TrainEvent): void => {
      if (event.kind === 'phase' && event.phase === 'frames' && event.done > 0) throw new Error('stopped');
    };
    await expect(tried(POLICY, adapter, { files: half, onEvent: stop })).rejects.toThrow('stopped');
    expect((await tried(POLICY, adapter, { files: half })).openLoop).toEqual(openLoop);

    const untold = await tried(POLICY, { ...adapter, settings: null }, { files });
    expect(untold.openLoop.curves).toHaveLength(openLoop.curves.length);
    expect(untold.openLoop.hold).toEqual(openLoop.hold);

    const everywhere = { ...adapter, modelConfig: withLora(openpiConfig(adapter.modelConfig), 2, 4) };
    await expect(tried(POLICY, everywhere)).rejects.toThrow('The backbone has adapters');
  },
  MINUTES,
);
