import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRobotForm } from '../../src/adapter/robot_form';
import { readSafetensors } from '../../src/containers/safetensors';
import { normStatsIn } from '../recording/norm_stats_text';
import { sampleV21, sampleV30 } from '../recording/sample';
import { download, type Row, set, show, start, table, untilEnded } from './person';
import { CAMERA, dropFromDisk, EPISODES, errorRows, film, recordingFact, writeRecording } from './recording';
import { openSite, serveSite, temporaryFolder } from './site';

/* The actions task as a person meets it, on recordings that are made here, in both layouts of LeRobot. */

const joints = ['joint_0.pos', 'joint_1.pos', 'joint_2.pos'];
const losses = (rows: readonly Row[]) => rows.filter(({ train }) => train > 0);
const names = (rows: readonly (string | number)[][]) => rows.map(([name]) => name);
const numbers = (rows: readonly (string | number)[][]) => rows.flatMap((row) => row.slice(1));

test('drop a recording with video, train, see open loop, take the adapter away, come back and try it', async () => {
  const { url } = await serveSite();
  const { page, faults } = await openSite(url);
  const video = { path: `videos/${CAMERA}/chunk-000/file-000.mp4`, file: await film(page) };
  const files = [...sampleV30({ episodes: EPISODES, cameras: [CAMERA] }), video];
  const folder = await writeRecording(join(temporaryFolder(), 'cubes'), files);

  await page.getByRole('button', { name: 'Actions' }).waitFor();
  await dropFromDisk(page, folder);
  await page.getByRole('heading', { name: 'Recording: cubes' }).waitFor();
  expect(await recordingFact(page, 'Layout')).toBe('LeRobot v3.0');
  expect(await recordingFact(page, 'Episodes')).toBe('3');
  expect(await recordingFact(page, 'Frames')).toBe('72');
  const report = page.locator('recording-report');
  expect(await report.textContent()).not.toContain('Worth knowing');
  for (const words of [...joints, 'Pick the cube.', 'held out', CAMERA, 'has pictures']) {
    await report.getByText(words).first().waitFor();
  }

  await set(page, { Steps: 4, Batch: 4, 'Warm-up': 1, 'Evaluate every': 4 });
  await start(page);
  await page.getByText('Images and words are computed once.').waitFor({ timeout: 120_000 });
  const { ended, before, after } = await untilEnded(page);
  expect(ended).toBe('Finished');
  expect(after).not.toBe(before);
  expect(losses(await table(page))).toHaveLength(4);
  await page.getByText(/^at step \d/).waitFor();
  const rows = await errorRows(page, 'run-panel');
  expect(names(rows)).toEqual(joints);
  expect(numbers(rows).every((error) => Number(error) > 0)).toBe(true);
  for (const [, adapter, , , base] of rows) expect(adapter).not.toBe(base);
  expect(await page.locator('run-panel open-loop figure path.predicted').count()).toBe(3);

  await show(page, 'Adapter');
  await page.getByRole('article', { name: 'cubes' }).getByText('sample_arm · 3 joints · 16 actions').waitFor();
  const { name, bytes } = await download(page, 'Download cubes as .safetensors');
  const { metadata, tensors } = readSafetensors(bytes, name);
  const robot = readRobotForm(metadata.robot ?? '', name);
  expect(robot).toMatchObject({ cameras: [CAMERA], horizon: 16, jointNames: { action: joints } });
  expect([...tensors.keys()].every((path) => /_1.*lora|^(state|action)_/.test(path))).toBe(true);
  const stats = await download(page, 'Download cubes as norm_stats.json');
  expect(normStatsIn(new TextDecoder().decode(stats.bytes))).toEqual(robot.stats);

  await page.reload();
  await page.getByRole('button', { name: 'Actions', pressed: true }).waitFor();
  await show(page, 'Adapter');
  const tryIt = page.getByRole('button', { name: 'Try on the recording: cubes' });
  expect(await tryIt.isDisabled()).toBe(true);
  await dropFromDisk(page, folder);
  await page.getByRole('heading', { name: 'Recording: cubes' }).waitFor();
  await show(page, 'Adapter');
  await tryIt.click();
  await page.getByText('with cubes', { exact: true }).waitFor({ timeout: 120_000 });
  const again = await errorRows(page, 'adapter-panel');
  expect(names(again)).toEqual(joints);
  for (const [row, errors] of again.entries()) {
    for (const [column, error] of errors.slice(1).entries()) {
      const first = Number(rows[row]?.[column + 1]);
      expect(Math.abs(Number(error) / first - 1)).toBeLessThan(0.02); // kept in bfloat16, shown with three digits
    }
  }
  expect(faults).toEqual([]);
}, 240_000);

test('a folder of the older layout with a file too few: what is missing is said, and the rest trains', async () => {
  const { url } = await serveSite();
  const { page, faults } = await openSite(url);
  const files = sampleV21({ episodes: EPISODES, cameras: [CAMERA] }).filter(({ path }) => !/episode_000001/.test(path));
  const folder = await writeRecording(join(temporaryFolder(), 'cubes'), files);
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.locator('recording-panel input#folder').setInputFiles(folder);
  await page.getByRole('heading', { name: 'Recording: cubes' }).waitFor();
  expect(await recordingFact(page, 'Layout')).toBe('LeRobot v2.1');
  expect(await recordingFact(page, 'Episodes')).toBe('2 of 3 promised');
  const report = page.locator('recording-report');
  await report.getByText('no pictures: masked').waitFor();
  const said = await report.locator('problem-note').evaluateAll((all) => all.map((one) => one.shadowRoot?.textContent));
  expect(said.join(' ')).toMatch(/3 episodes are promised, 2 can be used \(0, 2\)\. Missing: 1\./);

  await set(page, { Steps: 2, Batch: 2, 'Warm-up': 1 });
  await start(page);
  expect((await untilEnded(page)).ended).toBe('Finished');
  expect(names(await errorRows(page, 'run-panel'))).toEqual(joints);
  expect(faults).toEqual([]);
});
