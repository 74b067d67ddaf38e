/** Models of the hub and policies: their containers, configurations, tokenizers and statistics. */
import { readFileSync } from 'node:fs';
import { readGgufHeader } from '../../src/containers/gguf';
import { readSafetensors, toFloat32, writeSafetensors } from '../../src/containers/safetensors';
import type { Turn } from '../../src/dataset/example';
import { filesOfListing, shardsOf } from '../../src/download/listing';
import { openGguf } from '../../src/hub/gguf_model';
import { openModel } from '../../src/hub/open_model';
import { readModelJson } from '../../src/hub/shards';
import { leavesOf } from '../../src/model/tree';
import { openPolicy } from '../../src/policy/checkpoint';
import { parseJson } from '../../src/recording/json';
import { readNormStats, writeNormStats } from '../../src/recording/norm_stats_file';
import { openChatTokenizer } from '../../src/tokens/chat_template';
import { chatPrompt, chatSequences } from '../../src/tokens/chat_tokens';
import { robot } from '../adapter/actions_sample';
import { counted, fixture as ggufFixture, goldenBytes, sourceOf, valuesOf } from '../containers/gguf/file';
import { KeepingSink, stored, TINY, weightsOf } from '../hub/model';
import { configJson, NAMINGS, tensorOf, tensorsOf } from '../policy/checkpoints';
import { byteTokenizer } from '../tokens/byte_tokenizer';
import { tokenizerConfig } from '../tokens/fixture';
import { checkWords, type FuzzReader, jsonBytes, type Sample, utf8 } from './reader';

const storedIn = (sample: Sample) => Object.entries(sample).map(([path, bytes]) => stored(path, bytes));

const only = (sample: Sample) => (Object.entries(sample) as [[string, Sample[string]]])[0];

const safetensors: FuzzReader = {
  id: 'model: safetensors',
  samples: async () => [{ 'a.safetensors': writeSafetensors(weightsOf(TINY, 'F32'), { format: 'pt', a: 'b' }) }],
  async read(sample) {
    const [name, bytes] = only(sample);
    for (const tensor of readSafetensors(bytes, name).tensors.values())
      if (['F32', 'F16', 'BF16'].includes(tensor.dtype)) toFloat32(tensor, name);
    return undefined;
  },
};

const gguf: FuzzReader = {
  id: 'model: GGUF',
  samples: async () => [{ 'a.gguf': ggufFixture('llama.gguf') }, { 'a.gguf': goldenBytes('gemma3-q4_0.gguf') }],
  async read(sample) {
    const [name, bytes] = only(sample);
    const source = counted(sourceOf(bytes));
    const header = await readGgufHeader(source, name);
    if (source.count.bytes > 2 * bytes.length)
      throw new Error(`it reads ${source.count.bytes} of ${bytes.length} bytes`);
    await valuesOf(source, header);
    const { tensors, readRows } = await openGguf(sourceOf(bytes), name);
    await readRows([...tensors.keys()].at(-1)!, 0, 1);
    return undefined;
  },
};

const NAMES = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;

function shardedModel(): Sample {
  const weights = [...weightsOf(TINY)];
  const [one, two] = [weights.slice(0, 9), weights.slice(9)];
  const map = [...one.map(([name]) => [name, NAMES[0]]), ...two.map(([name]) => [name, NAMES[1]])];
  return {
    'm/config.json': jsonBytes({ ...TINY, rope_scaling: { rope_type: 'linear', factor: 2 } }),
    'm/generation_config.json': jsonBytes({ eos_token_id: [1, 2], bos_token_id: 0 }),
    'm/model.safetensors.index.json': jsonBytes({ metadata: { total_size: 1 }, weight_map: Object.fromEntries(map) }),
    [`m/${NAMES[0]}`]: writeSafetensors(new Map(one)),
    [`m/${NAMES[1]}`]: writeSafetensors(new Map(two)),
  };
}

const folder: FuzzReader = {
  id: 'model: folder of the hub',
  samples: async () => [shardedModel()],
  async read(sample) {
    const { source } = await openModel(storedIn(sample));
    await source.stream(new KeepingSink());
    return undefined;
  },
};

const form = (name: string) => readFileSync(new URL(`../fixtures/tokens/forms/${name}.json`, import.meta.url), 'utf8');

const tokenizer: FuzzReader = {
  id: 'model: tokenizer',
  samples: async () =>
    ['gemma', 'llama2', 'metaspace', 'llama3', 'qwen', 'smollm'].map((name) => ({
      'tokenizer.json': jsonBytes((JSON.parse(form(name)) as { tokenizer: object }).tokenizer),
      'tokenizer_config.json': jsonBytes(name === 'gemma' ? tokenizerConfig() : {}),
      'generation_config.json': jsonBytes({ eos_token_id: [1, 2], pad_token_id: 0 }),
    })),
  async read(sample) {
    const [words, config, generation] = await Promise.all(storedIn(sample).map(readModelJson));
    const files = { tokenizer: words, tokenizerConfig: config, generationConfig: generation };
    const opened = await openChatTokenizer(files, 2048);
    opened.decode(opened.encode('The ship\n left <bos> 12 é'), true);
    if (opened.chat.ok) chatPrompt(opened, 'Hi');
    else checkWords({ where: 'tokenizer_config.json', ...opened.chat.problem });
    return undefined;
  },
};

/** Control tokens of all of them. */
const MARKS = [
  ...['<|endoftext|>', '<|im_start|>', '<bos>', '<start_of_turn>', '<|start_header_id|>', '<|end_header_id|>'],
  ...['<|eot_id|>', '<end_of_turn>', '<|im_end|>'],
];

const template: FuzzReader = {
  id: 'model: chat template',
  samples: async () =>
    ['qwen3', 'llama3_1', 'gemma3'].map((name) => ({
      'chat_template.jinja': Uint8Array.from(
        readFileSync(new URL(`../fixtures/tokens/templates/${name}.jinja`, import.meta.url)),
      ),
    })),
  async read(sample) {
    const [[where, bytes]] = Object.entries(sample) as [[string, Sample[string]]];
    const { chat, ...tokenizer } = await byteTokenizer(MARKS, new TextDecoder().decode(bytes), {
      tokenizerConfig: { bos_token: '<bos>', eos_token: '<|im_end|>' },
    });
    if (!chat.ok) return [{ where, ...chat.problem }];
    chatPrompt({ ...tokenizer, chat }, 'Hi');
    chatSequences({ ...tokenizer, chat }, TURNS);
    return undefined;
  },
};

const TURNS: readonly Turn[] = ['Hi', 'Hello', 'And?', 'Yes'].map((content, n) => ({
  role: n % 2 === 0 ? 'user' : 'assistant',
  content,
}));

const policy: FuzzReader = {
  id: 'model: policy',
  samples: async () =>
    NAMINGS.map((naming) => ({
      'p/config.json': jsonBytes({
        ...configJson('π0'),
        normalization_mapping: { STATE: 'MEAN_STD', ACTION: 'MEAN_STD' },
        input_features: { 'observation.images.top': { type: 'VISUAL', shape: [3, 6, 6] } },
      }),
      'p/model.safetensors': writeSafetensors(
        new Map([...tensorsOf('π0', naming)].map(([name, tensor]) => [name, tensorOf(tensor, 'BF16')])),
      ),
      'p/norm_stats.json': utf8(writeNormStats(robot.stats)),
    })),
  async read(sample) {
    const opened = await openPolicy(storedIn(sample));
    for (const { path, stacked, shape } of leavesOf(opened.config))
      for (let layer = 0; layer < (stacked ? shape[0]! : 1); layer++)
        await opened.read(path, layer, 'bf16', () => undefined);
    return undefined;
  },
};

const normStats: FuzzReader = {
  id: 'model: norm_stats.json',
  samples: async () => [{ 'norm_stats.json': utf8(writeNormStats(robot.stats)) }],
  async read(sample) {
    const [name, bytes] = only(sample);
    readNormStats(parseJson(new TextDecoder().decode(bytes), name), name);
    return undefined;
  },
};

const ADDRESS = 'https://example.org/model/';
const LISTED = ['config.json', 'tokenizer.json', 'model.safetensors', 'README.md'];

const listing: FuzzReader = {
  id: 'model: listing of a host',
  samples: async () => [
    {
      'listing.json': jsonBytes(LISTED.map((path) => ({ type: 'file', path, size: 7, lfs: { oid: 'ab'.repeat(32) } }))),
      'index.json': jsonBytes({ weight_map: { a: NAMES[0], b: NAMES[1] } }),
    },
  ],
  async read(sample) {
    const [files, index] = Object.values(sample).map((bytes) => new TextDecoder().decode(bytes));
    filesOfListing(files!, ADDRESS);
    shardsOf(index!, ADDRESS);
    return undefined;
  },
};

export const MODELS: readonly FuzzReader[] = [
  ...[safetensors, gguf, folder, tokenizer, template],
  ...[policy, normStats, listing],
];
