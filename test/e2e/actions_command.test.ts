import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRobotForm } from '../../src/adapter/robot_form';
import { readSafetensors } from '../../src/containers/safetensors';
import { normStatsIn } from '../recording/norm_stats_text';
import { sampleV30 } from '../recording/sample';
import { saidWhileTraining, trainCommand } from './command';
import { CAMERA, EPISODES, writeRecording } from './recording';
import { temporaryFolder } from './site';

test('npm run train --task actions: from a folder to an adapter that says what robot it is for', async () => {
  const folder = temporaryFolder();
  // A camera whose video is not there: it is masked.
  const files = sampleV30({ episodes: EPISODES, cameras: [CAMERA] });
  const data = await writeRecording(join(folder, 'recording'), files);
  const out = join(folder, 'out');
  const flags = '--task actions --steps 16 --batch 8 --warmup 2 --evaluate-every 16 --mask-padding'.split(' ');
  const record = await trainCommand(out, [...flags, '--data', data]);
  expect(record).toMatchObject({ task: 'actions', base: 'actions', steps: 16 });
  expect(record.kept.heldout).toBeLessThan(record.baseline_heldout);
  expect(record.bytes.allocated).toBe(record.bytes.planned);
  const { joints, mae, hold, mean, base } = record.open_loop ?? {};
  for (const errors of [mae, hold, mean, base]) expect(errors?.every((error) => error > 0)).toBe(true);
  expect(mae).toHaveLength(joints?.length ?? 0);
  expect(mae).not.toEqual(base);

  const { metadata, tensors } = readSafetensors(readFileSync(join(out, record.adapter)), record.adapter);
  const robot = readRobotForm(metadata.robot ?? '', record.adapter);
  expect(robot).toMatchObject({ cameras: [], horizon: 16, jointNames: { action: joints } });
  expect(normStatsIn(readFileSync(join(out, 'norm_stats.json'), 'utf8'))).toEqual(robot.stats);
  expect([...tensors.keys()].every((path) => /_1.*lora|^(state|action)_/.test(path))).toBe(true);
  expect(record.peft).toMatch(/-peft\.zip$/);
});

test('npm run train --streamed: what goes before the first step is planned, told as it goes on, and as it was', async () => {
  const folder = temporaryFolder();
  const data = await writeRecording(join(folder, 'recording'), sampleV30({ episodes: EPISODES }));
  const flags = '--task actions --streamed --steps 1 --batch 1 --warmup 0'.split(' ');
  const said = await saidWhileTraining(join(folder, 'out'), [...flags, '--data', data]);
  const lines = [
    /^Before the first step \d+ frames? go through .*, one of each task\.$/m,
    /^ {2}on the disk: [\d.]+ MB$/m,
    /^ {2}on the GPU: [\d.]+ MB, then [\d.]+ MB while it trains$/m,
    /^frames: \d+ through \d+ layers, \d+ %/m,
    /^\d+ frames? took .*, at [\d.]+ GFLOP\/s; [\d.]+ MB on the GPU, as planned$/m,
  ];
  const at = lines.map((line) => said.search(line));
  expect(
    at.every((place) => place >= 0),
    said,
  ).toBe(true);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
});
