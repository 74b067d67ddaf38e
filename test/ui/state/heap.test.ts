import { expect, test } from 'vitest';
import { actionsKind } from '../../../src/ui/actions/kind';
import { sortHeap } from '../../../src/ui/bench/heap';
import { textKind } from '../../../src/ui/text/kind';
import type { FileInFolder, Outcome } from '../../../src/worker/api';

const heapOf = async (
  paths: readonly string[],
  inArchive: readonly string[] = [],
  policies: readonly string[] = [],
) => {
  const files = paths.map((path): FileInFolder => ({ path, file: new File([], path.split('/').at(-1)!) }));
  const filesInArchive = async (): Promise<Outcome<readonly string[]>> => ({ ok: true, value: inArchive });
  const policyFolders = async (): Promise<Outcome<readonly string[]>> => ({ ok: true, value: policies });
  const { model, adapters, data } = await sortHeap(files, [actionsKind, textKind], 'text', {
    filesInArchive,
    policyFolders,
  });
  return {
    ...(model.length > 0 ? { model: model.map(({ path }) => path) } : {}),
    adapters: adapters.map((group) => group.map(({ name }) => name)),
    data: [...data.values()].flat().map(({ path }) => path),
  };
};

const PEFT = ['adapter_config.json', 'adapter_model.safetensors'];

test('an archive with a PEFT folder in it is an adapter, any other is data', async () => {
  const inside = [...PEFT, 'README.md'].map((name) => `mine-peft/${name}`);
  expect(await heapOf(['a.zip', 'b.txt'], inside)).toEqual({ adapters: [['a.zip']], data: ['b.txt'] });
  expect(await heapOf(['a.zip'], ['notes/README.md'])).toEqual({ adapters: [], data: ['a.zip'] });
  expect(await heapOf(['a.zip'], ['one/adapter_config.json', 'other/adapter_model.safetensors'])).toEqual({
    adapters: [],
    data: ['a.zip'],
  });
});

test('the two files of PEFT are one adapter, alone or in their folder, whose notes are no data', async () => {
  expect(await heapOf(PEFT)).toEqual({ adapters: [PEFT], data: [] });
  const folder = [...PEFT, 'README.md', 'training_config.json', 'story.txt'].map((name) => `mine/${name}`);
  expect(await heapOf([...folder, 'README.md', 'other.safetensors'])).toEqual({
    adapters: [['other.safetensors'], [...PEFT, 'README.md', 'training_config.json']],
    data: ['mine/story.txt', 'README.md'],
  });
});

const HUB = ['config.json', 'model-00001-of-00002.safetensors', 'model.safetensors.index.json', 'tokenizer.json'];

test('the folder of a model is taken whole, with its card, its terms and what lies in its folders; what is beside it is data', async () => {
  const more = ['README.md', 'LICENSE', 'LICENSE.txt', 'USE_POLICY.md', '.gitattributes', 'merges.txt'];
  const deeper = ['onnx/model_q4.onnx', 'original/params.json', '.cache/huggingface/download/config.json.metadata'];
  const model = [...HUB, ...more, ...deeper].map((name) => `SmolLM2-135M/${name}`);
  const data = ['SmolLM2-135M/chat.jsonl', 'chat.jsonl', 'README.md'];
  expect(await heapOf([...model, ...data])).toEqual({ model, adapters: [], data });
});

test('files of a model that lie in no folder are told from the data among them', async () => {
  const model = [...HUB, 'README.md'];
  expect(await heapOf([...model, 'chat.jsonl', 'notes/README.md'])).toEqual({
    model,
    adapters: [],
    data: ['chat.jsonl', 'notes/README.md'],
  });
  const gguf = ['gemma.gguf', 'tokenizer.json'];
  expect(await heapOf([...gguf, 'a.csv'])).toEqual({ model: gguf, adapters: [], data: ['a.csv'] });
});

test('a policy is a model, with its processors and statistics, also without a config.json; a recording beside it is data', async () => {
  const lerobot = [
    'config.json',
    'model.safetensors',
    'policy_preprocessor.json',
    'policy_preprocessor_step_5.safetensors',
  ];
  const openpi = ['model.safetensors', 'assets/trossen/norm_stats.json'];
  const recording = ['cubes/meta/info.json', 'cubes/data/chunk-000/file-000.parquet'];
  for (const names of [lerobot, openpi]) {
    const model = names.map((name) => `anything/${name}`);
    expect(await heapOf([...model, ...recording], [], ['anything/'])).toEqual({ model, adapters: [], data: recording });
  }
  const loose = ['model.safetensors', 'tokenizer.json', 'norm_stats.json'];
  expect(await heapOf([...loose, ...recording], [], [''])).toEqual({ model: loose, adapters: [], data: recording });
  expect(await heapOf(['mine.safetensors'])).toEqual({ adapters: [['mine.safetensors']], data: [] });
});

test('a tokenizer alone is of a model that is open, never data', async () => {
  expect(await heapOf(['tokenizer.json', 'chat.jsonl'])).toEqual({
    model: ['tokenizer.json'],
    adapters: [],
    data: ['chat.jsonl'],
  });
});

test('a cache of the hub is one model, with the folders of its links', async () => {
  const names = ['blobs/0a1b', 'refs/main', 'snapshots/9c/config.json', 'snapshots/9c/model.safetensors'];
  const model = names.map((name) => `models--someone--some-model/${name}`);
  expect(await heapOf([...model, 'story.txt'])).toEqual({ model, adapters: [], data: ['story.txt'] });
});
