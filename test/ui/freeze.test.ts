import { expect, test } from 'vitest';
import { page as browser, userEvent } from 'vitest/browser';
import { actionsBase } from './actions_double';
import { all, click, faults, none, one, openPage, settled, type } from './page';
import { catalogue } from './trainer_double';

const RECIPE = `nnx.All(
    nnx_utils.PathRegex(".*llm.*"),
    nnx_utils.PathRegex(".*img.*"),
    nnx.Not(nnx_utils.PathRegex(".*llm.*_1.*lora.*")),
)`;
const LOST = 'nnx.All(nnx_utils.PathRegex(".llm."), nnx.Not(nnx_utils.PathRegex(".*lora.*")))';

const text = (root: ParentNode, selector: string) =>
  one(root, selector).shadowRoot?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
const parts = (app: ParentNode) =>
  all(app, 'freeze-parts button').map((part) => part.textContent?.replace(/\s+/g, ' ').trim());
const rows = (app: ParentNode) => all(app, 'freeze-tree [role=treeitem]');
const rowNamed = (app: ParentNode, path: string) =>
  rows(app).find((row) => row.querySelector('.name > span:not(.twist)')?.textContent === path);
const words = (row: Element | undefined) => row?.textContent?.replace(/\s+/g, ' ').trim();

/** Opens what stands behind the picture. */
const more = async (app: HTMLElement, name: string) => click(one(app, 'freeze-details button', name));

/** The Freeze panel of a task, with tree and parts open. */
async function studio(task: 'text' | 'actions' = 'text') {
  const opened = await openPage((double) => {
    double.bases = [...catalogue.bases, actionsBase];
  });
  opened.bench.switchTask(task);
  opened.bench.show('freeze');
  await settled();
  await more(opened.app, 'Tree');
  await settled();
  const field = one<HTMLTextAreaElement>(opened.app, 'freeze-panel textarea');
  return { ...opened, field };
}

test('every part carries the number of leaves that it matched, as one types; a zero says why', async () => {
  const { app, field } = await studio();
  expect(parts(app)).toEqual(['Not 9matches 9 leaves', 'PathRegex(".*lora.*") 10matches 10 leaves']);
  await type(field, LOST);
  await expect
    .poll(() => parts(app)[1])
    .toContain('PathRegex(".llm.") 0matches 0 leaves It fits no path of this model.');
  expect(parts(app)[0]).toContain('A part of it matches nothing.');
  expect(one(app, 'freeze-parts button', '.llm.').querySelector('.zero svg')).not.toBe(null); // never colour alone
  await type(field, 'Nothing');
  await expect.poll(() => parts(app)).toEqual(['Nothing 0matches 0 leaves']); // as it says
});

test.each([
  [
    RECIPE,
    /Mistake\. This filter freezes nothing, because All keeps only what every part of it matches, and no path matches both "\.\*llm\.\*" and "\.\*img\.\*": Any takes what either matches\./,
    40,
  ],
  [
    LOST,
    /Mistake\. This filter freezes nothing, because "\.llm\." has to fit the whole path of a leaf, and each "\." without a "\*" behind it stands for one letter only: "\.\*llm\.\*" matches 27 leaves\./,
    17,
  ],
])(
  'the article’s recipe %#: one sentence, the place, the repair and the way back',
  async (recipe, sentence, frozen) => {
    const { app, field, bench } = await studio('actions');
    await type(field, recipe);
    await expect.poll(() => text(app, 'freeze-findings')).toMatch(sentence);
    await click(one(app, 'freeze-findings button', 'Go to line'));
    expect(field.getRootNode()).toHaveProperty('activeElement', field);
    expect(field.selectionEnd - field.selectionStart).toBeGreaterThan(10);
    await click(one(app, 'freeze-findings button', 'Repair'));
    await expect.poll(() => bench.studio.report?.filter?.frozenLeaves).toBe(frozen);
    await expect.poll(() => none(app, 'freeze-findings button', 'Repair')).toBe(frozen === 40);
    await click(one(app, 'toast-note button', 'Undo'));
    expect(field.value).toBe(recipe);
    await expect.poll(() => text(app, 'freeze-findings')).toMatch(sentence);
  },
);

test('a mistake is marked at its character at once, and put into words with the way to it', async () => {
  const { app, field } = await studio();
  await type(field, 'All(PathRegex(".*llm.*"), Not(Path(".*lora.*")))');
  await expect.poll(() => one(app, 'freeze-editor mark').textContent).toBe('P');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(none(app, 'freeze-editor problem-note')).toBe(true); // it may be half written
  await expect.poll(() => none(app, 'freeze-editor problem-note')).toBe(false);
  expect(text(app, 'freeze-editor problem-note')).toMatch(/"Path" is not a filter.*line 1, column 31.*The filters are/);
  expect(text(app, 'freeze-panel')).toContain('The last filter without a mistake:');
  await click(one(app, 'freeze-editor button', 'Go to line 1, column 31'));
  expect([field.selectionStart, field.selectionEnd]).toEqual([30, 31]);
  await type(field, 'Nothing');
  await expect.poll(() => none(app, 'freeze-editor problem-note')).toBe(true);
  expect(none(app, 'freeze-editor mark')).toBe(true);
});

test('a part that is chosen is marked in the text, and its leaves in the tree', async () => {
  const { app } = await studio();
  await click(one(app, 'freeze-parts button', 'PathRegex(".*lora.*")'));
  expect(one(app, 'freeze-editor mark').textContent).toBe('PathRegex(".*lora.*")');
  expect(rows(app).filter((row) => words(row)?.includes('matched')).length).toBeGreaterThan(10);
  expect(words(rowNamed(app, 'lora_a'))).toMatch(/^lora_a matched trains/);
  expect(words(rowNamed(app, 'w'))).toMatch(/^w frozen/);
  expect(words(rowNamed(app, 'llm') ?? rowNamed(app, 'PaliGemma/llm'))).toContain('10 matched');
  await click(one(app, 'freeze-tree button', 'Show all leaves'));
  expect(rows(app).some((row) => words(row)?.includes('matched'))).toBe(false);
  expect(none(app, 'freeze-editor mark')).toBe(true);
});

test('the tree says what is frozen, what trains and what is mixed, in words and figures; a search finds paths', async () => {
  const { app } = await studio();
  expect(words(rows(app)[0])).toMatch(/^PaliGemma\/llm 9 frozen, 10 train .* (k|M) .* (kB|MB)$/);
  await type(one(app, 'freeze-tree input'), 'q_einsum');
  expect(rows(app).map((row) => row.querySelector('.name')?.textContent?.trim())).toEqual([
    'PaliGemma/llm',
    'layers',
    'attn',
    'q_einsum',
    'lora_a',
    'lora_b',
    'w',
  ]);
  expect(words(rowNamed(app, 'w'))).toBe('w frozen 6 × 8 × 128 × 16 98.3 k 197 kB');
  expect(words(rowNamed(app, 'lora_a'))).toBe('lora_a trains 6 × 8 × 128 × 8 49.2 k 786 kB');
  expect(text(app, 'freeze-tree')).toContain('3 of 19 leaves');
  await type(one(app, 'freeze-tree input'), 'nowhere');
  expect(text(app, 'freeze-tree')).toContain('No path has that in it.');
});

test('the keyboard opens the tree, walks in it and asks why', async () => {
  const { app } = await studio();
  await click(one(app, 'freeze-tree button', 'Close all'));
  expect(rows(app)).toHaveLength(1);
  const first = rows(app)[0] as HTMLElement;
  expect(first.getAttribute('aria-expanded')).toBe('false');
  expect(first.tabIndex).toBe(0);
  first.focus();
  await userEvent.keyboard('{ArrowRight}');
  await settled();
  expect(rows(app)[0]?.getAttribute('aria-expanded')).toBe('true');
  await userEvent.keyboard('{ArrowRight}');
  await settled();
  await userEvent.keyboard('{Enter}');
  await settled();
  expect(rows(app)[1]?.getAttribute('aria-selected')).toBe('true');
  expect(rows(app)[1]?.getAttribute('aria-level')).toBe('2');
  const why = text(app, 'freeze-why');
  expect(why).toContain('Why this leaf is frozen PaliGemma/llm/embedder/input_embedding');
  expect(why).toContain('PathRegex(".*lora.*") does not match this path.');
  await userEvent.keyboard('{End}');
  await settled();
  expect(rows(app).at(-1)).toHaveProperty('tabIndex', 0);
  expect(rows(app).filter((row) => row.tabIndex === 0)).toHaveLength(1);
  await userEvent.keyboard('{ArrowLeft}');
  await settled();
  await userEvent.keyboard('{ArrowLeft}');
  await settled();
  expect(rows(app)).toHaveLength(1);
});

test('why a leaf trains, in its own words', async () => {
  const { app } = await studio();
  await click(one(app, 'freeze-tree button', 'Open all'));
  await click(rowNamed(app, 'lora_a') as HTMLElement);
  expect(text(app, 'freeze-why')).toMatch(
    /Why this leaf trains .*lora_a.*Not does not match, because what it holds does\..*so it trains/,
  );
});

test('the last edit in bytes and leaves, here and in openpi, and what freezing saves; the path says it too', async () => {
  const { app, bench } = await studio();
  await expect.poll(() => bench.plans.saved).not.toBe(null);
  await settled();
  expect(text(app, 'path-nav')).toMatch(/9 of 19 leaves frozen, −[\d.]+ MB/);
  await more(app, 'Memory');
  expect(text(app, 'freeze-effect')).toMatch(
    /Freezing saves [\d.]+ MB of the [\d.]+ MB that training everything takes\./,
  );
  await type(one(app, 'freeze-panel textarea'), 'Nothing()');
  await expect.poll(() => text(app, 'freeze-details')).toMatch(/Last edit: \+[\d.]+ MB, 9 leaves no longer frozen/);
  expect(text(app, 'freeze-effect')).toMatch(/In Adaptab, planned.*In openpi, resident/);
  expect(text(app, 'freeze-effect')).toContain('Nothing is saved: everything trains.');
  expect(text(app, 'path-nav')).toContain('nothing frozen');
});

test('a model at full size: its tree and its plan, said to be a plan only; the run’s own plan stays', async () => {
  const { app, double, bench } = await studio('actions');
  const own = bench.plans.plan;
  const select = one<HTMLSelectElement>(app, 'freeze-model select');
  select.value = 'ae_lora';
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await expect.poll(() => bench.studio.plans.plan).not.toBe(null);
  await settled();
  expect(text(app, 'freeze-figure')).toContain('a plan, not a run');
  expect(double.calls).toContain('plan ae_lora 16');
  expect(bench.plans.plan).toBe(own);
  await type(one(app, 'freeze-tree input'), 'input_embedding');
  expect(words(rows(app).at(-1))).toMatch(/257,152 × 2,048/);
  await more(app, 'Memory');
  expect(text(app, 'freeze-details')).not.toContain('Last edit');
});

const CONFIG = `TrainConfig(
    model=pi0_config.Pi0Config(paligemma_variant="gemma_2b_lora", action_expert_variant="gemma_300m_lora"),
    batch_size=64,
    freeze_filter=nnx.All(nnx_utils.PathRegex(".*llm.*"), nnx.Not(nnx_utils.PathRegex(".*lora.*"))),
)`;

test('a pasted configuration chooses its model, batch and moving average, and every figure says of which model it is', async () => {
  const { app, field, double, bench } = await studio('actions');
  await settled();
  expect(text(app, 'freeze-figure')).toContain('The model on this page, 16 samples a step.');
  await type(field, CONFIG);
  await expect.poll(() => double.calls).toContain('plan all_lora 64');
  await expect.poll(() => bench.studio.plans.plan).not.toBe(null);
  await settled();
  await more(app, 'Memory');
  expect(text(app, 'freeze-figure')).toContain('π0, adapters in both, at full size, 64 samples a step: a plan');
  expect(text(app, 'path-nav')).toContain('this page’s model: ');
  await expect
    .poll(() => text(app, 'freeze-effect'))
    .toMatch(/In openpi, resident, with the moving average .*18\.8 GB/);
  await click(one(app, 'freeze-model input[type=checkbox]'));
  await settled();
  expect(text(app, 'freeze-effect')).toMatch(/In openpi, resident .*11\.3 GB/);
  await type(one(app, 'freeze-model input[type=text]'), '2');
  await expect.poll(() => double.calls).toContain('plan all_lora 2');
  await type(one(app, 'freeze-model input[type=text]'), 'x');
  expect(text(app, 'freeze-model')).toContain('A whole number from 1.');
});

test('a π0-FAST is counted, and why no step of it is planned is said', async () => {
  const { app, field } = await studio('actions');
  const fast = 'Pi0FASTConfig(paligemma_variant="gemma_2b")';
  await type(field, CONFIG.replace(/pi0_config\.Pi0Config\(.*\)/, `pi0_fast.${fast}`));
  await expect
    .poll(() => text(app, 'freeze-panel problem-note'))
    .toMatch(/No step of π0-FAST can be planned, because it writes actions as text/);
  await expect.poll(() => text(app, 'freeze-figure')).toContain('π0-FAST, at full size');
  expect(text(app, 'freeze-figure')).toMatch(/[\d.]+ GB → [\d.]+ GB .*What openpi keeps/);
  await more(app, 'Memory');
  expect(text(app, 'freeze-effect')).toContain('In openpi, resident, with the moving average');
  expect(text(app, 'freeze-effect')).not.toContain('In Adaptab');
  expect(await faults()).toEqual([]);
});

test('what fits a card: a choice of sizes or one’s own, what fits and what does not; one click shows a row’s plan', async () => {
  const { app, double, bench } = await studio('actions');
  await more(app, 'What fits');
  await click(one(app, 'card-table button', 'What fits this card?'));
  await settled();
  expect(double.calls).toContain('proposeTrueSize 16 24000000000');
  expect(text(app, 'card-table')).toContain('1 of 2 fit 24.0 GB, with 16 samples a step.');
  expect(text(app, 'card-table')).toMatch(/Everything, image tower and backbone too .*Does not fit\. Needs 29 GB more/);
  await type(one(app, 'card-table input[type=text]'), 'all');
  expect(text(app, 'card-table')).toContain('A number of gigabytes above zero');
  await type(one(app, 'card-table input[type=text]'), '48 GiB');
  await click(one(app, 'card-table button', 'What fits this card?'));
  expect(double.calls).toContain('proposeTrueSize 16 51539607552');
  await click(all(app, 'card-table input[type=radio]')[2] as HTMLElement);
  await click(one(app, 'card-table button', 'What fits this card?'));
  await settled();
  expect(text(app, 'card-table')).toContain('2 of 2 fit 80.0 GB');
  const before = bench.form.freeze;
  await click(all(app, 'card-table button')[1] as HTMLElement); // the first row's
  await expect.poll(() => double.calls).toContain('plan ae_lora 4');
  expect(bench.form.freeze).toBe('Not(PathRegex(".*lora.*"))');
  expect(bench.studio.size).toMatchObject({
    model: 'ae_lora',
    way: { batchSize: 4, accumulation: 8, recompute: true },
  });
  expect(await faults()).toEqual([]);
  await click(one(app, 'toast-note button', 'Undo'));
  expect([bench.form.freeze, bench.studio.model]).toEqual([before, null]);
});

test.each([
  ['light', 1440],
  ['dark', 390],
] as const)(
  'axe-core finds nothing in the studio: %s, %i px',
  async (theme, width) => {
    await browser.viewport(width, 900);
    document.documentElement.dataset.theme = theme;
    const { app, field } = await studio('actions');
    await type(field, RECIPE);
    await expect.poll(() => text(app, 'freeze-findings')).toContain('Mistake');
    await click(all(app, 'freeze-parts button')[2] as HTMLElement);
    await click(one(app, 'freeze-tree button', 'Open all'));
    await click(rows(app).at(-1) as HTMLElement);
    expect(await faults()).toEqual([]);
    await type(field, 'All(');
    await expect.poll(() => none(app, 'freeze-editor problem-note')).toBe(false);
    expect(await faults()).toEqual([]);
    const { scrollWidth, clientWidth } = document.documentElement;
    expect(scrollWidth - clientWidth).toBe(0);
  },
  60_000,
);
