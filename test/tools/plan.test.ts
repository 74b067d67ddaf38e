import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { plannedModels } from '../../src/model/true_size';
import { main } from '../../tools/plan/main';
import { rows } from '../filter/trees';
import { PUBLISHED } from '../hub/configs';

vi.setConfig({ testTimeout: 60_000 }); // for machines that have other work to do

const folder = mkdtempSync(join(tmpdir(), 'adaptab-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the command prints, and its exit code. */
async function run(...args: string[]) {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const code = await main(args);
  const printed = log.mock.calls.map(([line]) => line).join('\n');
  log.mockRestore();
  return { code, answer: JSON.parse(printed) };
}

async function planned(...args: string[]) {
  const { code, answer } = await run(...args);
  expect(answer).not.toHaveProperty('error');
  expect(code).toBe(0);
  return answer;
}

const FROZEN = ['--freeze', 'Not(PathRegex(".*lora.*"))'];
/** Leaves something to train in a model without LoRA too. */
const BUT_ONE = ['--freeze', 'Not(PathRegex(".*(lora|action_in_proj).*"))'];
const known = new Set<string>(plannedModels.map(({ id }) => id));

test.each(rows.filter(({ tree }) => known.has(tree)))('$name: as flax and openpi count', async (row) => {
  const answer = await planned('--model', row.tree, '--freeze', row.freeze, '--batch', '1');
  const { name: _, tree, freeze, resident_state_bytes, ...counts } = row;
  expect(answer).toMatchObject({ model: tree, ...counts, openpi_resident_state_bytes: resident_state_bytes });
});

test.each(['text', 'actions', ...known])('%s: every number is there, and the kinds make the total', async (model) => {
  const answer = await planned('--model', model, ...BUT_ONE, '--batch', '2');
  const { prefix, ...rest } = answer;
  expect(Object.keys(rest)).toEqual([
    'model',
    'batch',
    'total_bytes',
    'bytes_by_kind',
    'live_bytes',
    'frozen_leaves',
    'frozen_params',
    'trainable_leaves',
    'trainable_params',
    'openpi_resident_state_bytes',
    'flops_per_step',
    'findings',
  ]);
  const kinds = Object.values(rest.bytes_by_kind as Record<string, number>);
  expect(kinds.reduce((sum, bytes) => sum + bytes, 0)).toBe(rest.total_bytes);
  const expected = /pg|all/.test(model) ? 'in every step' : 'computed once for each frame'; // where the backbone has adapters
  expect(prefix).toEqual(model.startsWith('text') ? undefined : expect.stringContaining(expected));
});

test('each flag changes what it names', async () => {
  const text = (...args: string[]) => planned('--model', 'text', ...FROZEN, ...args);
  const actions = (...args: string[]) => planned('--model', 'actions', ...FROZEN, '--batch', '2', ...args);
  const [one, other] = [await text('--batch', '1'), await actions()];
  const kinds = async (answer: Promise<{ bytes_by_kind: Record<string, number> }>) => (await answer).bytes_by_kind;
  expect((await kinds(text('--batch', '2'))).activations).toBeGreaterThan(1.5 * one.bytes_by_kind.activations);
  expect((await kinds(text('--batch', '1', '--length', '128'))).activations).toBeGreaterThan(
    1.5 * one.bytes_by_kind.activations,
  );
  expect((await kinds(text('--batch', '1', '--recompute'))).activations).toBeLessThan(one.bytes_by_kind.activations);
  expect((await kinds(text('--batch', '1', '--accumulation', '3'))).staging).toBeGreaterThan(one.bytes_by_kind.staging);
  expect((await kinds(text('--batch', '1', '--storage', 'f32'))).frozen).toBe(2 * one.bytes_by_kind.frozen);
  expect((await text('--batch', '1', '--rank', '16')).trainable_params).toBe(2 * one.trainable_params);
  expect((await actions('--backbone-lora')).trainable_leaves).toBe(2 * other.trainable_leaves);
  expect((await kinds(actions('--prefixes', '3'))).prefix).toBeLessThan(other.bytes_by_kind.prefix);
  expect((await kinds(actions('--cameras', '0'))).inputs).toBeLessThan(other.bytes_by_kind.inputs);
  expect((await kinds(actions('--horizon', '4'))).activations).toBeLessThan(other.bytes_by_kind.activations);
  expect((await kinds(actions('--length', '5'))).sampler).toBeLessThan(other.bytes_by_kind.sampler);
});

test('streamed: what goes before the steps, beside them; more frames take more of the disk and not of the GPU', async () => {
  const of = (...args: string[]) => planned('--model', 'full', ...BUT_ONE, '--batch', '1', ...args);
  const few = await of('--streamed', '--prefixes', '1000', '--cameras', '1');
  const many = await of('--streamed', '--prefixes', '10000', '--cameras', '1');
  const kinds = Object.values(few.pass.bytes_by_kind as Record<string, number>);
  expect(kinds.reduce((sum, bytes) => sum + bytes, 0)).toBe(few.pass.total_bytes);
  expect(few.pass).toMatchObject({ frames: 1000, disk_bytes: 1000 * 18 * 2 * 256 * 2 * 304 });
  expect(many.pass).toMatchObject({
    frames: 10000,
    disk_bytes: 10 * few.pass.disk_bytes,
    total_bytes: few.pass.total_bytes,
  });
  expect(many.pass.flops).toBeCloseTo(10 * few.pass.flops, -6);
  expect(few.prefix).toContain('layer by layer');
  expect(few.total_bytes).toBeLessThan((await of('--cameras', '1')).total_bytes / 3);
});

test('pasted Python from a file', async () => {
  const python = join(folder, 'freeze.py');
  writeFileSync(python, 'filters = []\nfilters.append(PathRegex(".*img.*"))\nreturn nnx.All(*filters)\n');
  const { frozen_leaves } = await planned('--model', 'ae_lora', '--freeze-file', python, '--batch', '1');
  expect(frozen_leaves).toBe(23);
});

test.each([
  ['text', 20_000_000],
  ['actions', 90_000_000],
] as const)('%s: what could be trained within a budget, in plans that the command confirms', async (model, budget) => {
  const whole = await planned('--model', model, '--auto', '--budget', '1000000000000');
  expect(whole.rows.every(({ fits, reason }: { fits: boolean; reason: unknown }) => fits && reason === null)).toBe(
    true,
  );
  const { budget_bytes, rows } = await planned('--model', model, '--auto', '--budget', `${budget}`);
  expect(budget_bytes).toBe(budget);
  expect(rows.some(({ fits }: { fits: boolean }) => !fits)).toBe(true);
  for (const row of rows) {
    expect(row.fits, row.trains).toBe(row.total_bytes <= budget);
    if (!row.fits) expect(row.reason).toMatch(/^Needs .* more: mostly /);
  }
  const [best] = rows.filter(({ recommended }: { recommended: boolean }) => recommended);
  const way = ['--batch', `${best.batch}`, '--accumulation', `${best.accumulation}`];
  const flags = [...(best.recompute ? ['--recompute'] : []), ...(best.backbone_lora ? ['--backbone-lora'] : [])];
  // As many samples differ as the defaults' run has.
  const { total_bytes } = await planned('--model', model, '--freeze', best.freeze, ...way, ...flags);
  expect(total_bytes).toBe(best.total_bytes);
});

test('a pasted configuration sets model, batch and moving average', async () => {
  const config =
    'TrainConfig(model=pi0_config.Pi0Config(action_expert_variant="gemma_300m_lora"), batch_size=2, freeze_filter=nnx.Not(nnx_utils.PathRegex(".*lora.*")))';
  const answer = await planned('--freeze', config);
  expect(answer).toMatchObject({ model: 'ae_lora', batch: 2 });
  expect(answer.openpi_ema_bytes).toBe(2 * answer.frozen_params + 4 * answer.trainable_params);
  const { total_bytes } = await planned('--model', 'ae_lora', '--batch', '2', ...FROZEN);
  expect(answer.total_bytes).toBe(total_bytes);
  expect(await planned('--freeze', config, '--batch', '1')).toMatchObject({ batch: 1 });
  expect(await planned('--freeze', config.replace('batch_size=2, ', ''), '--length', '8')).toMatchObject({ batch: 32 });
});

test('of a π0-FAST, what openpi keeps, beside the reason that no step is planned', async () => {
  const { code, answer } = await run('--freeze', 'TrainConfig(model=Pi0FASTConfig(), ema_decay=None)');
  expect(code).toBe(1);
  expect(answer.error.what).toMatch(/^No step of π0-FAST can be planned, because it writes actions as text/);
  expect(answer).toMatchObject({ model: 'pi0_fast', frozen_leaves: 0, trainable_params: 2_923_335_408 });
  expect(answer.openpi_resident_state_bytes).toBe(12 * answer.trainable_params);
});

describe('a model of the hub, from its config.json alone', () => {
  const file = (name: string, json: unknown) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(json));
    return path;
  };
  const of = (name: keyof typeof PUBLISHED) => file(`${name}.json`, PUBLISHED[name]);

  // Parameters of adapters of rank 8: 8 × inputs and outputs of the seven linears.
  test.each([
    ['smolLm2Of135M', 134_515_008, 2_442_240],
    ['gemma3Of270M', 268_098_176, 1_898_496],
    ['qwen25Of05B', 494_032_768, 4_399_104],
    ['qwen3Of06B', 596_049_920, 5_046_272],
    ['llama32Of1B', 1_235_814_400, 5_636_096],
  ] as const)('%s', async (name, frozen_params, trainable_params) => {
    const answer = await planned('--config', of(name), '--batch', '1', '--length', '8');
    expect(answer).toMatchObject({ frozen_params, trainable_params, findings: [] });
    expect(answer.bytes_by_kind.frozen / frozen_params).toBeCloseTo(2, 3);
    expect(answer).not.toHaveProperty('warnings');
  });

  test('Gemma 3 270M takes at most 0.75 GB, as it is trained by default, and goes by the name of its folder', async () => {
    mkdirSync(join(folder, 'gemma'));
    of('gemma3Of270M');
    renameSync(join(folder, 'gemma3Of270M.json'), join(folder, 'gemma', 'config.json'));
    const answer = await planned('--config', join(folder, 'gemma'), '--batch', '1', '--length', '512', '--recompute');
    expect(answer.model).toBe('gemma');
    expect(answer.total_bytes).toBeLessThan(0.75e9);
  });

  test('the matrices of Gemma 3 270M in 8 bits: a byte a weight, four a row, and rows of whole pairs of words', async () => {
    const answer = await planned('--config', of('gemma3Of270M'), '--batch', '1', '--length', '8', '--weights', 'int8');
    const [row640, row1024, row2048] = [640 + 8, 1024 + 8, 2048 + 8];
    const layer = (1024 + 256 + 256 + 2048 + 2048) * row640 + 640 * row1024 + 640 * row2048;
    const norms = 2 * (18 * (4 * 640 + 2 * 256) + 640);
    expect(answer.bytes_by_kind.frozen).toBe(262_144 * row640 + 18 * layer + norms);
    await refused(
      2,
      ['--model', 'text', '--freeze', 'Nothing()', '--weights', 'int8'],
      /--weights is for a model of the hub/,
    );
  });

  test('with a filter, a rank, a budget, and what is not followed', async () => {
    const config = file('dropout.json', { ...PUBLISHED.smolLm2Of135M, attention_dropout: 0.1 });
    const answer = await planned('--config', config, '--freeze', 'Not(PathRegex(".*q_proj.*lora.*"))', '--rank', '4');
    expect(answer.trainable_leaves).toBe(60);
    expect(answer.trainable_params).toBe(30 * 4 * (576 + 576));
    expect(answer.warnings).toMatchObject([{ what: 'attention_dropout is 0.1; it is trained without.' }]);
    const { rows: found } = await planned('--config', config, '--auto', '--budget', '500MB');
    expect(found[0]).toMatchObject({ trains: 'Adapters only', trainable_params: 2_442_240, fits: true });
  });

  test('what cannot be trained, and mistakes', async () => {
    const config = of('smolLm2Of135M');
    const mixture = file('mixture.json', { ...PUBLISHED.smolLm2Of135M, num_local_experts: 8 });
    await refused(1, ['--config', mixture], /num_local_experts is 8: a mixture of experts.*mixture\.json/);
    await refused(1, ['--config', join(folder, 'none.json')], /cannot be read/);
    writeFileSync(join(folder, 'broken.json'), '{');
    await refused(1, ['--config', join(folder, 'broken.json')], /no JSON/);
    await refused(1, ['--config', config, '--length', '8193'], /this base takes 8192 at most/);
    await refused(2, ['--config', config, '--model', 'text'], /names a model, and so does --model/);
    await refused(2, ['--config', config, '--cameras', '1'], /predicts no actions/);
  });
});

const AUTO = ['--auto', '--batch', '4', '--cameras', '1', '--horizon', '10', '--length', '8'];

test('what fits a card, of all π0s: what fits first, then the nearest beyond; the plan says the same', async () => {
  const { code, answer } = await run(...AUTO, '--budget', '12 GB');
  expect(code).toBe(0);
  const { model, budget_bytes, rows: found, nearest_beyond } = answer;
  expect([model, budget_bytes]).toEqual([null, 12e9]);
  const fits = found.map((row: { fits: boolean }) => row.fits);
  expect(fits).toEqual(fits.toSorted((a: boolean, b: boolean) => Number(b) - Number(a)));
  expect(new Set(found.map(({ trains }: { trains: string }) => trains)).size).toBe(found.length);
  for (const row of found) {
    expect(row.total_bytes <= 12e9, row.trains).toBe(row.fits);
    expect(row.batch * row.accumulation).toBe(4);
    // What is streamed is never in memory all at once, which is the point of it.
    expect(row.openpi_resident_state_bytes < row.total_bytes).toBe(row.streamed !== true);
  }
  const beyond = found.filter((row: { fits: boolean }) => !row.fits);
  expect(nearest_beyond).toEqual(beyond[0]);
  expect(nearest_beyond.total_bytes).toBe(Math.min(...beyond.map((row: { total_bytes: number }) => row.total_bytes)));
  const [best] = found.filter(({ recommended }: { recommended: boolean }) => recommended);
  const way = [
    '--batch',
    `${best.batch}`,
    '--accumulation',
    `${best.accumulation}`,
    ...(best.recompute ? ['--recompute'] : []),
  ];
  const { total_bytes } = await planned(
    '--model',
    best.model,
    '--freeze',
    best.freeze,
    ...AUTO.slice(3),
    ...way,
    '--prefixes',
    '0',
  );
  expect(total_bytes).toBe(best.total_bytes);
});

test('a table, and exit 1 where nothing fits', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const code = await main([...AUTO, '--model', 'ae_lora', '--budget', '24GiB', '--table']);
  const printed = log.mock.calls.map(([line]) => line).join('\n');
  log.mockRestore();
  expect(code).toBe(0);
  expect(printed).toMatch(
    /^What can be trained within 26 GB:\n[\s\S]*\nfits, recommended +ae_lora +4 x 1 .*\n[\s\S]*All fits\.$/,
  );
  const none = await run(...AUTO, '--model', 'ae_lora', '--budget', '5e8');
  expect(none.code).toBe(1);
  expect(none.answer.error.what).toMatch(/^Nothing fits 500 MB: the least needs 1(\.1)? GB\.$/);
  expect(none.answer.rows).not.toHaveLength(0);
});

test.each<[string, string[], RegExp]>([
  ['auto without a budget', ['--model', 'text', '--auto'], /--auto needs a --budget/],
  ['auto with a filter', ['--model', 'text', ...FROZEN, '--auto', '--budget', '9'], /chooses the filter itself/],
  ['a budget without auto', ['--model', 'text', ...FROZEN, '--budget', '9'], /--budget is for --auto/],
  ['a bad budget', ['--model', 'text', '--auto', '--budget', 'much'], /--budget is "much".*24GB/],
  ['a table of no proposal', ['--model', 'text', ...FROZEN, '--table'], /--table is for --auto/],
  ['no model', FROZEN, /--model is missing, and no configuration in the text names one/],
  [
    'a model that is none here',
    ['--freeze', 'TrainConfig(model=Pi0Config(paligemma_variant="gemma_9b"))'],
    /π0 with gemma_9b and gemma_300m, which is no model here/,
  ],
  ['an unknown model', ['--model', 'gpt', ...FROZEN], /no model "gpt"/],
  ['no filter', ['--model', 'text'], /One of --freeze and --freeze-file/],
  ['two filters', ['--model', 'text', ...FROZEN, '--freeze-file', 'x'], /One of --freeze/],
  ['a bad number', ['--model', 'text', ...FROZEN, '--batch', '1.5'], /--batch is "1\.5"/],
  ['no number', ['--model', 'text', ...FROZEN, '--batch', '0'], /whole number from 1/],
  ['an unknown storage', ['--model', 'text', ...FROZEN, '--storage', 'f16'], /"f16".*bf16 or f32/],
  [
    'an unknown flag',
    ['--model', 'text', ...FROZEN, '--batch-sise', '1'],
    /no flag --batch-sise.*nearest is --batch N/,
  ],
  ['too many cameras', ['--model', 'actions', ...FROZEN, '--cameras', '4'], /room for 3, not 4/],
  ['images of text', ['--model', 'text', ...FROZEN, '--cameras', '1'], /predicts no actions.*--cameras/],
  ['auto, streamed', [...AUTO, '--streamed', '--budget', '2GB'], /layer by layer.*Leave --streamed out/],
  ['a stream of text', ['--model', 'text', ...FROZEN, '--streamed'], /predicts no actions.*--streamed/],
  ['a rank of its own', ['--model', 'ae_lora', ...FROZEN, '--rank', '4'], /adapters of its own.*--rank/],
])('%s: exit 2, and what, where and how to go on', async (_, args, expected) => {
  await refused(2, args, expected);
});

test.each<[string, string[], RegExp]>([
  ['a bad filter', ['--model', 'text', '--freeze', 'Al()'], /"Al".*line 1, column 1/],
  [
    'auto of a π0-FAST',
    ['--model', 'pi0_fast', '--auto', '--budget', '24GB'],
    /No step of π0-FAST can be planned, because it writes/,
  ],
  [
    'too long a window',
    ['--model', 'text', ...FROZEN, '--length', '1000'],
    /cannot be 1000: this base takes 256 at most.*Write --length/,
  ],
  ['a file that is not there', ['--model', 'text', '--freeze-file', join(folder, 'none')], /cannot be read/],
])('%s: exit 1, and what, where and how to go on', async (_, args, expected) => {
  await refused(1, args, expected);
});

async function refused(exit: number, args: string[], expected: RegExp) {
  const { code, answer } = await run(...args);
  expect(code).toBe(exit);
  expect(Object.keys(answer)).toEqual(['error']);
  expect(Object.keys(answer.error)).toEqual(['what', 'where', 'fix']);
  expect(Object.values(answer.error).join(' ')).toMatch(expected);
}

test('as a person starts it', () => {
  const args = ['--silent', 'run', 'plan', '--', '--model', 'text', ...FROZEN, '--batch', '1'];
  const root = new URL('../..', import.meta.url).pathname;
  expect(JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }))).toMatchObject({ model: 'text' });
});
