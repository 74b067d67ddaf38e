import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { exportOpenpi, importAdapter } from '../../src/adapter/openpi_file';
import { exportPeft, peftFiles } from '../../src/adapter/peft_zip';
import { checkRobot, readRobotForm } from '../../src/adapter/robot_form';
import { readSafetensors, toFloat32 } from '../../src/containers/safetensors';
import { normStatsIn } from '../recording/norm_stats_text';
import { actionsAdapter, base, robot } from './actions_sample';

test.each([false, true])(
  'an actions adapter comes back from its file as it was; LoRA in both experts: %s',
  (everywhere) => {
    const adapter = actionsAdapter(everywhere);
    const { adapter: back, notes } = importAdapter(exportOpenpi(adapter), 'a.safetensors', [base], 'two', 0);
    expect(notes).toEqual([]);
    expect(back).toEqual({ ...adapter, summary: { ...adapter.summary, id: 'two' } });
  },
);

test.each([
  ['{', 'makes no sense'],
  [JSON.stringify({ ...robot, stats: { ...robot.stats, actions: { mean: [1], std: [1] } } }), 'makes no sense'],
  [JSON.stringify({ ...robot, horizon: 0 }), 'makes no sense'],
  [JSON.stringify({ ...robot, places: [] }), 'makes no sense'],
])('a robot that makes no sense is refused: %s', (text, message) => {
  const file = exportOpenpi({ ...actionsAdapter(), robot: JSON.parse(JSON.stringify(robot)) });
  const damaged = new TextEncoder().encode(JSON.stringify(JSON.stringify(robot)).slice(1, -1));
  const told = new TextDecoder('latin1').decode(file);
  const place = told.indexOf(new TextDecoder('latin1').decode(damaged));
  expect(place).toBeGreaterThan(0);
  const escaped = JSON.stringify(text).slice(1, -1).padEnd(damaged.length);
  file.set(new TextEncoder().encode(escaped).subarray(0, damaged.length), place);
  expect(() => importAdapter(file, 'a.safetensors', [base], 'two', 0)).toThrow(message);
});

test('a robot of before, whose cameras name no places, is read', () => {
  const { places: _, ...before } = robot;
  expect(readRobotForm(JSON.stringify(before), 'old')).toEqual(before);
});

test('PEFT holds the expert’s factors and whole projections, under the names of PI0Policy', () => {
  const adapter = actionsAdapter();
  const files = peftFiles(adapter, { name: 'tiny', licence: 'none' });
  const { tensors } = readSafetensors(files['adapter_model.safetensors'] as Uint8Array, 'adapter_model');
  const expert = [...tensors.keys()].filter((name) =>
    name.startsWith('base_model.model.model.paligemma_with_expert.gemma_expert.model.layers.'),
  );
  expect(expert).toHaveLength(2 * 7 * 2);
  expect(tensors.size).toBe(expert.length + 10);
  const weight = tensors.get('base_model.model.model.action_out_proj.weight');
  const { shape, values } = adapter.tensors['action_out_proj/kernel'] as Adapter['tensors'][string];
  expect(weight?.shape).toEqual([shape[1], shape[0]]);
  expect(toFloat32(weight as never)[1]).toBe(values[shape[1] as number]); // (0, 1) there is (1, 0) here
  const text = (name: string) => new TextDecoder().decode(files[name]);
  expect(JSON.parse(text('adapter_config.json')).modules_to_save).toEqual([
    'action_in_proj',
    'action_out_proj',
    'action_time_mlp_in',
    'action_time_mlp_out',
    'state_proj',
  ]);
  expect(normStatsIn(text('norm_stats.json'))).toEqual(robot.stats);
  expect(text('README.md')).toContain('put the cube \\| in the box');
  expect(text('README.md')).toContain(
    '| Cameras, in order | `front` |\n| Their places in the base | `left_wrist_0_rgb` |',
  );
});

test('PEFT refuses LoRA of the backbone in words', async () => {
  const terms = { name: 'tiny', licence: 'none' };
  await expect(exportPeft(actionsAdapter(true), terms)).rejects.toThrow('LoRA of the backbone');
});

test('a recording of another robot is refused in words', () => {
  const cameras = [{ name: 'front', width: 4, height: 4, available: true }];
  const { jointNames } = robot;
  expect(() => checkRobot(robot, { jointNames, cameras }, 'mine')).not.toThrow();
  expect(() => checkRobot(robot, { jointNames: { ...jointNames, action: ['pan'] }, cameras }, 'mine')).toThrow(
    'its action has 1 joints, where the adapter has 2',
  );
  const renamed = { ...jointNames, state: ['pan', 'jaw'] };
  expect(() => checkRobot(robot, { jointNames: renamed, cameras }, 'mine')).toThrow('joint 2 of its state is "jaw"');
  const masked = [{ ...(cameras[0] as (typeof cameras)[0]), available: false }];
  expect(() => checkRobot(robot, { jointNames, cameras: masked }, 'mine')).toThrow('the camera "front"');
});
