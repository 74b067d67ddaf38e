import { describe, expect, test } from 'vitest';
import { writeSafetensors } from '../../src/containers/safetensors';
import { nameOf, type StoredFile } from '../../src/containers/stored_file';
import { policyFolders } from '../../src/policy/files';
import { writeNormStats } from '../../src/recording/norm_stats_file';
import type { FileInFolder } from '../../src/recording/report';
import { Models } from '../../src/worker/models';
import { stored } from '../hub/model';
import { configJson, folderOf, KINDS, leafValues, NAMINGS, SMALL, tensorOf, tensorsOf } from '../policy/checkpoints';

const given = (files: readonly StoredFile[]): Promise<FileInFolder[]> =>
  Promise.all(
    files.map(async ({ path, open }) => ({ path, file: new File([await (await open()).arrayBuffer()], nameOf(path)) })),
  );

const policy = (kind = KINDS[0]!, naming = NAMINGS[2]!) => {
  const tensors = [...tensorsOf(kind, naming)].map(([name, values]) => [name, tensorOf(values, 'BF16')] as const);
  return folderOf(new Map(tensors), configJson(kind));
};

/** As many words as the policy has rows, each a byte of its own. */
const TOKENIZER = JSON.stringify({
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
  model: {
    type: 'BPE',
    vocab: Object.fromEntries(Array.from({ length: SMALL.vocabSize }, (_, n) => [`w${n}`, n])),
    merges: [],
  },
});
const tokenizer = (path: string) => stored(path, TOKENIZER);

describe('a policy that a person opens', () => {
  test('is a base of the actions task, with what the page tells of it, whatever its folder is called', async () => {
    const models = new Models();
    const card = stored('policy/README.md', '---\nlicense: Apache-2.0\n---\n');
    for (const kind of KINDS)
      for (const naming of NAMINGS) {
        const opened = await models.open(await given([...policy(kind, naming), card]));
        expect(opened).toMatchObject({ task: 'actions', name: 'policy', family: kind, naming, storedAs: ['BF16'] });
        expect(opened).toMatchObject({
          licence: 'apache-2.0',
          actions: { horizon: 50, streamed: true },
          template: null,
        });
        expect(opened.parameters).toBe(
          [...leafValues(kind).values()].reduce((sum, { values }) => sum + values.length, 0),
        );
        expect(models.base(opened.id)).toMatchObject({ summary: { id: opened.id }, hash: null });
        expect(
          models
            .files(opened.id)
            .map(({ path }) => nameOf(path))
            .sort(),
        ).toEqual(['README.md', 'config.json', 'model.safetensors']);
      }
  });

  test('comes without a tokenizer: that is told at once, with a way out; the file alone, opened later, is its own', async () => {
    const models = new Models();
    const { id, notes } = await models.open(await given(policy()));
    expect(notes[0]?.what).toContain('There is no tokenizer.json');
    expect(notes[0]?.fix).toContain('Add the tokenizer.json');
    expect(() => models.tokenizer(id)).toThrow('There is no tokenizer.json');
    const whole = await models.open(await given([tokenizer('downloads/tokenizer.json')]));
    expect(whole.id).toBe(id);
    expect(whole.notes).toEqual([]);
    expect(models.tokenizer(id).vocabularySize).toBe(SMALL.vocabSize);
    const together = await models.open(await given([...policy(), tokenizer('elsewhere/tokenizer.json')]));
    expect(together.notes).toEqual([]);
    expect(models.files(id).map(({ path }) => path)).toContain('elsewhere/tokenizer.json');
  });

  test('has its processors and their statistics among its own files, and no other file of tensors', async () => {
    const models = new Models();
    const step = writeSafetensors(
      new Map([['observation.state.mean', tensorOf({ shape: [1], values: new Float32Array(1) }, 'F32')]]),
    );
    const own = [
      stored('policy/policy_preprocessor.json', '{}'),
      stored('policy/policy_preprocessor_step_5_normalizer_processor.safetensors', step),
      stored('policy/policy_postprocessor.json', '{}'),
      stored('policy/policy_postprocessor_step_0_unnormalizer_processor.safetensors', step),
      stored('policy/norm_stats.json', '{}'),
    ];
    const others = [stored('policy/optimizer.safetensors', step), stored('policy/train_config.json', '{}')];
    const { id } = await models.open(await given([...policy(), ...own, ...others]));
    const paths = models.files(id).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(own.map(({ path }) => path)));
    for (const { path } of others) expect(paths).not.toContain(path);
  });

  test('brings the statistics that it was trained with', async () => {
    const row = { mean: [1, 2], std: [3, 4] };
    const file = stored('policy/assets/arm/norm_stats.json', writeNormStats({ state: row, actions: row }));
    const { actions } = await new Models().open(await given([...policy(), file]));
    expect(actions?.stats).toEqual({ state: row, actions: row });
    expect((await new Models().open(await given(policy()))).actions).not.toHaveProperty('stats');
  });

  test('is known to its adapters by its kind, its names, and the hashes of its files', async () => {
    const models = new Models();
    const files = policy('π0.5', 'openpi PyTorch');
    const { id } = await models.open(await given(files));
    const base = models.base(id);
    const hash = await base.identify!();
    const { bytes } = files.find(({ path }) => path.endsWith('.safetensors'))!;
    expect(base.policy).toEqual({
      name: 'policy',
      kind: 'π0.5',
      naming: 'openpi PyTorch',
      files: [{ name: 'model.safetensors', bytes, sha256: hash }],
    });
    expect(models.policy(id).name).toBe('policy');
    expect(() => models.policy('model-other')).toThrow('The model is not open.');
  });

  test('is told from an adapter by its tensors, whatever the file is called', async () => {
    const [file] = policy().filter(({ path }) => path.endsWith('.safetensors'));
    const tensors = [...tensorsOf('π0', 'openpi')].map(([name, values]) => [name, tensorOf(values, 'BF16')] as const);
    const named = (path: string, kept: (name: string) => boolean, more: typeof tensors = []) =>
      stored(path, writeSafetensors(new Map([...tensors.filter(([name]) => kept(name)), ...more])));
    const factor = ['PaliGemma/llm/layers/attn/q_einsum/lora_a', tensors[0]![1]] as const;
    const folders = await policyFolders([
      { ...file!, path: 'any/thing.safetensors' },
      named('own.safetensors', () => true),
      named('expert/adapter.safetensors', (name) => name.includes('_1')),
      named('all/adapter.safetensors', () => true, [factor]),
      stored('damaged/model.safetensors', 'no weights'),
    ]);
    expect(folders).toEqual(['any/', '']);
  });

  test('a tokenizer alone, where no policy waits for one, is no model', async () => {
    await expect(new Models().open(await given([tokenizer('tokenizer.json')]))).rejects.toThrow();
  });
});
