import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../src/containers/safetensors';
import { root } from '../../tools/setup.mjs';
import { trainCommand } from './command';
import { shortRunFlags, writeColours } from './data';
import { temporaryFolder } from './site';

test('npm run train: the loss falls, the bytes are those of the plan, the record is whole', async () => {
  const folder = temporaryFolder();
  const record = await trainCommand(join(folder, 'out'), [...shortRunFlags, '--data', writeColours(folder)]);
  expect(record).toMatchObject({ task: 'text', base: 'text', steps: 16 });
  expect(record.train.map(({ step }) => step)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  expect(record.train.every(({ grad_norm, lr }) => grad_norm > 0 && lr > 0)).toBe(true);
  expect(record.kept.heldout).toBeLessThan(0.9 * record.baseline_heldout);
  expect(record.bytes.allocated).toBe(record.bytes.planned);
  expect(Object.values(record.bytes.by_kind).reduce((sum, bytes) => sum + bytes, 0)).toBe(record.bytes.planned);
  expect(record.tokens_per_s).toBeGreaterThan(0);
  const { metadata, tensors } = readSafetensors(readFileSync(join(folder, 'out', record.adapter)), record.adapter);
  expect(metadata.heldout).toBe(String(record.kept.heldout));
  expect([...tensors.keys()].every((path) => path.includes('lora'))).toBe(true);
});

test('npm run train: a run that is worse than its base says so, and why', async () => {
  const sample = join(root, 'public/samples/ships_log.jsonl');
  const rate = ['--steps', '12', '--lr', '0.3', '--warmup', '0', '--evaluate-every', '4'];
  const record = await trainCommand(join(temporaryFolder(), 'out'), ['--data', sample, ...rate]);
  expect(record.heldout.every(({ loss }) => loss > record.baseline_heldout)).toBe(true);
  expect(record.kept.heldout).toBe(Math.min(...record.heldout.map(({ loss }) => loss)));
  expect(record.verdict).toMatchObject({
    outcome: 'worse',
    what: expect.stringMatching(/worse than no adapter.*learning rate of 0\.3 is too high/),
  });
});

test('npm run train: what cannot work ends with 1 and with words', async () => {
  const folder = temporaryFolder();
  const empty = join(folder, 'empty.txt');
  writeFileSync(empty, '');
  await expect(trainCommand(folder, ['--data', empty])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('empty.txt'),
  });
  await expect(trainCommand(folder, ['--data', writeColours(folder), '--freeze', 'All('])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('A filter is missing at the end.'),
  });
  await expect(trainCommand(folder, ['--data', writeColours(folder), '--length', '512'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /Window cannot be 512: this base takes 256 at most\.\s+where: Window\n.*\n\s+with: --length/,
    ),
  });
});
