import { expect, test } from 'vitest';
import { type NumberSetting, numberRules } from '../../src/settings/numbers';
import { inWords, WAYS, wayOf, withWay } from '../../tools/data/ways.mjs';
import { readFlags } from '../../tools/flags.mjs';
import { command } from '../../tools/train_flags.mjs';

test('a way that is told is one that npm run train takes', () => {
  const flags = Object.assign({}, ...Object.values(command.groups));
  const told = Object.values(WAYS).map((way) => (typeof way === 'string' ? way : way({ what: '', where: 'a.csv' })));
  for (const name of told.flatMap((way) => [...way.matchAll(/--([a-z0-9-]+)/g)].map(([, flag]) => flag!))) {
    expect(flags).toHaveProperty(name);
  }
});

test('every number that a person sets has its flag', () => {
  for (const name of Object.keys(numberRules) as NumberSetting[]) {
    expect(wayOf({ what: '', setting: { name } }), name).toMatch(/^--/);
  }
  expect(wayOf({ what: '', setting: { name: 'learningRate', stage: 1 } })).toBe('--stage or --stages, of stage 2');
});

test('files are named as a shell reads them back', () => {
  const way = wayOf({ what: '', where: "it's, 1.csv, line 12", choice: 'columns' });
  expect(way).toContain("--columns 'it'\\''s, 1.csv:PROMPT:COMPLETION'");
  expect(wayOf({ what: '', where: 'a.txt', choice: 'encoding' })).toBe("--latin-1 'a.txt'");
  expect(() => readFlags(command, ['--latin-1', 'a.txt'])).not.toThrow();
});

test('what, where, what to do and with which flags; problems beside it follow', () => {
  const columns = ['a', 'b'];
  expect(inWords({ what: 'No column.', where: 'x', fix: 'Say which.', columns, others: [{ what: 'More.' }] })).toBe(
    'No column.\n  where: x\n  what to do: Say which.\n  with: --state-column NAME and --action-column NAME, each as often as needed\nMore.',
  );
  expect(inWords({ what: 'Lost.', where: 'GPU', fix: 'Reload the page.' })).toContain('Give the same command again');
  expect(withWay({ what: 'Odd.', where: 'nowhere', fix: 'Leave it.' })).toEqual({
    what: 'Odd.',
    where: 'nowhere',
    fix: 'Leave it.',
  });
});
