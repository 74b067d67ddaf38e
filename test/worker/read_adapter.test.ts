import { expect, test } from 'vitest';
import type { KnownBase } from '../../src/adapter/adapter';
import { exportOpenpi } from '../../src/adapter/openpi_file';
import { policyPeftFiles } from '../../src/adapter/policy_files';
import { nameOf } from '../../src/containers/stored_file';
import { Models } from '../../src/worker/models';
import { readAdapter } from '../../src/worker/read_adapter';
import { policyAdapter, policyFiles } from '../adapter/policy_sample';
import { sampleAdapter, base as shipped } from '../adapter/sample';
import { configOfKind } from '../policy/checkpoints';

const KNOWN: readonly KnownBase[] = [shipped];

/** A policy that is open, and an adapter of it. */
async function opened() {
  const models = new Models();
  const files = policyFiles(configOfKind('π0.5'));
  const { id } = await models.open(
    await Promise.all(
      files.map(async ({ path, open }) => ({
        path,
        file: new File([await (await open()).arrayBuffer()], nameOf(path)),
      })),
    ),
  );
  expect(await new Models().knownPolicy(id), 'one that is not open').toEqual([]);
  const [known] = await models.knownPolicy(id);
  const source = models.policy(id);
  const made = policyAdapter(source.config, { base: models.base(id).policy! });
  return { models, source, adapter: { ...made, baseHash: known!.hash, summary: { ...made.summary, base: id } } };
}

const fileOf = (name: string, bytes: Uint8Array<ArrayBuffer>) => new File([bytes], name);

test('an adapter of a policy comes back while its checkpoint is open, as a file and as a PEFT folder', async () => {
  const { models, source, adapter } = await opened();
  const own = [fileOf('a.safetensors', exportOpenpi(adapter))];
  const folder = Object.entries(policyPeftFiles(adapter, source)).map(([name, bytes]) => fileOf(name, bytes));
  const peft = folder.filter(({ name }) => /adapter_|training_config/.test(name));
  expect(peft).toHaveLength(3);
  for (const files of [own, peft]) {
    const read = await readAdapter(files, KNOWN, models);
    expect(read.adapter.summary).toEqual({ ...adapter.summary, id: read.adapter.summary.id });
    expect(read.adapter.baseHash).toBe(adapter.baseHash);
  }
  await expect(readAdapter(own, KNOWN, new Models())).rejects.toThrow('Open the checkpoint that it was trained on.');
});

test('for an adapter of another base no checkpoint is read', async () => {
  const { models } = await opened();
  const asked: string[] = [];
  const watched = {
    latest: null,
    knownPolicy: async (id: string) => {
      asked.push(id);
      return models.knownPolicy(id);
    },
  };
  const { adapter } = await readAdapter([fileOf('a.safetensors', exportOpenpi(sampleAdapter()))], KNOWN, watched);
  expect(adapter.summary.base).toBe('tiny');
  expect(asked).toEqual(['tiny']);
});
