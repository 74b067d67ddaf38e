import { afterAll, expect, test } from 'vitest';
import { fetchBase } from '../../src/base/base';
import { requestGpu } from '../../src/gpu/device';
import { factsOfGpu } from '../../src/gpu/facts';
import { openpiConfig } from '../../src/model/config';
import type { Episode } from '../../src/recording/recording';
import { readStages } from '../../src/run/stages';
import type { ActionsSettings } from '../../src/settings/actions';
import { defaultActionsSettings } from '../../src/settings/defaults';
import type { TaskSettings } from '../../src/settings/task';
import type { TextSettings } from '../../src/settings/text';
import { type ActionsData, actionsFormOf, prefixCount } from '../../src/tasks/actions/data';
import { prepareActions } from '../../src/tasks/actions/prepare';
import { ActionsRun } from '../../src/tasks/actions/run';
import { prepareText } from '../../src/tasks/text/prepare';
import { TextRun } from '../../src/tasks/text/run';
import { countTargets } from '../../src/tokens/batches';
import { RunControl } from '../../src/train/control';
import { COUNTING, NUMBERS, settingsOf } from '../run/small_base';
import { actionsSettings, BLIND, SWINGING } from '../tasks/actions/small_actions';
import { measure } from './peak';

const MINUTES = 240_000; // a slow machine compiles for a while
const gpu = await requestGpu();
const ofGpu = factsOfGpu(gpu);
const [text, actions] = (await Promise.all(
  ['text', 'actions'].map((id) => fetchBase(id, new URL(`/base/${id}/`, location.href))),
)) as [Awaited<ReturnType<typeof fetchBase>>, Awaited<ReturnType<typeof fetchBase>>];
afterAll(() => gpu.device.destroy());

const common = {
  runId: 'memory',
  gpu,
  tokenizer: NUMBERS,
  emit: () => undefined,
  save: async () => true,
  from: null,
};

const own = (settings: TaskSettings) => ({ stages: readStages(settings, null), control: new RunControl() });

const EXCEPT = (what: string) => `Not(PathRegex(".*(${what}).*"))`;

test.each<[string, Partial<TextSettings>]>([
  ['the default', {}],
  ['the default, sampling', { samplePrompts: ['9 10'] }],
  ['adapters and norms', { freeze: EXCEPT('lora|norm') }],
  ['one projection’s adapters', { freeze: EXCEPT('q_einsum/lora') }],
  ['second factors', { freeze: EXCEPT('lora_b') }],
  ['attention', { freeze: EXCEPT('attn') }],
  ['feed-forward', { freeze: EXCEPT('mlp') }],
  ['the embedding', { freeze: EXCEPT('embedding') }],
  ['the last norm', { freeze: EXCEPT('final_norm') }],
  ['the base', { freeze: 'PathRegex(".*lora.*")' }],
  ['everything', { freeze: 'Nothing()', batchSize: 1 }],
  ['everything, computed again, two micro-batches', { freeze: 'Nothing()', recompute: true, accumulation: 2 }],
])(
  'the text base that ships: the plan is what the GPU holds, to the byte: %s',
  async (_, changes) => {
    const settings = settingsOf({ steps: 1, checkpointEvery: 1, batchSize: 2, ...changes });
    const { plannedBytes } = prepareText(text, settings, { gpu: ofGpu, counted: countTargets(COUNTING) });
    const run = () =>
      new TextRun({ ...common, ...own(settings), base: text, dataset: COUNTING, chat: false, settings }).run();
    expect(await measure(gpu.device, run)).toEqual({ peak: plannedBytes, left: 0 });
  },
  MINUTES,
);

const FRAMES = 3;

/** Five episodes of a moment that one camera saw, as large as the base wants its pictures. */
const SEEN: ActionsData = (() => {
  const cut = (values: Float32Array<ArrayBuffer>) => values.slice(0, FRAMES * 2);
  const episodes = SWINGING.episodes.map(
    (episode): Episode => ({
      ...episode,
      length: FRAMES,
      state: cut(episode.state),
      action: cut(episode.action),
      timestamps: episode.timestamps.slice(0, FRAMES),
      task: episode.task.slice(0, FRAMES),
    }),
  );
  const frames = episodes.length * FRAMES;
  const size = openpiConfig(actions.config).img?.imageSize ?? 0;
  return {
    ...BLIND,
    recording: { ...SWINGING, episodes },
    cameras: [
      { name: 'top', rgb: new Uint8Array(frames * size ** 2 * 3).fill(90), mask: new Uint8Array(frames).fill(1) },
    ],
    pictureOf: Int32Array.from({ length: frames }, (_, frame) => frame),
  };
})();

test.each<[string, Partial<ActionsSettings>]>([
  ['the default', { freeze: defaultActionsSettings.freeze }],
  ['the default, computed again, two micro-batches', { recompute: true, accumulation: 2 }],
  ['adapters alone', { freeze: EXCEPT('lora') }],
  ['adapters of both', { freeze: EXCEPT('lora'), backboneLora: true }],
  ['adapters of the backbone', { freeze: EXCEPT('einsum/lora'), backboneLora: true }],
  ['projections', { freeze: 'PathRegex("PaliGemma.*")' }],
  ['the expert', { freeze: 'All(PathRegex("PaliGemma.*"), Not(PathRegex(".*_1/.*")))' }],
  ['the backbone’s feed-forward', { freeze: EXCEPT('mlp/') }],
  ['the embedding', { freeze: EXCEPT('embedder') }],
  ['the image tower', { freeze: EXCEPT('img') }],
  ['the tower’s head', { freeze: EXCEPT('img/head') }],
  ['everything', { freeze: 'Nothing()' }],
])(
  'the actions base that ships: the plan is what the GPU holds, to the byte: %s',
  async (_, changes) => {
    const settings = actionsSettings({ steps: 1, checkpointEvery: 1, batchSize: 1, horizon: 3, ...changes });
    const facts = { cameras: 1, prefixes: prefixCount(SEEN, settings, actionsFormOf(actions), 1) };
    const { plannedBytes } = prepareActions(actions, settings, facts, { gpu: ofGpu });
    const run = () => new ActionsRun({ ...common, ...own(settings), base: actions, data: SEEN, settings }).run();
    expect(await measure(gpu.device, run)).toEqual({ peak: plannedBytes, left: 0 });
  },
  MINUTES,
);
