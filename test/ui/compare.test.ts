import { expect, test } from 'vitest';
import { page as browser } from 'vitest/browser';
import { all, click, faults, none, one, openPage, settled, type } from './page';
import { adapterNamed, refuse } from './trainer_double';

const three = async () => {
  const opened = await openPage((double) => {
    double.adapters = ['Ships', 'Whales', 'Storms'].map((name, n) => adapterNamed(`id ${n}`, name));
  });
  opened.bench.show('adapter');
  await settled();
  return opened;
};

const tick = (app: HTMLElement, name: string) => click(one(app, 'adapter-row input', `Compare ${name}`));

const key = async (on: Element, name: string) => {
  on.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, composed: true, cancelable: true }));
  await settled();
};

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)('two adapters that are ticked are laid over each other: %s, %i px', async (theme, width) => {
  await browser.viewport(width, 900);
  document.documentElement.dataset.theme = theme;
  const { app, double } = await three();
  await tick(app, 'Whales');
  expect(none(app, 'compare-adapters section')).toBe(true);
  expect(one(app, 'adapter-panel .choose').textContent).toContain('one more');
  await tick(app, 'Ships');
  expect(double.calls).toContain('compareAdapters id 1 id 0');
  expect(one(app, 'compare-adapters h2').textContent).toContain('A · Whales and B · Ships');
  expect(one(app, 'runs-chart .plot').getAttribute('aria-label')).toContain('A, Whales: held-out');
  expect(all(app, 'delta-map caption').map(({ textContent }) => textContent?.trim())).toEqual([
    'A · Whales',
    'B · Ships',
    'A − B',
  ]);
  expect(all(app, 'delta-map th[scope="row"]').map(({ textContent }) => textContent)).toContain('layers/mlp/linear');
  expect(await faults()).toEqual([]);
  const { scrollWidth, clientWidth } = document.documentElement;
  expect(scrollWidth - clientWidth).toBe(0);

  await tick(app, 'Storms'); // a third takes the place of the second
  expect(double.calls).toContain('compareAdapters id 1 id 2');
  await tick(app, 'Whales');
  expect(none(app, 'compare-adapters section')).toBe(true);
});

test('a map is read by the keyboard, and says what is nothing and what is not known', async () => {
  await browser.viewport(1280, 900);
  const { app } = await three();
  await tick(app, 'Ships');
  await tick(app, 'Whales');
  const [map] = all(app, 'delta-map');
  const at = () => one(map!, '[tabindex="0"]');
  expect(at().className).toContain('unknown');
  expect(at().textContent).toContain('not in layers: not known');
  expect(one(app, 'compare-adapters .scale').textContent).toContain('The model is not open.');
  at().focus();
  await key(at(), 'ArrowRight'); // the leaf has no layers
  await key(at(), 'ArrowDown');
  await key(at(), 'ArrowRight');
  expect(at().textContent?.trim()).toBe('layers/attn/q_einsum/w, layer 1: 0.00400');
  expect(map!.shadowRoot?.activeElement).toBe(at());
  const read = () => one(app, 'compare-adapters .read').textContent;
  expect(read()).toContain('A 0.00400 · B 0.00200 · A − B 0.00320');
  await key(at(), 'ArrowLeft');
  expect(read()).toContain('B unchanged');
  const shades = all(map!, 'tbody tr').map((row) => row.querySelectorAll('td')[row.children.length - 2]!.className);
  expect(shades.at(-1)).toContain('shade-8'); // the largest of all
});

test('adapters of different bases have their losses compared, and a sentence in place of the maps', async () => {
  const { app, double } = await three();
  double.comparison = {
    ...double.comparison,
    histories: [null, double.comparison.histories[1]!],
    norms: refuse('They were trained on different bases.'),
  };
  await tick(app, 'Ships');
  await tick(app, 'Whales');
  expect(none(app, 'delta-map')).toBe(true);
  expect(one(app, 'compare-adapters problem-note').shadowRoot?.textContent).toContain('different bases');
  expect(one(app, 'compare-adapters .hint', 'does not tell its losses').textContent).toContain('Ships');
  expect(all(app, 'runs-chart')).toHaveLength(1);
});

test('a copy is kept beside its original', async () => {
  const { app, double } = await three();
  await click(one(app, 'adapter-row button', 'Duplicate Ships'));
  expect(double.adapters.map(({ name }) => name)).toEqual(['Ships (copy)', 'Ships', 'Whales', 'Storms']);
  expect(one(app, 'toast-note [role="status"]').textContent).toContain('Ships (copy)');
});

test('from a handful on, adapters are found by name, base, task or date', async () => {
  const names = ['Ships', 'Whales', 'Storms', 'Lamps', 'Deep sea'];
  const { app, bench } = await openPage((double) => {
    double.adapters = names.map((name, n) => adapterNamed(`id ${n}`, name));
  });
  bench.show('adapter');
  await settled();
  const shown = () => all(app, 'adapter-row article').map((row) => row.getAttribute('aria-label'));
  await type(one(app, 'adapter-panel #search'), 'sea');
  expect(shown()).toEqual(['Deep sea']);
  expect(one(app, 'adapter-panel .search').textContent).toContain('1 of 5');
  await type(one(app, 'adapter-panel #search'), 'small text');
  expect(shown()).toEqual(names);
  await type(one(app, 'adapter-panel #search'), 'nobody');
  expect(shown()).toEqual([]);
  expect(one(app, 'adapter-panel .search').textContent).toContain('No adapter has “nobody”');
  expect(await faults()).toEqual([]);
});

test('what is stored is told by kind, and the browser is asked to keep it when the person wants that', async () => {
  const { app, bench } = await three();
  expect(one(app, 'storage-used section').textContent).toContain('612 MB of the 12.0 GB');
  const facts = all(app, 'storage-used dd').map(({ textContent }) => textContent);
  expect(facts).toEqual(['887 kB', '536 MB', '0 B', '75.1 MB']);
  expect(bench.storage.promised).toBe(false); // the tests' browser promises nothing
  await click(one(app, 'adapter-panel button', 'Ask it to keep them'));
  await expect
    .poll(() =>
      all(app, 'toast-note [role="status"]')
        .map(({ textContent }) => textContent)
        .join(),
    )
    .toContain('promised');
});

test('one prompt is continued by both', async () => {
  const { app, double } = await three();
  await tick(app, 'Ships');
  await tick(app, 'Whales');
  await type(one(app, 'compare-texts textarea'), 'Day 3:');
  await click(one(app, 'compare-texts button', 'Write with both'));
  await settled();
  expect(double.calls.filter((call) => call === 'generate Day 3:')).toHaveLength(2);
  expect(all(app, 'compare-texts .side').map((side) => side.textContent?.replace(/\s+/g, ' ').trim())).toEqual([
    'base and the man',
    'A · Ships wind from the north',
    'B · Whales wind from the north',
  ]);
  expect(await faults()).toEqual([]);
});
