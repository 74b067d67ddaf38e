import { expect, test } from 'vitest';
import { isFound } from '../../../src/ui/adapter/adapter_search';
import { onDay } from '../../../src/ui/words/format';
import { adapterNamed } from '../trainer_double';

const adapter = { ...adapterNamed('a', 'Sea stories'), savedAt: new Date(2026, 2, 5, 12).getTime() };
const known = { base: 'Small text model', task: 'Text' };

test.each(['', '  ', 'sea', 'STORIES sea', 'small', 'text', '2026-03-05', '5 Mar 2026', 'mar stories'])(
  'found by "%s"',
  (query) => {
    expect(isFound(adapter, known, query, onDay)).toBe(true);
  },
);

test.each(['lake', 'sea lake', '2026-03-06', 'actions'])('not found by "%s"', (query) => {
  expect(isFound(adapter, known, query, onDay)).toBe(false);
});

test('one of a model that was opened is found by the name of its model', () => {
  const hub = { name: 'Qwen3-0.6B', nameOrPath: 'Qwen/Qwen3-0.6B', family: 'qwen3', files: [] } as const;
  expect(isFound({ ...adapter, hub }, { base: '', task: '' }, 'qwen3', onDay)).toBe(true);
});
