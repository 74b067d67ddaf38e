import { expect, test } from 'vitest';
import { page as browser, userEvent } from 'vitest/browser';
import { filterShown } from '../../src/ui/bench/filter_shown';
import { actionsBase } from './actions_double';
import { all, click, faults, none, one, openPage, settled, type } from './page';
import { catalogue } from './trainer_double';

const text = (root: ParentNode, selector: string) =>
  one(root, selector).shadowRoot?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
const tiles = (app: ParentNode, look: string) => all<SVGGElement>(app, `freeze-map .tile.${look}`);
const named = (app: ParentNode, path: string) =>
  all<SVGGElement>(app, 'freeze-map .tile').find((tile) => tile.getAttribute('aria-label')?.startsWith(`${path},`));

/** The Freeze panel of the actions task, as somebody sees it who comes for the first time. */
async function firstVisit() {
  const opened = await openPage((double) => {
    double.bases = [...catalogue.bases, actionsBase];
    localStorage.removeItem('adaptab.example');
  });
  opened.bench.switchTask('actions');
  opened.bench.show('freeze');
  await expect.poll(() => opened.bench.studio.plans.everything).not.toBe(null);
  await settled();
  return { ...opened, field: one<HTMLTextAreaElement>(opened.app, 'freeze-panel textarea') };
}

test('a first visit shows the broken example at full size, and what it costs; one press repairs it; the run keeps its own filter', async () => {
  const { app, bench, field } = await firstVisit();
  const { freeze } = bench.form;
  const plan = bench.plans.plan;
  expect(field.value).toContain('PathRegex(".*img.*")');
  expect(text(app, 'freeze-figure')).toMatch(/^This filter freezes nothing: 0 of 60 leaves\. ([\d.]+ GB) → \1 /);
  expect(tiles(app, 'trains')).toHaveLength(60);
  expect(one(app, 'freeze-editor .line.error').textContent).toContain('nnx.All(');
  expect(text(app, 'freeze-editor')).toContain('your run keeps its own filter');

  await click(one(app, 'freeze-findings button', 'Repair'));
  await expect.poll(() => text(app, 'freeze-figure')).toMatch(/^40 of 60 leaves frozen\. ([\d.]+) GB → ([\d.]+) GB −/);
  await expect.poll(() => tiles(app, 'frozen').length).toBe(40);
  expect(none(app, 'freeze-editor .line.error')).toBe(true);
  expect([bench.form.freeze, bench.plans.plan]).toEqual([freeze, plan]);
  expect(bench.settings?.freeze).toBe(freeze);

  await click(one(app, 'toast-note button', 'Undo'));
  await expect.poll(() => tiles(app, 'trains').length).toBe(60);
  expect(bench.form.freeze).toBe(freeze);
});

test('the example reaches the form only when it is taken, and does not open by itself again', async () => {
  const { app, bench, field } = await firstVisit();
  await type(field, 'PathRegex(".*img.*")');
  expect(bench.form.freeze).not.toBe('PathRegex(".*img.*")');
  await click(one(app, 'freeze-editor button', 'Use for my run'));
  expect(bench.form.freeze).toBe('PathRegex(".*img.*")');
  expect([bench.studio.example, localStorage.getItem('adaptab.example')]).toEqual([null, 'seen']);
  await type(field, 'Nothing');
  expect(bench.form.freeze).toBe('Nothing');
  expect(one<HTMLInputElement>(one(app, 'freeze-presets label', 'Your own'), 'input').checked).toBe(true);
});

test('a preset leaves the example; the example can be opened again, and one’s own filter after it', async () => {
  const { app, bench, field } = await firstVisit();
  await click(one(app, 'freeze-presets label', 'Adapters only'));
  expect([bench.form.freeze, field.value]).toEqual(['Not(PathRegex(".*lora.*"))', 'Not(PathRegex(".*lora.*"))']);
  await click(one(app, 'freeze-presets label', 'A broken example'));
  expect(field.value).toContain('nnx.All(');
  expect(bench.form.freeze).toBe('Not(PathRegex(".*lora.*"))');
  await click(one(app, 'freeze-presets label', 'Adapters only'));
  expect(field.value).toBe('Not(PathRegex(".*lora.*"))');
});

test('an example that was changed is in the address, and the form is not', async () => {
  const { bench, field } = await firstVisit();
  expect(location.hash).not.toContain('example');
  await type(field, 'Everything');
  await expect.poll(() => location.hash).toContain('example=Everything');
  expect(new URLSearchParams(location.hash.split('?')[1]).has('freeze')).toBe(false);
  location.hash = '#freeze?task=actions&model=all_lora&example=Not(Everything)';
  await expect.poll(() => bench.studio.example).toBe('Not(Everything)');
  expect(bench.studio.model).toBe('all_lora');
  location.hash = '#freeze?task=actions&freeze=Nothing';
  await expect.poll(() => filterShown(bench)).toBe('Nothing');
  expect([bench.studio.example, bench.form.freeze]).toEqual([null, 'Nothing']);
});

test('colours and words of the tiles change with the filter, their places never; a part that is chosen stands out', async () => {
  const { app, field } = await firstVisit();
  const places = () =>
    all(app, 'freeze-map .tile rect').map((rect) =>
      ['x', 'y', 'width', 'height'].map((name) => rect.getAttribute(name)),
    );
  const before = places();
  await type(field, 'PathRegex(".*embedder.*")');
  await expect.poll(() => tiles(app, 'frozen').length).toBe(1);
  expect(places()).toEqual(before);
  const [frozen] = tiles(app, 'frozen');
  expect(frozen?.getAttribute('aria-label')).toMatch(/257,152 × 2,048, 527 M parameters, frozen$/);
  expect(frozen?.querySelector('rect')?.getAttribute('fill')).toBe('url(#hatch)'); // never colour alone
  expect(tiles(app, 'trains')[0]?.getAttribute('aria-label')).toMatch(/ trains$/);
  await click(one(app, 'freeze-details button', 'Tree'));
  await click(one(app, 'freeze-parts button', 'PathRegex'));
  expect(tiles(app, 'dim')).toHaveLength(59);
});

test('the keyboard walks from tile to tile, reads each, and shows one in the tree', async () => {
  const { app, bench } = await firstVisit();
  const focused = () => one(app, 'freeze-map').shadowRoot?.activeElement;
  expect(all(app, 'freeze-map .tile').filter((tile) => tile.getAttribute('tabindex') === '0')).toHaveLength(1);
  const first = all<SVGGElement>(app, 'freeze-map .tile')[0]!;
  first.focus();
  await settled();
  const path = first.getAttribute('aria-label')?.split(',')[0] ?? '';
  expect(text(app, 'freeze-map')).toContain(path);
  await userEvent.keyboard('{ArrowRight}');
  await settled();
  expect(focused()).not.toBe(first);
  expect(focused()?.getAttribute('tabindex')).toBe('0');
  expect(none(app, 'freeze-map .cursor.pointed')).toBe(false);
  await userEvent.keyboard('{Home}');
  expect(focused()).toBe(first);
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => none(app, 'freeze-tree [role=treeitem][aria-selected=true]')).toBe(false);
  expect(bench.studio.leaf).toBe(path);
  await expect
    .poll(() => one(app, 'freeze-tree').shadowRoot?.activeElement?.getAttribute('aria-selected'))
    .toBe('true');
  expect(text(app, 'freeze-why')).toContain(path);
  expect(named(app, path)?.getAttribute('aria-selected')).toBe('true');
});

test.each(['light', 'dark'] as const)(
  'all of the first view is on one screen of 1280 × 800, and axe-core finds nothing: %s',
  async (theme) => {
    await browser.viewport(1280, 800);
    document.documentElement.dataset.theme = theme;
    const { app } = await firstVisit();
    const noScroll = () => {
      const { scrollHeight, scrollWidth } = document.documentElement;
      expect([scrollHeight, scrollWidth]).toEqual([800, 1280]);
      expect(one(app, 'freeze-details').getBoundingClientRect().bottom).toBeLessThan(800);
    };
    noScroll();
    expect(await faults()).toEqual([]);
    await click(one(app, 'freeze-findings button', 'Repair'));
    await expect.poll(() => tiles(app, 'frozen').length).toBe(40);
    await settled();
    noScroll();
    expect(await faults()).toEqual([]);
  },
);

test('on a phone the picture stands below the editor, as wide as the page', async () => {
  await browser.viewport(360, 800);
  const { app } = await firstVisit();
  const { scrollWidth, clientWidth } = document.documentElement;
  expect(scrollWidth - clientWidth).toBe(0);
  const map = one(app, 'freeze-map').getBoundingClientRect();
  expect(map.top).toBeGreaterThan(one(app, 'freeze-editor').getBoundingClientRect().bottom);
  expect(map.width).toBeGreaterThan(320);
  expect(await faults()).toEqual([]);
});
