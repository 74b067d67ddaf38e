import { afterEach, expect, test, vi } from 'vitest';
import { byteTokenizer } from './byte_tokenizer';

afterEach(() => vi.doUnmock('@huggingface/jinja'));

test('where the interpreter of templates does not come, the template is not blamed', async () => {
  vi.doMock('@huggingface/jinja', () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  });
  const { chat } = await byteTokenizer(['<|im_end|>'], '{{ messages[0].content }}<|im_end|>');
  expect(chat).toMatchObject({
    ok: false,
    problem: {
      what: expect.stringMatching(/^Could not fetch the reader of chat templates: /),
      where: 'chat template',
      fix: 'Check the connection and reload the page.',
    },
  });
});
