import { expect, test } from 'vitest';
import { type Command, helpOf, readFlags, UsageError } from '../../tools/flags.mjs';

const command: Command = {
  name: 'dance',
  what: 'Dances.',
  usage: 'FILE… [options]',
  files: 'music',
  groups: {
    '': {
      steps: { value: 'N', number: { whole: true, least: 1 }, help: 'steps of the dance' },
      rate: { value: 'RATE', number: { above: 0, most: 2 }, also: ['speed'], help: 'beats a second (default: 1)' },
      mood: { value: 'MOOD', choices: ['glad', 'sad'], help: 'glad or sad' },
      partner: { value: 'NAME', several: true, help: 'who dances along' },
    },
    Hall: { quiet: { help: 'without music' } },
  },
  examples: ['npm run dance -- waltz.mid --steps 3'],
  exit: 'Exit 0 where nobody falls.',
};

test('values, switches, what is repeated, and files in any order', () => {
  const written = [
    'a.mid',
    '--steps',
    '3',
    '--partner=Ann',
    '--quiet',
    '--partner',
    'Bo',
    '--rate',
    '1e-1',
    'b',
    '--',
    '-c',
  ];
  expect(readFlags(command, written)).toEqual({
    values: { steps: 3, partner: ['Ann', 'Bo'], quiet: true, rate: 0.1 },
    files: ['a.mid', 'b', '-c'],
  });
});

test.each([
  [
    ['--step', '3'],
    'npm run dance has no flag --step. The nearest is --steps N: steps of the dance. npm run dance -- --help',
  ],
  [['--stepz=3'], 'no flag --stepz. The nearest is --steps N'],
  [['-steps', '3'], 'no flag -steps. The nearest is --steps N'],
  [['--speed', '3'], 'The nearest is --rate RATE: beats a second (default: 1).'],
  [['--xyzzy'], 'npm run dance has no flag --xyzzy. npm run dance -- --help lists all of them.'],
  [['--steps'], '--steps has no value. Write --steps N: steps of the dance.'],
  [['--steps', '--quiet'], '--steps has no value.'],
  [['--quiet=yes'], '--quiet takes no value. Write --quiet alone.'],
  [['--steps', '2.5'], '--steps is "2.5". Write a whole number from 1.'],
  [['--steps', ''], '--steps is "".'],
  [['--steps', '0'], 'Write a whole number from 1.'],
  [['--rate', 'Infinity'], 'Write a number above 0 to 2.'],
  [['--rate', '0'], '--rate is "0".'],
  [['--rate', '3'], '--rate is "3".'],
  [['--mood', 'mad'], '--mood is "mad". Write glad or sad.'],
])('%j is refused in words', (argv, words) => {
  expect(() => readFlags(command, argv)).toThrow(UsageError);
  expect(() => readFlags(command, argv)).toThrow(words);
});

test('a command without files takes none', () => {
  const { files: _, ...without } = command;
  expect(() => readFlags(without, ['waltz.mid'])).toThrow('"waltz.mid" is no flag.');
});

test('help lists every flag, in lines that fit', () => {
  const help = helpOf(command);
  for (const line of [
    '  npm run dance -- FILE… [options]',
    '  --steps N                 steps of the dance',
    '  --partner NAME            who dances along; may be repeated',
    'Hall\n  --quiet                   without music',
    'For example\n  npm run dance -- waltz.mid --steps 3',
    'Exit 0 where nobody falls.',
  ])
    expect(help).toContain(line);
});
