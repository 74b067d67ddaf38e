import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { exportAdapter } from '../../src/adapter/exports';
import type { ExportFormat } from '../../src/adapter/summary';
import { nameOf, type StoredFile } from '../../src/containers/stored_file';
import { Models } from '../../src/worker/models';
import { exportContext, OpenedData } from '../../src/worker/open_data';
import { hubAdapter } from '../adapter/hub_sample';
import { policyAdapter, policyFiles } from '../adapter/policy_sample';
import { folderOf, stored, TINY, weightsOf } from '../hub/model';
import { configOfKind } from '../policy/checkpoints';

/** Opens a model beside those that are open. */
const opened = async (models: Models, files: readonly StoredFile[]) =>
  models.open(
    await Promise.all(files.map(async ({ path, open }) => ({ path, file: new File([await open()], nameOf(path)) }))),
  );

/** The same files, by their names and sizes: the last byte of the weights is another. */
const fineTuned = (files: readonly StoredFile[]): Promise<StoredFile[]> =>
  Promise.all(
    files.map(async (file) => {
      if (!file.path.endsWith('.safetensors')) return file;
      const bytes = new Uint8Array(await (await file.open()).arrayBuffer());
      bytes[bytes.length - 1]! ^= 1;
      return stored(file.path, bytes);
    }),
  );

const OF_POLICY = policyFiles(configOfKind('π0'), 'BF16');
const WORDS = {
  type: 'BPE',
  vocab: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`w${n}`, n])),
  merges: [],
};
const NO_STEPS = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
const OF_HUB = [
  ...folderOf(TINY, weightsOf(TINY)),
  stored('model/tokenizer.json', JSON.stringify({ ...NO_STEPS, model: WORDS })),
];

/** An adapter of what is open, as a run makes it. */
async function adapterOf(models: Models, id: string): Promise<Adapter> {
  const base = models.base(id);
  const baseHash = await base.identify!();
  const { policy, hub } = base;
  const made = policy
    ? policyAdapter(models.policy(id).config, { base: policy })
    : hubAdapter({ config: models.source(id).config, ...(hub ? { hub } : {}) });
  return { ...made, baseHash, summary: { ...made.summary, base: id } };
}

test.each<[string, readonly StoredFile[], readonly ExportFormat[]]>([
  ['a policy', OF_POLICY, ['leaves', 'torch_leaves', 'merged']],
  ['a model of the hub', OF_HUB, ['merged']],
])('what holds weights of %s is made of those that the adapter was trained on alone', async (_, files, formats) => {
  const models = new Models();
  const { id } = await opened(models, files);
  const adapter = await adapterOf(models, id);
  const session = { models, base: async (one: string) => models.base(one) };
  const take = (format: ExportFormat) =>
    exportAdapter(adapter, format, exportContext(session, new OpenedData(), adapter));
  const again = await opened(models, files); // nobody has read its files for their hash
  expect([again.id, models.base(id).hash]).toEqual([id, null]);
  for (const format of formats) expect((await take(format)).content).toBeInstanceOf(ReadableStream);
  const other = await opened(models, await fineTuned(files));
  expect(other.id).toBe(id);
  for (const format of formats) await expect(take(format)).rejects.toThrow(/names and sizes .* other weights/);
});

test('the folder of a server is made of the weights that the adapter was trained on alone; one for PEFT, which holds none, reads none', async () => {
  const models = new Models();
  const { id } = await opened(models, OF_POLICY);
  const adapter = await adapterOf(models, id);
  const session = { models, base: async (one: string) => models.base(one) };
  const context = exportContext(session, new OpenedData(), adapter);
  await opened(models, await fineTuned(OF_POLICY));
  const recording = () => ({}) as ReturnType<typeof context.recording>;
  await expect(exportAdapter(adapter, 'server', { ...context, recording })).rejects.toThrow('other weights');
  await exportAdapter(adapter, 'peft', context);
  await expect(exportAdapter(adapter, 'openpi', context)).resolves.toBeDefined();
});
