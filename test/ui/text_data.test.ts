import { expect, test } from 'vitest';
import { page as browser } from 'vitest/browser';
import type { DatasetReport, FileReport } from '../../src/worker/api';
import { actionsBase, recording } from './actions_double';
import { all, click, faults, none, one, openPage, settled, type } from './page';
import { catalogue, dataset, eventsOf, ok } from './trainer_double';
import { dataOf } from './views';

/* The Data panel of the text task: what was understood of files, what a person may choose about them, what a run cuts. */

const text = (app: HTMLElement, selector: string, words = '') =>
  one(app, selector, words).shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const report = (change: Partial<DatasetReport>) => ok({ ...dataset, ...change });
const fileOf = (name: string, change: Partial<FileReport>): FileReport => ({
  name,
  bytes: 2000,
  format: 'plain text',
  examples: 0,
  problems: [],
  ...change,
});
const cut = { sequenceLength: 64, chosen: null, cut: { examples: 37, share: 0.184 }, lengthThatCutsNone: 208 };
const CUT = '37 examples had something cut, which no window of 64 tokens has room for: 18 % of all tokens';

/** The input of a number on the Data panel. */
function input(app: HTMLElement, label: string): HTMLInputElement {
  const field = all(app, 'data-panel number-field').find(({ shadowRoot }) => shadowRoot?.textContent?.includes(label));
  return field!.shadowRoot!.querySelector('input')!;
}

/** Chooses an option as a person does. */
async function choose(select: HTMLSelectElement, value: string): Promise<void> {
  select.value = value;
  select.dispatchEvent(new Event('change'));
  await settled();
}

test('the window is chosen from the data until one is typed, and again once it is emptied', async () => {
  const { app, bench, double } = await openPage((fresh) => {
    fresh.dataset = report({ sequenceLength: 96, longest: 92 });
  });
  await bench.take([new File(['a'], 'tickets.jsonl')]);
  await settled();
  expect(double.options?.sequenceLength).toBe(null);
  const window = input(app, 'Window');
  expect([window.value, window.placeholder]).toEqual(['', '96']);
  const why = (window.getRootNode() as ShadowRoot).querySelector('#chosen');
  expect(why?.textContent).toContain('the longest conversation, 92 tokens, fits into a window of 96');
  expect(bench.settings).toMatchObject({ sequenceLength: 96 });
  await type(window, '128');
  await expect.poll(() => double.options?.sequenceLength).toBe(128);
  expect(bench.settings).toMatchObject({ sequenceLength: 128 });
  expect(why?.textContent).toContain('Leave it empty');
  await type(window, '');
  await expect.poll(() => double.options?.sequenceLength).toBe(null);
  expect(window.getAttribute('aria-invalid')).toBe('false');
});

test('what is cut is said, with one button to the length that cuts nothing', async () => {
  const { app, bench, double } = await openPage((fresh) => {
    fresh.dataset = report(cut);
  });
  await bench.take([new File(['a'], 'tickets.jsonl')]);
  await settled();
  expect(text(app, 'data-panel')).toContain(CUT);
  expect(text(app, 'data-panel')).toContain('Nothing is cut then.');
  double.dataset = report({});
  await click(one(app, 'data-panel button', 'Use windows of 208 tokens'));
  await expect.poll(() => double.options?.sequenceLength).toBe(208);
  await expect.poll(() => none(app, 'data-panel button', 'Use windows')).toBe(true);
});

test.each([
  [64, 'It is the longest that this base has room for', false],
  [256, 'This base has no room for longer windows', true],
] as const)('where the base has no room: windows of %i tokens', async (sequenceLength, sentence, isLongest) => {
  const { app, bench } = await openPage((fresh) => {
    fresh.dataset = report({ ...cut, sequenceLength, lengthThatCutsNone: null });
  });
  await bench.take([new File(['a'], 'tickets.jsonl')]);
  await settled();
  expect(text(app, 'data-panel')).toContain(sentence);
  expect(none(app, 'data-panel button', 'Use windows of 256 tokens')).toBe(isLongest);
});

test('during a run and beside its result stands what was cut, and on how many windows it is measured', async () => {
  const { app, bench, double } = await openPage();
  await dataOf(bench).openSample('ship-log');
  void bench.start();
  await expect.poll(() => double.settings).not.toBe(null);
  const { sequenceLength, cut: missed } = cut;
  double.send([{ kind: 'text data', sequenceLength, cut: missed }, ...eventsOf(double.settings!, 0, 20)]);
  await settled();
  const said = [CUT, 'Held-out loss on 64 of the 517 windows that are held out, the same each time.'];
  for (const sentence of said) expect(text(app, 'run-panel')).toContain(sentence);
  double.finish();
  await expect.poll(() => text(app, 'run-panel')).toContain('Finished');
  for (const sentence of said) expect(text(app, 'run-panel')).toContain(sentence);
});

test('a file waits for its choice in its own row: a voice, an encoding, fields', async () => {
  const files = [
    fileOf('chat.txt', {
      examples: 3,
      voice: 'Ann',
      voices: [
        { name: 'Ann', messages: 12 },
        { name: 'Bo', messages: 1 },
      ],
    }),
    fileOf('old.txt', { mayBeLatin1: true, problems: [{ what: 'It holds bytes that are not UTF-8.' }] }),
    fileOf('news.jsonl', { columns: ['article', 'summary'], problems: [{ what: 'There is no known field.' }] }),
    fileOf('scan.pdf', { problems: [{ what: 'This is a PDF.' }] }),
  ];
  const { app, bench, double } = await openPage((fresh) => {
    fresh.dataset = report({ files });
  });
  await bench.take(files.map(({ name }) => new File(['a'], name)));
  await settled();
  expect(text(app, 'toast-note')).toContain('1 file added. old.txt waits for a choice of yours, as 1 more do');
  expect(text(app, 'toast-note')).toContain('1 refused: scan.pdf. This is a PDF.');
  expect(all(app, 'file-list problem-note').map((note) => note.hasAttribute('mild'))).toEqual([true, true, false]);

  const [voice, prompt, completion] = all<HTMLSelectElement>(app, 'file-list select');
  expect(voice?.selectedOptions[0]?.textContent).toBe('Ann (12 messages)');
  await choose(voice!, 'Bo');
  expect(double.options?.voices).toEqual({ 'chat.txt': 'Bo' });
  await click(one(app, 'file-list button', 'Read as Latin-1 (Windows-1252): old.txt'));
  expect(double.options?.encodings).toEqual({ 'old.txt': 'windows-1252' });
  expect(none(app, 'file-list button', 'Read as UTF-8 again: old.txt')).toBe(false);
  expect(completion?.selectedOptions[0]?.textContent).toBe('choose…');
  await choose(completion!, 'summary');
  await choose(prompt!, 'article');
  expect(double.options?.columns).toEqual({ 'news.jsonl': { prompt: 'article', completion: 'summary' } });
  expect(voice?.selectedOptions[0]?.value).toBe('Bo'); // read again, it stays as it was chosen
  expect(await faults()).toEqual([]);
});

test('rows keep their own choices when one above them is taken away', async () => {
  const table = (name: string) =>
    fileOf(name, {
      examples: 2,
      columns: ['a', 'b', 'c'],
      chosenColumns: { completion: name === 'one.csv' ? 'a' : 'b' },
    });
  const { app, bench, double } = await openPage((fresh) => {
    fresh.dataset = report({ files: [table('one.csv'), table('two.csv')] });
  });
  await bench.take([new File(['a'], 'one.csv'), new File(['a'], 'two.csv')]);
  await settled();
  await choose(all<HTMLSelectElement>(app, 'file-list select')[1]!, 'c');
  expect(double.options?.columns).toEqual({ 'one.csv': { completion: 'c' } });
  double.dataset = report({ files: [table('two.csv')] });
  await click(one(app, 'file-list button', 'Remove one.csv'));
  await expect.poll(() => all(app, 'file-list select')).toHaveLength(2);
  expect(all<HTMLSelectElement>(app, 'file-list select')[1]?.value).toBe('b');
  expect(double.options?.columns).toEqual({});
});

test('where nothing can be learned the rows stay, the panel says so, and no run starts', async () => {
  const files = [fileOf('scan.pdf', { problems: [{ what: 'This is a PDF.' }] })];
  const { app, bench, double } = await openPage((fresh) => {
    fresh.dataset = report({ files, examples: 0, preview: [], fault: { what: 'This is a PDF.', where: 'scan.pdf' } });
  });
  await bench.take([new File(['a'], 'scan.pdf')]);
  await settled();
  expect(text(app, 'data-panel problem-note.fault')).toContain('Nothing of these files can be learned.');
  expect(text(app, 'file-list problem-note')).toContain('This is a PDF.');
  expect(text(app, 'path-nav')).toContain('not enough to train on');
  await bench.start();
  expect(double.settings).toBe(null);
  await settled();
  expect(text(app, 'train-panel problem-note')).toContain('Nothing of these files can be learned.');
});

test('a heap of adapters, texts and a recording goes to three places, and one note says so', async () => {
  const { app, bench, double } = await openPage((fresh) => {
    fresh.bases = [...catalogue.bases, actionsBase];
    fresh.recording = ok(recording);
    fresh.archive = ok(['meta/info.json', 'data/0.parquet']);
  });
  bench.switchTask('text');
  await bench.take([
    new File(['a'], 'one.safetensors'),
    new File(['a'], 'two.safetensors'),
    new File(['a'], 'cubes.zip'),
    new File(['a'], 'tickets.jsonl'),
  ]);
  await settled();
  expect(double.calls).toEqual(
    expect.arrayContaining(['importAdapter one.safetensors', 'importAdapter two.safetensors']),
  );
  expect(double.calls).toContain('openRecording cubes.zip');
  expect(double.calls).toContain('openDataset tickets.jsonl');
  expect([bench.task, bench.panel]).toEqual(['text', 'data']);
  expect(text(app, 'toast-note').trim()).toMatch(
    /^one is in the list\. two is in the list\. cubes\.zip went to Data of Actions\. 1 file added\./,
  );
});

test('an archive of texts goes to the text task, whichever is shown', async () => {
  const { bench, double } = await openPage((fresh) => {
    fresh.bases = [...catalogue.bases, actionsBase];
    fresh.archive = ok(['one.txt', 'two.md']);
  });
  bench.switchTask('actions');
  await bench.take([new File(['a'], 'books.zip')]);
  expect(double.calls).toContain('openDataset books.zip');
  expect(bench.task).toBe('text');
});

test('what the base has read is said where data are chosen', async () => {
  const { app } = await openPage((fresh) => {
    fresh.bases = catalogue.bases.map((base) => ({ ...base, trainedOn: 'English books' }));
  });
  expect(text(app, 'data-panel')).toContain('The base has read nothing but English books.');
});

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)('axe-core finds nothing where something is cut and files wait: %s, %i px', async (theme, width) => {
  await browser.viewport(width, 900);
  document.documentElement.dataset.theme = theme;
  const files = [
    fileOf('a folder with a long name/chat.txt', {
      examples: 3,
      voice: 'Ann',
      voices: [{ name: 'Ann', messages: 12 }],
    }),
    fileOf('old.txt', { mayBeLatin1: true }),
    fileOf('news.jsonl', { columns: ['article', 'summary'] }),
  ];
  const { bench } = await openPage((fresh) => {
    fresh.dataset = report({ ...cut, files });
  });
  await bench.take([new File(['a'], 'old.txt'), new File(['a'], 'news.jsonl')]);
  await settled();
  expect(await faults()).toEqual([]);
  const { scrollWidth, clientWidth } = document.documentElement;
  expect(scrollWidth - clientWidth, 'wider than the page').toBe(0);
});
