import { expect, test } from 'vitest';
import { prepareText } from '../../../src/tasks/text/prepare';
import { SMALL_BASE, settingsOf } from '../../run/small_base';

test('a prompt far longer than a run reads is refused before the start', () => {
  const prepared = (prompt: string, sequenceLength = 8) =>
    prepareText(SMALL_BASE, settingsOf({ sequenceLength, samplePrompts: ['9 10', prompt] }));
  expect(() => prepared('word '.repeat(20_000))).toThrow(
    'Prompts to watch · A prompt to watch has 100000 letters, where a run with this window reads 4000 at most.',
  );
  expect(prepared('x'.repeat(4000)).sampler).not.toBeNull();
});
