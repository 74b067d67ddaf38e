import { expect, test } from 'vitest';
import { findModel, weightsOf } from '../../src/hub/files';
import { ProblemError } from '../../src/problem';
import { stored } from './model';

const files = (...paths: string[]) => paths.map((path) => stored(path, path.endsWith('main') ? HASH : '{}'));

const HASH = '0123456789abcdef0123456789abcdef01234567';

async function found(...paths: string[]) {
  const model = await findModel(files(...paths));
  const weights = weightsOf(model);
  return [model.name, model.config.path, 'whole' in weights ? weights.whole.path : weights.index.path];
}

async function refused(...paths: string[]): Promise<string> {
  const error: unknown = await found(...paths).then(String, (thrown: unknown) => thrown);
  if (!(error instanceof ProblemError)) throw new Error(`not refused: ${error}`);
  expect(error.problem.fix).toMatch(/\.$/);
  return error.problem.what;
}

test('a folder, files without one, and a folder in a folder', async () => {
  expect(await found('SmolLM2/config.json', 'SmolLM2/model.safetensors', 'SmolLM2/README.md')).toEqual([
    'SmolLM2',
    'SmolLM2/config.json',
    'SmolLM2/model.safetensors',
  ]);
  expect(await found('config.json', 'model.safetensors')).toEqual(['', 'config.json', 'model.safetensors']);
  expect(await found('a/b/config.json', 'a/b/model.safetensors.index.json', 'a/c/photo.png')).toEqual([
    'b',
    'a/b/config.json',
    'a/b/model.safetensors.index.json',
  ]);
});

test('the files of tokens, and others by name', async () => {
  const all = ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja', 'generation_config.json'];
  const model = await findModel(files('m/config.json', 'm/model.safetensors', ...all.map((name) => `m/${name}`)));
  const { tokenizer, config, template } = model.texts;
  expect([tokenizer, config, template, model.generation].map((file) => file?.path)).toEqual(
    all.map((name) => `m/${name}`),
  );
  const bare = await findModel(files('m/config.json', 'm/model.safetensors'));
  expect([bare.texts, bare.generation]).toEqual([{ tokenizer: null, config: null, template: null }, null]);
});

test('a cache of the hub: its name, and the state that is current', async () => {
  const cache = 'models--HuggingFaceTB--SmolLM2-135M';
  const snapshot = (hash: string) => [
    `${cache}/snapshots/${hash}/config.json`,
    `${cache}/snapshots/${hash}/model.safetensors`,
  ];
  const blob = `${cache}/blobs/config.json`;
  expect((await found(...snapshot(HASH), blob))[0]).toBe('HuggingFaceTB/SmolLM2-135M');
  const two = [...snapshot('f'.repeat(40)), ...snapshot(HASH)];
  expect((await found(...two, `${cache}/refs/main`))[1]).toContain(HASH);
  expect(await refused(...two)).toMatch(/^There are 2 models here/);
  expect((await found(`snapshots/${HASH}/config.json`, `snapshots/${HASH}/model.safetensors`))[1]).toContain(HASH);
  expect(await refused(`${cache}/refs/main`, `${cache}/blobs/ab12`)).toContain('names are links');
});

test('what training left inside, and folders without weights, are no second model', async () => {
  expect(
    (
      await found(
        'm/config.json',
        'm/model.safetensors',
        'm/checkpoint-5/config.json',
        'm/checkpoint-5/model.safetensors',
      )
    )[1],
  ).toBe('m/config.json');
  expect((await found('a/m/config.json', 'a/m/model.safetensors', 'a/1_Pooling/config.json'))[1]).toBe(
    'a/m/config.json',
  );
  expect(await refused('a/config.json', 'a/model.safetensors', 'b/config.json', 'b/model.safetensors')).toBe(
    'There are 2 models here: a, b.',
  );
});

test('one file of weights under another name is taken, an adapter beside it is not', async () => {
  expect((await found('config.json', 'gemma.safetensors', 'adapter_model.safetensors'))[2]).toBe('gemma.safetensors');
});

test.each([
  ['an adapter', ['a/adapter_config.json', 'a/adapter_model.safetensors'], 'This is an adapter, not a model.'],
  ['weights of Python', ['m/config.json', 'm/pytorch_model.bin'], 'a form that is not read here'],
  [
    'weights of Python without a configuration',
    ['m/consolidated.00.pth', 'm/params.json'],
    'a form that is not read here',
  ],
  ['weights alone', ['model.safetensors'], 'no config.json beside them'],
  ['no weights', ['m/config.json', 'm/tokenizer.json'], 'There are no weights beside it.'],
  ['shards without an index', ['m/config.json', 'm/model-00001-of-00002.safetensors'], 'the index is missing'],
  ['a download that goes on', ['m/config.json', 'm/.cache/huggingface/download/x.incomplete'], 'not finished'],
  ['a download that goes on, of everything', ['config.json.crdownload'], 'not finished'],
  ['something else', ['photo.png'], 'There is no model among the files'],
  ['nothing', [], 'There is no model among the files'],
])('%s is refused', async (_, paths, said) => {
  expect(await refused(...paths)).toContain(said);
});
