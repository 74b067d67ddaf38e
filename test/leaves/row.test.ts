import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ACTION_PROJECTIONS } from '../../src/leaves/action_projections';
import { GEMMA, LLM } from '../../src/leaves/gemma';
import { isOf, pathOf, READERS, rowsOf } from '../../src/leaves/row';
import { IMG, SIGLIP } from '../../src/leaves/siglip';
import { storedShape } from '../../src/model/lengths';

const trees: Record<string, Record<string, number[]>> = JSON.parse(
  readFileSync(new URL('../fixtures/pi0_trees.json', import.meta.url), 'utf8'),
);
const rows = [GEMMA, SIGLIP, ACTION_PROJECTIONS].flatMap((table) => rowsOf(table));

test('a row has the axes of its reader, no path is declared twice, and LoRA alone is drawn', () => {
  for (const { path, reader, axes, start } of rows) {
    expect([path, ...Object.keys(axes).sort()]).toEqual([path, ...READERS[reader].split(' ').sort()]);
    expect([path, start]).toEqual([path, path.includes('lora') ? { standardDeviation: 0.01 } : undefined]);
  }
  expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
});

test('the rows of π0.5, which no model here has, have openpi’s shapes', () => {
  const expert = { L: 18, C: 1024 };
  const ours = rows
    .filter(({ only }) => only === 'π0.5')
    .map((row) => [
      pathOf(row, isOf(row, 0) ? 0 : 1),
      [...(row.stacked ? [expert.L] : []), ...storedShape(row, expert)],
    ]);
  const theirs = Object.entries(trees.pi05_all_lora as object).filter(
    ([path]) => !(path in (trees.all_lora as object)),
  );
  expect(ours.sort()).toEqual(theirs.sort());
});

test('no path stands in src/ outside the tables', () => {
  const names = rows.flatMap(({ path }) => path.replace('{e}', '').split('/')).filter((name) => name.includes('_'));
  const roots = [LLM, IMG].map((root) => root.slice(0, -1));
  const sources = readdirSync(new URL('../../src', import.meta.url), { recursive: true, encoding: 'utf8' });
  const found = sources
    .filter((file) => file.endsWith('.ts') && !file.startsWith('leaves/'))
    .flatMap((file) => {
      const text = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
      const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*/g, '');
      return [...names, ...roots]
        .filter((name) => new RegExp(`['"\`/]${name}\\b`).test(code))
        .map((name) => `${file}: ${name}`);
    });
  expect(found).toEqual([]);
});
