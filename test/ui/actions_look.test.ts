import { expect, test } from 'vitest';
import { quantity } from '../../src/ui/words/format';
import type { EpisodePictures, Outcome } from '../../src/worker/api';
import {
  actionsAdapterNamed,
  actionsBase,
  episodeCurvesOf,
  openLoopAt,
  picturesOf,
  recording,
  withFootage,
} from './actions_double';
import { all, click, faults, none, one, openPage, settled } from './page';
import { catalogue, ok, type TrainerDouble } from './trainer_double';

/* What a person sees of a recording and of what was predicted: one scrubber moves all of it. */

const folder = [{ path: 'cubes/meta/info.json', file: new File(['{}'], 'info.json') }];
const FRONT = 'observation.images.front';

async function opened(prepare: (double: TrainerDouble) => void = () => undefined) {
  localStorage.removeItem('adaptab.task');
  const page = await openPage((double) => {
    double.bases = [...catalogue.bases, actionsBase];
    double.recording = ok(recording);
    withFootage(double);
    prepare(double);
  });
  page.bench.switchTask('actions');
  await page.bench.takeFolder(folder);
  await settled();
  return page;
}

const text = (root: HTMLElement, selector: string) =>
  one(root, selector).shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const range = (app: HTMLElement) => one<HTMLInputElement>(app, 'time-scrubber input');

async function scrub(app: HTMLElement, frame: number): Promise<void> {
  range(app).value = String(frame);
  range(app).dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
}

/** Brightness of the picture of a camera; null where it is clear. */
function shade(app: HTMLElement, camera = FRONT): number | null {
  const canvas = one<HTMLCanvasElement>(app, `camera-pictures canvas[data-camera="${camera}"]`);
  const [level, , , alpha] = canvas.getContext('2d')?.getImageData(3, 3, 1, 1).data ?? [];
  return alpha === 0 ? null : (level ?? null);
}

const pictureCalls = (double: TrainerDouble) => double.calls.filter((call) => call.startsWith('recordingPictures'));
/** The line at the place in a joint's chart. */
const now = (app: HTMLElement) => all(app, 'joint-curves path.now').map((line) => line.getAttribute('d'));
const arm = (app: HTMLElement) =>
  all(app, 'arm-figure g.arm path')
    .map((link) => link.getAttribute('d'))
    .join();
/** The values at the place are there while their table is open. */
async function openTable(app: HTMLElement): Promise<void> {
  one<HTMLDetailsElement>(app, 'episode-player details.values').open = true;
  await settled();
  await settled();
}
const row = (app: HTMLElement, joint: string) =>
  [...one(app, 'episode-player tbody.at-place tr', joint).children].map((cell) => cell.textContent?.trim());

test('the scrubber moves pictures, curves, arm, table and time together', async () => {
  const { app, double } = await opened();
  await expect.poll(() => shade(app)).toBe(0);
  const before = { now: now(app), arm: arm(app) };
  await scrub(app, 100);
  await expect.poll(() => shade(app)).toBe(100);
  expect(text(app, 'time-scrubber')).toContain('3.33 s / 9.93 s · frame 100 of 298');
  expect(range(app).getAttribute('aria-valuetext')).toBe('3.33 s, frame 100 of 298');
  expect(new Set(now(app)).size).toBe(1);
  expect(now(app)[0]).not.toBe(before.now[0]);
  expect(arm(app)).not.toBe(before.arm);
  await openTable(app);
  const { action, state } = episodeCurvesOf(0);
  const [told = 0, measured = 0] = [action[600], state[600]];
  expect(row(app, 'shoulder_pan.pos')).toEqual(['shoulder_pan.pos', quantity(told), quantity(measured)]);
  const asked = pictureCalls(double).flatMap((call) => call.split(' ')[2]?.split(',') ?? []);
  expect(new Set(asked).size).toBeLessThanOrEqual(2 + 6); // two places and a strip, of hundreds of frames
});

test('nothing plays by itself; the button plays and pauses', async () => {
  const { app } = await opened();
  for (let wait = 0; wait < 5; wait += 1) await settled();
  expect(range(app).value).toBe('0');
  await click(one(app, 'time-scrubber button', 'Play'));
  await expect.poll(() => Number(range(app).value)).toBeGreaterThan(3);
  await click(one(app, 'time-scrubber button', 'Pause'));
  const there = range(app).value;
  for (let wait = 0; wait < 5; wait += 1) await settled();
  expect(range(app).value).toBe(there);
});

test('episodes are chosen among blocks that say how long they are and which are held out', async () => {
  const { app, double } = await opened();
  const blocks = all(app, 'episode-chooser label').map((block) => block.textContent?.replace(/\s+/g, ' ').trim());
  expect(blocks).toEqual(['Episode 0 9.93 s', 'Episode 1 13.70 s', 'Episode 2 12.63 s held out', 'Episode 3 13.33 s']);
  await scrub(app, 50);
  await click(one(app, 'episode-chooser input[value="2"]'));
  await expect.poll(() => range(app).max).toBe('379');
  expect(range(app).value).toBe('0');
  expect(double.calls.filter((call) => call.startsWith('recordingCurves'))).toEqual([
    'recordingCurves 0',
    'recordingCurves 2',
  ]);
  await expect.poll(() => pictureCalls(double).some((call) => call.startsWith('recordingPictures 2 0 '))).toBe(true);
});

test('lines and joints are switched off and on, from the arm too', async () => {
  const { app } = await opened();
  expect(all(app, 'joint-curves figure')).toHaveLength(6);
  expect(all(app, 'arm-figure g.arm')).toHaveLength(2);
  await click(one(app, 'episode-player fieldset label', 'state'));
  expect(all(app, 'joint-curves path.state')).toHaveLength(0);
  expect(all(app, 'joint-curves path.action')).toHaveLength(6);
  expect(all(app, 'arm-figure g.arm').map((drawn) => drawn.getAttribute('class'))).toEqual(['arm action']);
  await click(one(app, 'episode-player .joints label', 'elbow_flex'));
  expect(text(app, 'episode-player')).toContain('Joints shown: 5 of 6');
  expect(none(app, 'joint-curves figure', 'elbow_flex')).toBe(true);
  await click(one(app, 'episode-player .joints button', 'None'));
  expect(text(app, 'episode-player')).toContain('No joint is chosen.');
  await click(one(app, 'episode-player .joints button', 'All'));
  expect(all(app, 'joint-curves figure')).toHaveLength(6);
});

test('the pointer reads values without moving the place; a press moves it', async () => {
  const { app } = await opened();
  const chart = one(app, 'joint-curves figure', 'shoulder_pan').querySelector('svg[role]')!;
  const { left, width, top } = chart.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + 20, bubbles: true };
  chart.dispatchEvent(new PointerEvent('pointermove', at));
  await settled();
  expect(one(app, 'joint-curves figure', 'shoulder_pan').textContent).toContain('4.97 s');
  expect(range(app).value).toBe('0');
  chart.dispatchEvent(new PointerEvent('pointerdown', at));
  await settled();
  expect(range(app).value).toBe('149');
  chart.dispatchEvent(new PointerEvent('pointerleave', at));
  await settled();
  expect(none(app, 'joint-curves path.pointed')).toBe(true);
});

test('a slow picture is not waited for once the place is elsewhere in another episode, and comes to no place it is not of', async () => {
  const waiting: (() => void)[] = [];
  const { app, double } = await opened((fresh) => {
    fresh.pictures = async (request) => {
      const seen: Outcome<EpisodePictures> = ok(await picturesOf(request));
      if (request.episode === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      return seen;
    };
  });
  expect(text(app, 'camera-pictures')).toContain('decoding');
  await click(one(app, 'episode-chooser input[value="1"]'));
  await scrub(app, 77);
  await expect.poll(() => shade(app)).toBe(77);
  for (const go of waiting) go();
  await settled();
  expect(shade(app)).toBe(77);
  expect(pictureCalls(double).some((call) => call.startsWith('recordingPictures 1 77 '))).toBe(true);
});

test('places that were passed over while a picture was decoded are never asked for', async () => {
  const waiting: (() => void)[] = [];
  const { app, double } = await opened((fresh) => {
    fresh.pictures = async (request) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return ok(await picturesOf(request));
    };
  });
  for (const frame of [10, 20, 30, 40]) await scrub(app, frame);
  expect(pictureCalls(double)).toHaveLength(0); // the double writes a call down when it has answered
  while (shade(app) !== 40) {
    waiting.shift()?.();
    await settled();
  }
  const asked = pictureCalls(double).map((call) => call.split(' ')[2]);
  expect(asked.slice(0, 2)).toEqual(['0', '40']);
});

test('the strip of small pictures is asked for once, and leads to its places', async () => {
  const { app, double } = await opened();
  await expect.poll(() => pictureCalls(double).length).toBe(2);
  for (let wait = 0; wait < 3; wait += 1) await settled();
  expect(pictureCalls(double).map((call) => call.split(' ')[2]?.split(',').length)).toEqual([1, 6]);
  const [, second] = all(app, 'camera-pictures .strip button');
  await click(second!);
  expect(range(app).value).toBe('74');
  await expect.poll(() => shade(app)).toBe(74);
});

test('a moment without a picture says so', async () => {
  const { app } = await opened((fresh) => {
    fresh.pictures = async (request) => {
      const seen = await picturesOf(request);
      const problem = { what: '1 frame of 1 could not be read from the video.', where: 'front.mp4' };
      return ok(request.frames.includes(5) ? { ...seen, pictures: [], problems: [problem] } : seen);
    };
  });
  await expect.poll(() => shade(app)).toBe(0);
  await scrub(app, 5);
  await expect.poll(() => text(app, 'camera-pictures')).toContain('No picture of this moment.');
  expect(shade(app)).toBe(null);
  expect(text(app, 'episode-player problem-note')).toContain('front.mp4');
});

test('a robot that is not known has no figure; without cameras there are curves alone', async () => {
  const names = recording.joints.action.map((_, place) => `motor_${place}`);
  const { app } = await opened((fresh) => {
    fresh.recording = ok({ ...recording, cameras: [], joints: { state: names, action: names } });
  });
  expect(none(app, 'arm-figure')).toBe(true);
  expect(none(app, 'camera-pictures')).toBe(true);
  expect(all(app, 'joint-curves figure')).toHaveLength(6);
  expect(text(app, 'recording-viewer')).toContain('No camera was recorded');
});

/** An adapter tried on the open recording. */
async function tried(openLoop = openLoopAt(40)) {
  const page = await opened((fresh) => {
    fresh.adapters = [actionsAdapterNamed('r', 'Cubes')];
    fresh.openLoop = openLoop;
  });
  page.bench.show('adapter');
  await settled();
  await click(one(page.app, 'adapter-row button', 'Try on the recording'));
  await settled();
  return page;
}

test('predictions: recorded, adapter and base in step with the video of that episode', async () => {
  const { app } = await tried();
  expect(all(app, 'arm-figure g.arm').map((drawn) => drawn.getAttribute('class'))).toEqual([
    'arm recorded',
    'arm base',
    'arm predicted',
  ]);
  await scrub(app, 90);
  await expect.poll(() => shade(app)).toBe(90);
  await click(one(app, 'episode-player fieldset label', 'base alone'));
  expect(none(app, 'joint-curves path.base')).toBe(true);
  expect(all(app, 'joint-curves path.predicted')).toHaveLength(6);
  expect(await faults()).toEqual([]);
});

test('a recording that is not the one that was predicted lends no pictures', async () => {
  const { curves, ...rest } = openLoopAt(40);
  const moved = curves.map((curve) => ({ ...curve, recorded: curve.recorded.map((value) => value + 1) }));
  const { app } = await tried({ ...rest, curves: moved });
  expect(all(app, 'joint-curves path.recorded')).toHaveLength(6);
  expect(none(app, 'camera-pictures')).toBe(true);
});

test('what was learned is said as it is: best, better than the base, worse, none', async () => {
  const openLoop = openLoopAt(40);
  const said = async (change: Partial<typeof openLoop>) => {
    const { app } = await tried({ ...openLoop, ...change });
    return one(app, 'open-loop p.won').textContent?.trim();
  };
  expect(await said({})).toBe('The adapter is best on 5 of 6 joints. On every joint it is closer than the base alone.');
  expect(await said({ base: openLoop.mae.map((error, joint) => (joint < 2 ? error / 2 : 2 * error)) })).toBe(
    'The adapter is best on 3 of 6 joints. Worse than the base alone on 2 joints: shoulder_pan.pos, shoulder_lift.pos.',
  );
  expect(await said({ hold: openLoop.mae.map(() => 0) })).toBe(
    'On none of 6 joints is the adapter the closest to the recording. On every joint it is closer than the base alone.',
  );
});
