import { expect, test } from 'vitest';
import { openDataset } from '../../src/tokens/open_dataset';
import { file, tinyTokenizer } from './fixture';

const OPTIONS = { sequenceLength: 16, heldoutFraction: 0.1, seed: 1 };

test('two files become windows, a split, previews and prompts', async () => {
  const story = file('story.txt', 'the cat said yes.\n'.repeat(50));
  const chats = file(
    'chats.jsonl',
    Array.from({ length: 20 }, (_, i) => JSON.stringify({ prompt: `a${'b'.repeat(i)}`, completion: 'yes' })).join('\n'),
  );
  const { report } = await openDataset([story, chats], { ...OPTIONS, sequenceLength: 64 }, tinyTokenizer());
  expect(report.examples).toBe(21);
});
