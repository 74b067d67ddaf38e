import { afterEach, expect, test } from 'vitest';
import { page as browser } from 'vitest/browser';
import actionsConfig from '../../public/base/actions/config.json';
import config from '../../public/base/text/config.json';
import samples from '../../public/samples/index.json';
import { readFile } from '../../src/dataset/read_file';
import { tooLarge } from '../../src/fit/words';
import { checkNumber, outcome, problem } from '../../src/problem';
import { openRecording } from '../../src/recording/open_recording';
import { verdictOf } from '../../src/train/verdict';
import { panels } from '../../src/ui/bench/workbench';
import { speak } from '../../src/ui/words/language';
import { unusableDevice } from '../../src/worker/device_report';
import { atRate, seenOf } from '../train/seen';
import { actionsBase, damaged, recording } from './actions_double';
import actionsDouble from './actions_double.ts?raw';
import { all, click, openPage, type Page, settled } from './page';
import { catalogue, dataset, device, eventsOf, ok, planOf, type TrainerDouble } from './trainer_double';
import trainerDouble from './trainer_double.ts?raw';
import { dataOf, recordingOf } from './views';

/* What the engine tells reaches the page in the page's language: no English sentence is left on a panel. */

afterEach(() => speak('en'));

/** Code, numbers in their own type, and what is a person's own: file names and cells of data, samples and prompts. */
const NOT_OURS =
  'style, script, code, pre, kbd, textarea, .echo, .own, sample-text, window-preview, copy-line, episode-player';
const SENTENCE = /[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}/;

/** Sentences in Latin letters that are shown or read out, in all shadow roots below. */
function english(root: ParentNode): string[] {
  return [...root.children].flatMap((element) => {
    if (element.matches(NOT_OURS) || (element instanceof HTMLElement && element.hidden)) return [];
    const own = [...element.childNodes].flatMap((node) => (node instanceof Text ? [node.data] : []));
    const told = ['aria-label', 'title', 'placeholder'].map((name) => element.getAttribute(name) ?? '');
    const here = [...own, ...told].filter((text) => SENTENCE.test(text)).map((text) => text.trim());
    const below = [...(element.shadowRoot ? english(element.shadowRoot) : []), ...english(element)];
    return [...here, ...below];
  });
}

const textFile = (name: string, ...parts: BlobPart[]) => new File(parts, name);

/** What the engine says of files that are wrong in several ways. */
async function badFiles() {
  const files = [
    textFile(
      'broken.jsonl',
      '{"prompt": "a", "completion": "b"}\n{"prompt": \'a\'}\n{"messages": []}\nno json\n{"a": 1}\n',
    ),
    textFile('scan.pdf', '%PDF-1.7'),
    textFile('empty.txt', ''),
    textFile('latin.txt', new Uint8Array([0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x0a, 0x61])),
    textFile('table.csv', 'prompt,completion\na,"b\n'),
  ];
  return Promise.all(files.map((file) => readFile(file, {}, () => undefined)));
}

const shippedSamples = samples.map(({ file: _, task, ...sample }) => ({
  ...sample,
  task: task === 'text' ? ('text' as const) : ('actions' as const),
}));

/** The page in Chinese, with a base and samples that describe themselves as the shipped ones do. */
async function chinese(prepare: (double: TrainerDouble) => void = () => undefined): Promise<Page> {
  await browser.viewport(1280, 900);
  await speak('zh');
  return openPage((double) => {
    const { name, description, licence } = config;
    double.bases = catalogue.bases.map((base) => ({ ...base, name, description, licence }));
    double.catalogue = async () => ok({ ...catalogue, bases: double.bases, samples: shippedSamples });
    prepare(double);
  });
}

/** Is it a sentence that the double of the trainer made up, which no catalogue can know? */
const isInvented = (text: string): boolean =>
  (text.match(/[A-Za-z][A-Za-z0-9 ,;']*[A-Za-z]/g) ?? [])
    .filter((run) => SENTENCE.test(run))
    .every((run) => `${actionsDouble}${trainerDouble}`.includes(run));

/** What is left in English on any panel. */
async function leftOn({ app, bench }: Page): Promise<string[]> {
  const left: string[] = [];
  for (const panel of panels) {
    bench.show(panel);
    await settled();
    const texts = english(app.shadowRoot!).filter((text) => !isInvented(text));
    left.push(...texts.map((text) => `${panel}: ${text}`));
  }
  return left;
}

test('files that cannot be read', async () => {
  const files = await badFiles();
  expect(files.flatMap(({ problems }) => problems).length).toBeGreaterThan(6);
  const page = await chinese((double) => {
    double.dataset = ok({ ...dataset, files });
  });
  await dataOf(page.bench).addFiles([textFile('broken.jsonl', 'x')]);
  expect(await leftOn(page)).toEqual([]);
});

test.each([
  ['cannot train', unusableDevice(problem('This browser has no WebGPU, which training needs.'), [])],
  ['trains', { ...device, abilities: unusableDevice(null, ['H.264']).abilities }],
])('a device that %s', async (_, told) => {
  const page = await chinese((double) => {
    double.device = told;
  });
  expect(await leftOn(page)).toEqual([]);
  await click(all(page.app, 'app-header button').find((button) => button.ariaLabel?.includes('GPU'))!);
  expect(all(page.app, 'device-report').length).toBe(1);
  expect(english(page.app.shadowRoot!)).toEqual([]);
});

test.each([
  'All(PathRegex(".*llm.*)',
  'All(PathRegex(".*(llm.*"), Not(',
  'PathRegex(".*vision_tower.*")',
  'Any(PathRegex("llm*"), PathRegex(".*foo.*"))',
  'PathRegex(".*")',
  'Nothing',
  'nnx.All(nnx_utils.PathRegex(".*llm.*"), nnx_utils.PathRegex(".*img.*"))',
])('a filter that is wrong: %s', async (freeze) => {
  const page = await chinese();
  page.bench.edit({ freeze });
  await expect.poll(() => page.bench.studio.report?.text).toBe(freeze);
  expect(await leftOn(page)).toEqual([]);
});

test('settings that cannot be, a run that does not fit, and one that made the base worse', async () => {
  const wrong = await outcome(() => checkNumber('learningRate', -1));
  const page = await chinese((double) => {
    double.planAnswer = (settings) => (wrong.ok ? ok(planOf(settings)) : wrong);
    double.dataset = ok({ ...dataset, files: dataset.files.map((file) => ({ ...file, problems: [] })) });
  });
  const { bench, double } = page;
  await dataOf(bench).openSample('ships_log');
  await expect.poll(() => bench.plans.problem).not.toBeNull();
  expect(await leftOn(page)).toEqual([]);
  double.planAnswer = null;
  bench.editNumber('batchSize', '3'); // a plan is asked for anew
  bench.report('run', 'run', problem(tooLarge(1.2e9, planOf(bench.settings!).byKind), 'GPU memory').problem);
  void bench.start();
  await expect.poll(() => double.settings).not.toBeNull();
  double.send(eventsOf(double.settings!, 0, 60));
  double.send([{ kind: 'skipped', step: 60, reason: 'Loss or gradient is not a finite number; nothing was changed.' }]);
  const seen = seenOf([4.8, 9.4, 14.2, 8, 7, 6.5, 6.4, 6.3], atRate(0.3), { 4: 8.446, 8: 6.3016 });
  double.finish('finished', 60, { verdict: verdictOf(seen, { baselineHeldout: 4.8287, heldout: 6.3016, step: 8 }) });
  await settled();
  expect(await leftOn(page)).toEqual([]);
});

test('recordings: one that cannot be opened, and one in which not all is as it should be', async () => {
  const file = new File(['{"codebase_version": "v9", "fps": 0}'], 'info.json');
  const failed = await outcome(() => openRecording([{ path: 'arm/meta/info.json', file }]));
  expect(failed.ok).toBe(false);
  const page = await chinese((double) => {
    const { name, description, licence } = actionsConfig;
    double.bases = [...double.bases, { ...actionsBase, name, description, licence }];
    double.catalogue = async () => ok({ ...catalogue, bases: double.bases, samples: shippedSamples });
    double.recording = failed.ok ? ok(recording) : failed;
  });
  page.bench.switchTask('actions');
  await recordingOf(page.bench).open([{ path: 'arm/meta/info.json', file }]);
  expect(await leftOn(page)).toEqual([]);
  page.double.recording = ok(damaged);
  await recordingOf(page.bench).open([{ path: 'arm/meta/info.json', file }]);
  expect(await leftOn(page)).toEqual([]);
});
