import { expect, test } from 'vitest';
import { normStatsExport } from '../../../src/adapter/norm_stats_export';
import { settingsForm } from '../../../src/adapter/told_forms';
import { chunkBatch } from '../../../src/recording/chunks';
import type { NormStats } from '../../../src/recording/normalize';
import type { ActionsSettings } from '../../../src/settings/actions';
import { robotForm } from '../../../src/tasks/actions/batches';
import { actionsFormOf, gatherData, roomOf } from '../../../src/tasks/actions/data';
import { actionsForms } from '../../../src/tasks/actions/told_data';
import { actionsAdapter } from '../../adapter/actions_sample';
import { nothingAsked } from '../../adapter/hub_sample';
import { actionsSettings, BLIND, SMALL_ACTIONS_BASE } from './small_actions';

const row = (mean: number, std: number) => ({
  mean: [mean, 1],
  std: [std, 2],
  q01: [mean - 2 * std, -3],
  q99: [mean + 2 * std, 5],
});
const STATS: NormStats = { state: row(3, 12), actions: row(-4, 16) };
const zeros = { mean: 0, std: 0, q01: -1e-10, q99: 1e-10 };
const padded = (stats: NormStats['state']) => {
  const lists = Object.entries(stats).map(([key, list]) => [key, [...list, zeros[key as keyof typeof zeros], 0]]);
  return Object.fromEntries(lists) as NormStats['state'];
};

const settings = (changes: Partial<ActionsSettings> = {}) =>
  actionsSettings({ state: 'measured', delta: [], statistics: 'checkpoint', ...changes });

/** What a run is made of on a base that brings statistics, or none. */
async function gathered(stats: NormStats | null, chosen = settings()) {
  const base = {
    ...SMALL_ACTIONS_BASE,
    actions: { ...actionsFormOf(SMALL_ACTIONS_BASE), ...(stats ? { stats } : {}) },
  };
  const { data } = await gatherData({ recording: BLIND.recording, split: BLIND.split }, base, chosen, () => undefined);
  return { data, room: roomOf(base) };
}
async function formOn(stats: NormStats | null, chosen = settings()) {
  const { data, room } = await gathered(stats, chosen);
  return robotForm(data, chosen, room);
}

test('numbers are scaled by the statistics of the checkpoint where they are chosen, and those leave with the adapter', async () => {
  const { form, seen, problems } = await formOn(STATS);
  expect(form.stats).toEqual(STATS);
  expect(problems).toEqual([]);
  const sample = { ...form, width: 4, maskTail: false, maskPadding: false };
  const { state } = chunkBatch(seen, [{ episode: 1, frame: 3 }], sample);
  const [pan, grip] = seen.episodes[1]!.state.subarray(6, 8);
  expect(state[0]).toBeCloseTo((pan! - 3) / 12, 5);
  expect(state[1]).toBeCloseTo((grip! - 1) / 2, 5);
  const written = await normStatsExport.write({ ...actionsAdapter(), robot: form }, nothingAsked);
  expect(JSON.parse(new TextDecoder().decode(written as Uint8Array)).norm_stats).toEqual(STATS);
});

test('those that openpi measured after padding are the robot’s, without the padding', async () => {
  const { form } = await formOn({ state: padded(STATS.state), actions: padded(STATS.actions) });
  expect(form.stats).toEqual(STATS);
});

test('where nobody chose, as in a run of before, they are those of the recording', async () => {
  const { statistics: _, ...before } = settings();
  const measured = (await formOn(null, before)).form.stats;
  expect(measured.state.mean).not.toEqual(STATS.state.mean);
  for (const chosen of [before, settings({ statistics: 'recording' })]) {
    const { data } = await gathered(STATS, chosen);
    expect(data).not.toHaveProperty('stats');
    expect((await formOn(STATS, chosen)).form.stats).toEqual(measured);
  }
});

test('a run that goes on has those that it began with, whatever lies beside its base then', async () => {
  const { data } = await gathered(STATS);
  const again = (await gathered(null)).room;
  const kept = actionsForms.data(structuredClone(data)); // as a backup brings it
  expect(robotForm(kept!, settings(), again).form.stats).toEqual(STATS);
  expect(actionsForms.data({ ...data, stats: { state: STATS.state } })).toBeUndefined();
  const uneven = { ...STATS, state: { ...STATS.state, std: [1] } };
  expect(actionsForms.data({ ...data, stats: uneven })).toBeUndefined();
  const written: unknown = JSON.parse(JSON.stringify(settings()));
  expect(settingsForm(written)).toEqual(settings());
  expect(settingsForm({ ...settings(), statistics: 'other' })).toBeUndefined();
});

const withoutQuantiles = ({ mean, std }: NormStats['state']) => ({ mean, std });

test.each<[string, NormStats | null, Partial<ActionsSettings>, string]>([
  ['there are none', null, {}, 'The base brings no statistics of its own.'],
  ['they are of another state', STATS, { state: 'last-action-and-lag' }, 'of 2 numbers of a state, and there are 4.'],
  [
    'they lack quantiles',
    { state: withoutQuantiles(STATS.state), actions: withoutQuantiles(STATS.actions) },
    { normalization: 'quantile' },
    'hold no quantiles',
  ],
])('they are refused where %s', async (_, stats, changes, said) => {
  await expect(formOn(stats, settings(changes))).rejects.toThrow(said);
  await expect(formOn(stats, settings(changes))).rejects.toThrow('Take those of the recording.');
});

test('joints that lie far from what they say are named: differences, where actions were learned, or a joint that stood still', async () => {
  const small = { ...STATS, actions: { ...row(0, 0.5), std: [0.5, 2] } };
  const { problems } = await formOn(small);
  expect(problems.map(({ what }) => what)).toEqual([
    'By the statistics of the checkpoint, the action of shoulder goes more than 10 times as far as in its training.',
  ]);
  const still = { ...STATS, state: { ...STATS.state, std: [12, 0] } };
  expect((await formOn(still)).problems.map(({ what }) => what)).toEqual([
    expect.stringContaining('the state of gripper goes more than 10 times'),
  ]);
});
