import { expect, test } from 'vitest';
import { HubFolder } from '../../src/hub/folder';
import { licenceInCard } from '../../src/hub/licence';
import { fixture, stored } from './model';

test.each([
  ['---\nlanguage: en\nlicense: apache-2.0\n---\n# Model', 'apache-2.0'],
  ['---\r\nlicense: "llama3.2"\r\ntags:\r\n- x\r\n---\r\n', 'llama3.2'],
  ['---\nlicense: other\nlicense_name: qwen-research\n---\n', 'qwen-research'],
  ['---\nlicense: other\n---\n', 'other'],
  ['---\nlicense: MIT # see LICENSE\n---\n', 'mit'],
  ['---\nlicense: <script>\n---\n', null],
  ['---\nlibrary_name: x\n---\nlicense: mit\n', null],
  ['license: mit\n', null],
  ['', null],
])('%j tells %j', async (text, licence) => {
  expect(await licenceInCard(stored('m/README.md', text))).toBe(licence);
});

test("a folder's card tells it; without one it is not known", async () => {
  const files = fixture('test/fixtures/golden/hf_qwen3').filter(({ path }) => !path.endsWith('README.md'));
  const card = stored('test/fixtures/golden/hf_qwen3/README.md', '---\nlicense: mit\n---\n');
  expect((await HubFolder.open([...files, card])).licence).toBe('mit');
  expect((await HubFolder.open(files)).licence).toBeNull();
});
