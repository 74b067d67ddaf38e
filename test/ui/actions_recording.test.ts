import { expect, test } from 'vitest';
import { page as browser } from 'vitest/browser';
import { actionsBase, damaged, manyJoints, recording, withFootage } from './actions_double';
import { all, click, faults, none, one, openPage, settled } from './page';
import { catalogue, ok, refuse, type TrainerDouble } from './trainer_double';
import { actionsFormOf, recordingOf } from './views';

/* What a person sees of a recording, and what they may choose of it before a run. */

const text = (app: HTMLElement, selector: string) =>
  one(app, selector).shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const folder = (name: string) => [{ path: `${name}/meta/info.json`, file: new File(['{}'], 'info.json') }];

/** The Data panel with a recording that the trainer answers so. */
async function opened(answer: TrainerDouble['recording'], base = actionsBase) {
  localStorage.removeItem('adaptab.task');
  const page = await openPage((double) => {
    double.bases = [...catalogue.bases, base];
    double.recording = answer;
    withFootage(double);
  });
  page.bench.switchTask('actions');
  await page.bench.takeFolder(folder('cubes'));
  await settled();
  return page;
}

async function choose(select: HTMLSelectElement, value: string): Promise<void> {
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true, composed: true }));
  await settled();
}

test('more joints than can be learned are chosen on the page: by ticks, by place, all that move', async () => {
  const problem = { what: 'The action has 40 numbers a frame; 1 to 32 can be learned.', joints: manyJoints };
  const { app, double, bench } = await opened({ ok: false, problem });
  const said = () => text(app, 'recording-joints');
  const read = () => one<HTMLButtonElement>(app, 'recording-joints button.primary');
  const button = (words: string) => one(app, 'recording-joints button', words);
  expect(said()).toContain('40 of 40 joints chosen. At most 32 can be learned.');
  expect(said()).toContain('hand_39.pos jitters by one tick');
  expect(read().disabled).toBe(true);
  await click(button('Leave out 6 joints that hold still or jitter'));
  expect(said()).toContain('34 of 40 joints chosen.');
  await click(button('None'));
  expect(read().disabled).toBe(true);
  const places = one<HTMLInputElement>(app, 'recording-joints input#places');
  const write = async (typed: string) => {
    places.value = typed;
    places.dispatchEvent(new Event('change'));
    await settled();
  };
  await write('0-40');
  expect(places.getAttribute('aria-invalid')).toBe('true');
  expect(said()).toContain('Write places from 0 to 39');
  expect(said()).toContain('0 of 40 joints chosen.');
  await write('0-2, 9');
  await click(one<HTMLLabelElement>(app, 'recording-joints li label', 'hand_30.pos'));
  expect(await faults()).toEqual([]);
  double.recording = ok(recording);
  await click(read());
  const joints = ['hand_0.pos', 'hand_1.pos', 'hand_2.pos', 'hand_9.pos', 'hand_30.pos'];
  expect(double.recordingOptions).toMatchObject({ joints });
  expect(none(app, 'recording-panel problem-note', 'can be learned')).toBe(true);
  await bench.takeFolder(folder('other'));
  expect(double.recordingOptions?.joints).toBeUndefined();
});

test('joints that hold still are named and left out with one button, and come back with another', async () => {
  const { app, double } = await opened(ok(damaged));
  expect(text(app, 'recording-report')).toContain('Nothing to learn from: wrist_roll.pos holds still.');
  expect(text(app, 'recording-report')).toContain('1 joint left out.');
  await click(one(app, 'recording-report button', 'Leave 1 joint out'));
  const names = damaged.allJoints.map(({ name }) => name);
  expect(double.recordingOptions?.joints).toEqual(names.slice(0, 4));
  await click(one(app, 'recording-joints button', 'All'));
  await click(one(app, 'recording-joints button', 'Read with 6 joints'));
  expect(double.recordingOptions?.joints).toBeUndefined();
});

test('what is learned, and why, is said before the run and follows what is chosen', async () => {
  const { app, bench, double } = await opened(ok(recording));
  const said = () => text(app, 'learning-choices');
  expect(said()).toContain('The action before, and how far the joints are behind it.');
  expect(said()).toContain('The state follows the action in 6 of 6 joints that move.');
  expect(said()).toContain('6 of 6 joints. Differences from the last action');
  await choose(one<HTMLSelectElement>(app, 'learning-choices select#state'), 'measured');
  expect(said()).toContain('Where the joints were measured. As openpi gives it. Chosen by hand.');
  expect(said()).toContain('5 of 6 joints. An action says where a joint is to be.');
  expect(said()).toContain('gripper.pos as it is: opens and closes');
  await click(one<HTMLLabelElement>(app, 'learning-choices label.switch', 'shoulder_pan.pos'));
  expect(said()).toContain('4 of 6 joints. Chosen by hand.');
  expect(bench.settings).toMatchObject({ normalization: null });
  expect(said()).toContain('Mean and deviation (π0). The mean of each joint becomes 0');
  await choose(one<HTMLSelectElement>(app, 'learning-choices select#normalization'), 'quantile');
  expect(said()).toContain('1st to its 99th percentile');
  const delta = [false, true, true, true, true, false];
  expect(bench.settings).toMatchObject({ state: 'measured', delta, normalization: 'quantile' });
  await click(one(app, 'learning-choices button', 'As suggested by the recording'));
  expect(bench.settings).toMatchObject({ state: 'measured', delta: null });
  double.recording = ok(damaged);
  await choose(one<HTMLSelectElement>(app, 'learning-choices select#state'), 'last-action');
  await bench.takeFolder(folder('other'));
  await settled();
  expect(bench.settings).toMatchObject({ state: null });
  expect(said()).toContain('Not possible: “The action before”, “The action before, and how far');
  const last = one<HTMLOptionElement>(app, 'learning-choices option[value="last-action"]');
  expect(last.disabled).toBe(true);
});

test('a base that was trained in a certain way is told so, unless a person chooses', async () => {
  const own = { cameras: ['base_0_rgb'], horizon: 50, promptLength: 200 };
  const told = { ...own, state: 'measured', normalization: 'quantile' } as const;
  const { app, bench } = await opened(ok(recording), { ...actionsBase, actions: told });
  const said = () => text(app, 'learning-choices');
  expect(said()).toContain('Where the joints were measured. As openpi gives it. The base was trained with it.');
  expect(said()).toContain('5 of 6 joints. An action says where a joint is to be.');
  expect(said()).toContain('Quantiles (π0.5). The range of each joint from its 1st to its 99th percentile');
  expect(bench.settings).toMatchObject({ state: null, normalization: null });
  await choose(one<HTMLSelectElement>(app, 'learning-choices select#state'), 'last-action');
  expect(said()).toContain('The action before. Where the joints were told to be, one frame ago. Chosen by hand.');
  expect(all(app, 'recording-cameras option').map(({ textContent }) => textContent?.trim())).toEqual([
    'Not seen',
    'From outside (base_0_rgb)',
  ]);
});

test('cameras: which place each takes, why one is not seen, with the line that mends it', async () => {
  const { app, bench } = await opened(ok(damaged));
  const row = (name: string) => one(app, 'recording-cameras li', name);
  const said = (name: string) => row(name).textContent?.replace(/\s+/g, ' ') ?? '';
  const place = (name: string) => row(name).querySelector('select')!;
  const chosen = () => actionsFormOf(bench).actions.cameras;
  const [front, side] = ['observation.images.front', 'observation.images.side'];
  expect(said('images.front')).toContain('has pictures · 640 × 480 pixels · AV1 · Its name says "front".');
  expect([place('images.front').value, place('images.side').value]).toEqual(['base_0_rgb', 'left_wrist_0_rgb']);
  expect(said('images.wrist')).toContain('MPEG-4 Part 2 (mp4v), which no browser decodes.');
  expect(text(app, 'copy-line')).toContain('ffmpeg -i IN.mp4 -c:v libx264 OUT.mp4');
  await choose(place('images.side'), 'base_0_rgb');
  expect(chosen()).toEqual([side, front, null]);
  expect(said('images.side')).toContain('Chosen by hand.');
  await choose(place('images.side'), '');
  expect(chosen()).toEqual([null, front, null]);
  await choose(place('images.front'), 'right_wrist_0_rgb');
  expect(bench.settings).toMatchObject({ cameras: [null, null, front] });
  await choose(place('images.front'), '');
  expect(text(app, 'recording-cameras')).toContain('None is seen. The model learns from state and words alone.');
  await click(one(app, 'recording-cameras button', 'As their names suggest'));
  expect(chosen()).toBe(null);
});

test('a fault is told once, with how often; episodes stand beside those promised', async () => {
  const { app } = await opened(ok(damaged));
  expect(text(app, 'recording-report')).toContain('4 of 6 promised');
  const notes = all(app, 'recording-report problem-note').map((note) => note.shadowRoot?.textContent ?? '');
  expect(notes).toHaveLength(2);
  expect(notes[1]).toContain('its episode is left out. (12 times)');
});

test('words where there are none are typed once, and stay with the recording', async () => {
  const { app, bench, double } = await opened(ok(damaged));
  expect(text(app, 'recording-report')).toContain('What the robot was asked for in 4 episodes.');
  const field = one<HTMLInputElement>(app, 'recording-report input#prompt');
  field.value = ' Fold the towel. ';
  const said = damaged.episodes.map((episode) => ({ ...episode, task: 'Fold the towel.' }));
  double.recording = ok({ ...damaged, episodes: said });
  field.dispatchEvent(new Event('change'));
  await settled();
  expect(double.recordingOptions?.prompt).toBe('Fold the towel.');
  expect(one<HTMLInputElement>(app, 'recording-report input#prompt').value).toBe('Fold the towel.');
  double.recording = ok(recording);
  await bench.takeFolder(folder('other'));
  await settled();
  expect(double.recordingOptions?.prompt).toBeUndefined();
  expect(none(app, 'recording-report input#prompt')).toBe(true);
});

test('of several recordings each keeps its fate, and one can be taken away', async () => {
  const { app, bench, double } = await opened(ok(recording));
  const given = () => double.given.map(({ path }) => path);
  const rows = () => all(app, 'recording-panel ul.rows li').map((row) => row.textContent?.replace(/\s+/g, ' ').trim());
  await recordingOf(bench).join(folder('cubes'));
  await settled();
  expect(given()).toEqual(['cubes/meta/info.json', 'cubes 2/meta/info.json']);
  expect(rows()).toHaveLength(2);
  double.recording = refuse('Its action has 7 numbers a frame.', 'boxes', 'Train on it alone.');
  await recordingOf(bench).join(folder('boxes'));
  await settled();
  expect(rows()[2]).toContain('not learned from');
  expect(text(app, 'recording-panel .rows problem-note')).toContain('Its action has 7 numbers');
  expect(recordingOf(bench).ready).toBe(true);
  expect(await faults()).toEqual([]);
  double.recording = ok(recording);
  await click(one(app, 'recording-panel button', 'Remove cubes 2'));
  expect(given()).toEqual(['cubes/meta/info.json']);
  expect(rows()).toHaveLength(2);
  await click(one(app, 'recording-panel button', 'Remove boxes'));
  expect(rows()).toHaveLength(0);
  expect(one(app, 'recording-panel h3', 'Recording: cubes')).toBeTruthy();
  expect(recordingOf(bench).ready).toBe(true);
});

test('where the reader says whose episodes are whose, each recording has its own, and one without is not learned from', async () => {
  const { app, bench, double } = await opened(ok(recording));
  const episodes = recording.episodes.map((episode) => ({ ...episode, source: { recording: 'cubes', index: 7 } }));
  double.recording = ok({ ...recording, episodes });
  await recordingOf(bench).join(folder('boxes'));
  await settled();
  const rows = all(app, 'recording-panel ul.rows li').map((row) => row.textContent?.replace(/\s+/g, ' ').trim());
  expect(rows[0]).toContain('learned from: 4 episodes · 1 file');
  expect(rows[1]).toContain('not learned from · 1 file');
  expect(text(app, 'recording-report')).toContain('0 cubes 7');
});

test('stopping to read one more brings back what was open', async () => {
  const { app, bench, double } = await opened(ok(recording));
  let go: () => void = () => undefined;
  double.whileReading = async () => {
    double.whileReading = async () => undefined;
    await new Promise<void>((resolve) => {
      go = resolve;
    });
  };
  const joined = recordingOf(bench).join(folder('boxes'));
  await settled();
  await click(one(app, 'recording-panel button', 'Stop reading'));
  go();
  expect(await joined).toBe(false);
  await settled();
  expect(double.given.map(({ path }) => path)).toEqual(['cubes/meta/info.json']);
  expect(recordingOf(bench).rows).toHaveLength(1);
  expect(recordingOf(bench).ready).toBe(true);
});

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 360],
  ['dark', 360],
] as const)('axe-core finds nothing where a recording is not as it should be: %s, %i px', async (theme, width) => {
  await browser.viewport(width, 900);
  document.documentElement.dataset.theme = theme;
  const { app } = await opened(ok(damaged));
  for (const details of all<HTMLDetailsElement>(app, 'recording-report details')) details.open = true;
  await settled();
  expect(await faults()).toEqual([]);
  const { scrollWidth, clientWidth } = document.documentElement;
  expect(scrollWidth - clientWidth).toBe(0);
});
