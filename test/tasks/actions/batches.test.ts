import { expect, test } from 'vitest';
import { withLora } from '../../../src/adapter/adapter';
import { Memory } from '../../../src/gpu/memory';
import { openpiConfig } from '../../../src/model/config';
import { Parameters } from '../../../src/model/parameters';
import { leavesOf } from '../../../src/model/tree';
import { actionChunk } from '../../../src/recording/chunks';
import type { Episode, Recording } from '../../../src/recording/recording';
import { loadLeaves, NO_LEAVES } from '../../../src/run/leaves';
import type { ActionsSettings } from '../../../src/settings/actions';
import { actionsBatches, flowTime, robotForm } from '../../../src/tasks/actions/batches';
import {
  type ActionsData,
  actionsFormOf,
  chosenCameras,
  gatherData,
  prefixCount,
  roomOf,
} from '../../../src/tasks/actions/data';
import { cutPrompts, observer, promptTokens, stateBins } from '../../../src/tasks/actions/observe';
import { openLoopOf } from '../../../src/tasks/actions/open_loop';
import { evaluationPlaces, heldoutPlaces, trainingPlaces } from '../../../src/tasks/actions/places';
import { createActionsStep } from '../../../src/tasks/actions/prefix_cache';
import { prepareActions } from '../../../src/tasks/actions/prepare';
import { stateFormOf, withState } from '../../../src/tasks/actions/state';
import { recordActionsStep } from '../../../src/tasks/actions/step';
import { device } from '../../gpu';
import { OPTIMIZER } from '../../model/small';
import { NUMBERS } from '../../run/small_base';
import { actionsSettings, BLIND, SEEING, SMALL_ACTIONS_BASE, SWINGING } from './small_actions';

const base = SMALL_ACTIONS_BASE;
const ROOM = roomOf(base);
const batchesOf = (data: ActionsData, settings = actionsSettings()) =>
  actionsBatches({ data, settings, ...robotForm(data, settings, ROOM), base, tokenizer: NUMBERS });

test('every training frame comes once a pass, in an order of its own, and no held-out frame ever', () => {
  const { recording, split } = BLIND;
  const frames = 4 * 30;
  const settings = actionsSettings({ batchSize: 5, accumulation: 2 });
  const passes = [0, 1].map((pass) =>
    Array.from({ length: frames / 10 }, (_, n) => trainingPlaces(recording, split, settings, pass * (frames / 10) + n))
      .flat(2)
      .map(({ episode, frame }) => `${episode} ${frame}`),
  );
  for (const pass of passes) expect(new Set(pass).size).toBe(frames);
  expect(passes[0]).not.toEqual(passes[1]);
  expect(passes.flat().some((place) => place.startsWith('2 '))).toBe(false);
});

test('a batch is a function of seed and step alone', () => {
  const [one, two] = [batchesOf(SEEING), batchesOf(structuredClone(SEEING))];
  expect(one.batchesOf(3)).toEqual(two.batchesOf(3));
  expect(one.batchesOf(3)[0]?.noise).not.toEqual(one.batchesOf(4)[0]?.noise);
  expect(batchesOf(SEEING, actionsSettings({ seed: 7 })).batchesOf(3)[0]?.noise).not.toEqual(
    one.batchesOf(3)[0]?.noise,
  );
  expect(one.heldout()).toEqual(two.heldout());
});

test('the held-out loss counts each of its frames once, also in a batch that is not full', () => {
  const batches = batchesOf(BLIND, actionsSettings({ batchSize: 7 })).heldout();
  const counted = batches.flatMap(({ lossMask }) => [...(lossMask as Float32Array)]).reduce((sum, one) => sum + one, 0);
  expect(heldoutPlaces(SWINGING, BLIND.split)).toHaveLength(30);
  expect(batches).toHaveLength(5);
  expect(counted).toBe(30 * 4 * 4);
});

test('the times of the held-out loss are those of openpi’s distribution, spread evenly over all of it', () => {
  for (const batchSize of [1, 7, 30]) {
    const batches = batchesOf(BLIND, actionsSettings({ batchSize })).heldout();
    const times = batches.flatMap(({ time }) => Array.from(time)).slice(0, 30); // what fills the last batch up does not count
    const even = times.map((time) => ((time - 0.001) / 0.999) ** 1.5).sort((x, y) => x - y);
    const gaps = [0, ...even].map((u, n) => (even[n] ?? 1) - u);
    expect(Math.max(...gaps)).toBeLessThan(2 / 30);
    expect(new Set(times).size).toBe(30);
  }
});

test('times are distributed as openpi’s', () => {
  expect([0.1, 0.5, 0.9].map(flowTime).map((t) => t.toFixed(3))).toEqual(['0.216', '0.630', '0.932']);
});

test('a prompt is <bos>, the text in one line, a line break; too long, it is cut', () => {
  const tokenizer = { ...NUMBERS, encode: (text: string) => [...text].map((c) => c.charCodeAt(0) - 20) };
  expect(promptTokens(tokenizer, ' a_b ', 7)).toEqual({
    ids: [2, 77, 12, 78, 10 - 20, 0, 0],
    mask: [1, 1, 1, 1, 1, 0, 0],
    truncated: false,
  });
  expect(promptTokens(tokenizer, 'abcd', 3)).toEqual({ ids: [2, 77, 78], mask: [1, 1, 1], truncated: true });
});

test('a state is told in 256 numbers over −1 … 1, as numpy.digitize counts them', () => {
  const state = [-1.5, -1 - 1e-9, -1, -1 + 1 / 128, -0.5, -1e-20, 0, 1e-20, 0.5, 0.999, 1, 1.5];
  expect(stateBins(state)).toEqual([-1, -1, 0, 1, 64, 127, 128, 128, 192, 255, 255, 255]);
  expect(stateBins([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN])).toEqual([-1, 255, 255]);
});

test('a prompt with a state is <bos>, task and state in one text, and nothing after "Action: "', () => {
  const tokenizer = { ...NUMBERS, encode: (text: string) => [...text].map((c) => c.charCodeAt(0)) };
  const { ids, mask, truncated } = promptTokens(tokenizer, ' pick_up\nit ', 60, [0, -2, 1]);
  const text = 'Task: pick up it, State: 128 -1 255;\nAction: ';
  expect(String.fromCharCode(...ids.slice(1, mask.indexOf(0)))).toBe(text);
  expect([ids[0], mask.indexOf(0), truncated]).toEqual([2, text.length + 1, false]);
  expect(promptTokens(tokenizer, 'x', 9, [0])).toMatchObject({ truncated: true, mask: new Array(9).fill(1) });
});

test('where prompts tell the state, each frame has one of its own, in the robot’s own joints, and a cut one is named', () => {
  const told: string[] = [];
  const letters = new Map<string, number>();
  const tokenizer = {
    ...NUMBERS,
    encode(text: string) {
      told.push(text);
      return text.split(' ').map((word) => letters.get(word) ?? letters.set(word, letters.size).size - 1);
    },
  };
  const own = { cameras: ['base_0_rgb'], horizon: 4, promptLength: 8 };
  const pi05 = { ...base, actions: own, config: { ...openpiConfig(base.config), pi05: true } };
  const form = actionsFormOf(pi05);
  const settings = actionsSettings({ state: 'measured' });
  const robot = robotForm(BLIND, settings, roomOf(pi05));
  const parts = { data: BLIND, base: pi05, tokenizer, ...robot };
  expect(observer(parts, 3)([{ episode: 1, frame: 2 }]).samples).toEqual([32, 32, 32]);
  const { q01 = [], q99 = [] } = robot.form.stats.state;
  const bins = [0, 1].map((joint) => {
    const x = SWINGING.episodes[1]?.state[2 * 2 + joint] as number;
    return Math.floor((((x - q01[joint]!) / (q99[joint]! - q01[joint]! + 1e-6)) * 2 - 1) * 128 + 128);
  });
  expect(told.at(-1)).toBe(`Task: 11 12 13, State: ${bins.join(' ')};\nAction: `);

  const places = new Set(
    [0, 1, 2, 3, 4, 5, 6, 7].flatMap((step) =>
      trainingPlaces(SWINGING, BLIND.split, settings, step)
        .flat()
        .concat(heldoutPlaces(SWINGING, BLIND.split), evaluationPlaces(SWINGING, BLIND.split, 4))
        .map(({ episode, frame }) => `${episode} ${frame}`),
    ),
  );
  expect(prefixCount(BLIND, settings, form, 0)).toBe(places.size);
  expect(prefixCount(BLIND, settings, { ...form, stateInPrompt: false }, 0)).toBe(2);

  // With <bos> before it, "Task: 11 12 13, State: a b;\nAction: " has nine words here, and the other prompt eight.
  expect(cutPrompts(parts)).toEqual(['11 12 13']);
  expect(cutPrompts({ ...parts, base: { ...pi05, actions: { ...own, stateInPrompt: false } } })).toEqual([]);
});

test('images reach the model as −1 to 1, and a frame without one is masked', () => {
  const { observe } = batchesOf(SEEING);
  const seen = observe([3, 4, 5].map((frame) => ({ episode: 1, frame })));
  expect(seen.imageMask).toEqual([1, 1, 1]);
  expect(observe([{ episode: 1, frame: 1 }]).imageMask).toEqual([0, 0, 0]); // frame 31 of all
  const pixels = 6 * 6 * 3;
  const rgb = SEEING.cameras[0]?.rgb?.slice(34 * pixels, 35 * pixels) ?? [];
  expect([...seen.images.slice(pixels, 2 * pixels)]).toEqual([...rgb].map((value) => Math.fround(value / 127.5 - 1)));
});

test('a kept prefix gives the losses of one that is computed in every step', async () => {
  const settings = actionsSettings({ batchSize: 3 });
  const batches = batchesOf(SEEING, settings);
  const config = withLora(openpiConfig(base.config), 2, 4, (expert) => expert === 1);
  const isFrozen = (path: string) => /img|llm/.test(path) && !/_1.*lora/.test(path);
  const shape = { B: 3, M: 1, cameras: 1, promptLength: 5, horizon: 4 };
  const losses = [];
  for (const options of [{ joint: true }, { cacheRows: 4 }]) {
    const memory = new Memory(device);
    const parameters = new Parameters(leavesOf(config), isFrozen);
    const step = await createActionsStep(
      memory,
      recordActionsStep(config, parameters, shape, OPTIMIZER, { software: false, ...options }),
    );
    await loadLeaves(memory, parameters, NO_LEAVES, { base, seed: 1 });
    const trained = [];
    for (const n of [0, 1, 2, 0, 1]) trained.push((await step.train(batches.batchesOf(n), 0.01)).loss);
    losses.push([...trained, await step.evaluate(batches.heldout())]);
    memory.destroy();
  }
  const [joint, kept] = losses as [number[], number[]];
  for (const [n, loss] of joint.entries()) expect(Math.abs((kept[n] as number) - loss)).toBeLessThan(1e-5 * loss);
}, 60_000);

test('what is kept on the GPU never takes more than training anything before the expert would', () => {
  const settings = actionsSettings({ steps: 200, accumulation: 1 });
  const facts = { cameras: 1, prefixes: 1000 };
  const kept = prepareActions(base, settings, facts);
  const { prefix } = kept.step;
  expect(prefix?.rows).toBeGreaterThan(0);
  expect(prefix?.rows).toBeLessThan(1000);
  const upstream = leavesOf(base.config)
    .map(({ path }) => path)
    .filter((path) => /img|llm/.test(path) && !/\/\w+_1\/(w|scale)$|mlp_1|final_norm/.test(path));
  const dearer = upstream
    .map((path) => ({ path, freeze: `All(${settings.freeze}, Not(PathRegex("${path}")))` }))
    .map(({ path, freeze }) => ({ path, ...prepareActions(base, { ...settings, freeze }, facts) }))
    .filter(({ step }) => step.prefix === null);
  expect(dearer.length).toBeGreaterThan(25);
  for (const { path, plannedBytes } of dearer) expect(plannedBytes, path).toBeGreaterThanOrEqual(kept.plannedBytes);
});

test('numbers are scaled as the base was trained, unless a person chose', () => {
  const kindOf = (own: object, changes = {}) =>
    robotForm(BLIND, actionsSettings(changes), roomOf({ ...base, actions: { ...actionsFormOf(base), ...own } })).form
      .normalization;
  expect(kindOf({})).toBe('z-score');
  expect(kindOf({ normalization: 'quantile' })).toBe('quantile');
  expect(kindOf({ normalization: 'quantile' }, { normalization: 'z-score' })).toBe('z-score');
  expect(kindOf({}, { normalization: 'quantile' })).toBe('quantile');
});

test('a robot’s cameras say which places they had; those of a checkpoint of before do not', () => {
  const [camera] = SEEING.cameras;
  const robotOf = (cameras: ActionsData['cameras']) => robotForm({ ...SEEING, cameras }, actionsSettings(), ROOM).form;
  expect(robotOf([{ ...camera!, place: 'left_wrist_0_rgb' }])).toMatchObject({
    cameras: ['top'],
    places: ['left_wrist_0_rgb'],
  });
  expect(robotOf([camera!])).not.toHaveProperty('places');
});

test('the state tells what the base was trained with, unless a person chose', () => {
  const form = { ...actionsFormOf(base), state: 'measured' as const };
  const stateOf = (changes = {}) =>
    robotForm(BLIND, actionsSettings(changes), roomOf({ ...base, actions: form })).form.state;
  expect(stateOf()).toBe('measured');
  expect(stateOf({ state: 'last-action' })).toBe('last-action');
  expect(robotForm(BLIND, actionsSettings(), ROOM).form.state).toBe('last-action-and-lag');
});

test('open loop: the recorded chunks themselves have no error, and curves have no gap', () => {
  const { form } = robotForm(BLIND, actionsSettings(), ROOM);
  const places = evaluationPlaces(SWINGING, BLIND.split, 4);
  const recorded = places.map(({ episode, frame }) => actionChunk(SWINGING.episodes[episode] as never, frame, 4));
  const zero = recorded.map((chunk) => chunk.map(() => 0));
  const { mae, base: ofBase, hold, mean, curves } = openLoopOf(BLIND, form, places, recorded, zero);
  expect(mae).toEqual([0, 0]);
  for (const errors of [ofBase, hold, mean]) expect(errors.every((error) => error > 0.1)).toBe(true);
  expect(curves).toHaveLength(1);
  expect(curves[0]).toMatchObject({ episode: 2, frames: 30, horizon: 4 });
  expect(curves[0]?.predicted).toEqual(SWINGING.episodes[2]?.action);
  expect(curves[0]?.recorded).toEqual(SWINGING.episodes[2]?.action);
  expect(curves[0]?.base).toHaveLength(60);
});

test('cameras: as their names suggest, or those that are named, each in its place; others are refused in words', async () => {
  const camera = (name: string, available: boolean) => ({ name, width: 6, height: 6, available });
  const cameras = [camera('top', false), camera('wrist', true), camera('c', true), camera('d', true)];
  const form = { cameras: ['base_0_rgb', 'left_wrist_0_rgb'] };
  const recording = { ...SWINGING, cameras };
  const chosen = (names: ActionsSettings['cameras']) =>
    chosenCameras(recording, form, { cameras: names }).map((one) => [one.camera, one.place]);
  expect(chosen(null)).toEqual([
    [2, 'base_0_rgb'],
    [1, 'left_wrist_0_rgb'],
  ]);
  expect(chosen(['d', 'wrist'])).toEqual([
    [3, 'base_0_rgb'],
    [1, 'left_wrist_0_rgb'],
  ]);
  expect(chosen(['d'])).toEqual([[3, 'base_0_rgb']]);
  expect(chosen([null, 'd'])).toEqual([[3, 'left_wrist_0_rgb']]);
  expect(chosen([null, null])).toEqual([]);
  expect(() => chosen(['top'])).toThrow('no video of a camera "top"');
  expect(() => chosen(['wrist', 'c', 'd'])).toThrow('room for 2');
  const { data } = await gatherData(
    { recording: SWINGING, split: BLIND.split },
    base,
    actionsSettings(),
    () => undefined,
  );
  expect(data.cameras).toEqual([]);
  expect(structuredClone(data)).toEqual(data);
});

test('the state tells the last action and the lag where there is room, and what was measured where it is no action', () => {
  const [first, second] = SWINGING.episodes as [Episode, Episode];
  const both = withState(SWINGING, 'last-action-and-lag');
  expect(both.jointNames.state).toEqual(['shoulder', 'gripper', 'lag of shoulder', 'lag of gripper']);
  const at = (recording: Recording, episode: number, frame: number) => {
    const { state, length } = recording.episodes[episode] as Episode;
    const width = state.length / length;
    return [...state.slice(frame * width, (frame + 1) * width)];
  };
  expect(at(both, 0, 0)).toEqual([...first.state.slice(0, 2), 0, 0]);
  const last = [...second.action.slice(12, 14)];
  expect(at(both, 1, 7)).toEqual([
    ...last,
    ...last.map((one, n) => Math.fround(one - (second.state[14 + n] as number))),
  ]);
  expect(at(withState(SWINGING, 'last-action'), 1, 7)).toEqual(last);

  expect(stateFormOf(SWINGING, actionsSettings(), 4)).toBe('last-action-and-lag');
  expect(stateFormOf(SWINGING, actionsSettings(), 3)).toBe('last-action');
  const renamed = { ...SWINGING, jointNames: { ...SWINGING.jointNames, state: ['x', 'y'] } };
  expect(stateFormOf(renamed, actionsSettings(), 4)).toBe('last-action-and-lag');
  const other = {
    ...SWINGING,
    episodes: SWINGING.episodes.map((one) => ({ ...one, action: differences(one.action) })),
  };
  expect(stateFormOf(other, actionsSettings(), 4)).toBe('measured');
  expect(() => stateFormOf(other, actionsSettings({ state: 'last-action' }), 4)).toThrow('not the same joints');
  expect(() => stateFormOf(SWINGING, actionsSettings({ state: 'last-action-and-lag' }), 3)).toThrow('more than the 3');
});

/** (F, 2): each action less the one before it. */
const differences = (action: Float32Array) => action.map((value, at) => (at < 2 ? 0 : value - action[at - 2]!));
