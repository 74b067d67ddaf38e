import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readRobotForm } from '../../src/adapter/robot_form';
import { readSafetensors } from '../../src/adapter/safetensors';
import { readNormStats } from '../../src/robot/norm_stats_file';
import { sampleV30 } from '../robot/sample';
import { trainCommand } from './command';
import { temporaryFolder } from './site';

/** A LeRobot folder on the disk: three episodes of a smooth motion, a camera whose video is not there. */
async function writeRecording(folder: string): Promise<string> {
  const episodes = [0, 1, 2].map((index) => ({ index, frames: 60, task: index % 2 }));
  for (const { path, file } of sampleV30({ episodes, cameras: ['observation.images.top'] })) {
    const place = join(folder, 'recording', path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, new Uint8Array(await file.arrayBuffer()));
  }
  return join(folder, 'recording');
}

test('npm run train --task actions: from a folder to an adapter that says what robot it is for', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  const flags = '--task actions --steps 12 --batch 4 --evaluate-every 6 --warmup 2 --lr 5e-3'.split(' ');
  const record = await trainCommand(out, [...flags, '--data', await writeRecording(folder)]);
  expect(record).toMatchObject({ task: 'actions', base: 'actions', steps: 12 });
  expect(record.kept.heldout).toBeLessThan(record.baseline_heldout);
  expect(record.bytes.allocated).toBe(record.bytes.planned);
  const { joints, mae, hold, mean, base } = record.open_loop ?? {};
  for (const errors of [mae, hold, mean, base]) expect(errors?.every((error) => error > 0)).toBe(true);
  expect(mae).toHaveLength(joints?.length ?? 0);
  expect(mae).not.toEqual(base);

  const { metadata, tensors } = readSafetensors(readFileSync(join(out, record.adapter)), record.adapter);
  const robot = readRobotForm(metadata.robot ?? '', record.adapter);
  expect(robot).toMatchObject({ cameras: [], horizon: 16, jointNames: { action: joints } });
  expect(readNormStats(readFileSync(join(out, 'norm_stats.json'), 'utf8'))).toEqual(robot.stats);
  expect([...tensors.keys()].every((path) => /_1.*lora|^(state|action)_/.test(path))).toBe(true);
  expect(record.peft).toMatch(/-peft\.zip$/);
});
