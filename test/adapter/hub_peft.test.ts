import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { exportAdapter } from '../../src/adapter/exports';
import { hubPeftFiles } from '../../src/adapter/hub_peft';
import { readSafetensors, toFloat32 } from '../../src/containers/safetensors';
import { ProblemError } from '../../src/problem';
import {
  bytesOf,
  deltasOf,
  gemma,
  hubAdapter,
  llama,
  lora,
  nothingAsked,
  product,
  relative,
  TARGETS,
} from './hub_sample';

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
interface Config {
  readonly r: number;
  readonly lora_alpha: number;
  readonly rank_pattern: Readonly<Record<string, number>>;
  readonly target_modules: readonly string[] | string;
}

/** The rank that PEFT gives a module: that of the first pattern that its path ends with. */
const rankOf = ({ r, rank_pattern }: Config, module: string) =>
  Object.entries(rank_pattern).find(([key]) => new RegExp(`^(.*\\.)?(${key})$`).test(module))?.[1] ?? r;

const isTarget = ({ target_modules: targets }: Config, module: string) =>
  typeof targets === 'string'
    ? new RegExp(`^(?:${targets})$`).test(module)
    : targets.some((name) => module === name || module.endsWith(`.${name}`));

/** What PEFT adds to each weight, by the module's path below the model. */
function peftDeltas(adapter: Adapter): Map<string, number[]> {
  const files = hubPeftFiles(adapter);
  const config = JSON.parse(text(files['adapter_config.json'])) as Config;
  const { tensors, metadata } = readSafetensors(files['adapter_model.safetensors']!, 'adapter_model.safetensors');
  expect(metadata).toEqual({ format: 'pt' });
  const deltas = new Map<string, number[]>();
  for (const [key, A] of tensors) {
    const [, module, half] = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/.exec(key)!;
    if (half === 'B') continue;
    const B = tensors.get(key.replace('lora_A', 'lora_B'))!;
    const [R, I] = A.shape as [number, number];
    const O = B.shape[0]!;
    expect(B.shape).toEqual([O, R]);
    expect(R, module).toBe(rankOf(config, module!));
    expect(isTarget(config, module!), module).toBe(true);
    const [a, b] = [toFloat32(A), toFloat32(B)];
    const scale = config.lora_alpha / R;
    deltas.set(
      module!.replace(/^model\./, ''),
      product(O, I, R, (o, i, r) => scale * b[o * R + r]! * a[r * I + i]!),
    );
  }
  return deltas;
}

const some = lora({
  others: {
    'layers.1.self_attn.q_proj': { rank: 5, alpha: 2 },
    'layers.0.mlp.up_proj': { rank: 3, alpha: 7.5 },
    'layers.0.self_attn.v_proj': null,
  },
});

const kinds: readonly (readonly [string, Adapter])[] = [
  ['alpha twice the rank', hubAdapter()],
  ['rsLoRA', hubAdapter({ lora: lora({ rootScaled: true, alpha: 5 }) })],
  ['an alpha that is no whole number', hubAdapter({ lora: lora({ alpha: 0.75 }) })],
  ['ranks, alphas and absences of modules', hubAdapter({ lora: some })],
  ['the same with rsLoRA', hubAdapter({ lora: { ...some, rootScaled: true } })],
  ['q and v alone', hubAdapter({ lora: lora({ targets: ['q_proj', 'v_proj'] }) })],
  ['gemma', hubAdapter({ config: gemma })],
];

describe.each(kinds)('%s', (_, adapter) => {
  test('PEFT computes what the run computed', () => {
    const [ours, theirs] = [deltasOf(adapter), peftDeltas(adapter)];
    expect([...theirs.keys()].sort()).toEqual([...ours.keys()].sort());
    for (const [module, delta] of ours) expect(relative(theirs.get(module)!, delta), module).toBeLessThan(1e-6);
  });

  test('its configuration is one that old and new loaders take', () => {
    const config = JSON.parse(text(hubPeftFiles(adapter)['adapter_config.json']));
    expect(Number.isInteger(config.lora_alpha) && config.lora_alpha > 0).toBe(true);
    expect(config).toMatchObject({
      peft_type: 'LORA',
      task_type: 'CAUSAL_LM',
      base_model_name_or_path: 'someone/my-model',
      use_rslora: false,
      alpha_pattern: {},
      modules_to_save: null,
      bias: 'none',
    });
  });
});

test('where one alpha says it all, nothing is folded: B is the transpose of what trained', () => {
  const adapter = hubAdapter();
  const { tensors } = readSafetensors(hubPeftFiles(adapter)['adapter_model.safetensors']!, 'x');
  const key = 'base_model.model.model.layers.1.mlp.down_proj.lora_B.weight';
  const { values, shape } = adapter.tensors[key]!;
  const [R, O] = shape as [number, number];
  const b = toFloat32(tensors.get(key)!);
  expect(b).toEqual(Float32Array.from(b, (_, at) => values[(at % R) * O + Math.floor(at / R)]!));
});

test('targets are names where all layers have them, and no module that has none matches', () => {
  const configOf = (adapter: Adapter) => JSON.parse(text(hubPeftFiles(adapter)['adapter_config.json'])) as Config;
  expect(configOf(hubAdapter()).target_modules).toEqual(TARGETS);
  const config = configOf(hubAdapter({ lora: some }));
  expect(isTarget(config, 'model.layers.0.self_attn.v_proj')).toBe(false);
  expect(isTarget(config, 'model.layers.1.self_attn.v_proj')).toBe(true);
});

test('the archive has the folder with its card, its settings and its notice', async () => {
  const written = await exportAdapter(hubAdapter({ config: gemma }), 'peft', nothingAsked);
  expect(written.name).toBe('Sea-stories-peft.zip');
  const files = unzipSync(await bytesOf(written));
  const own = (file: string) => text(files[`Sea-stories-peft/${file}`]);
  expect(Object.keys(files).map((path) => path.replace('Sea-stories-peft/', ''))).toEqual([
    'adapter_config.json',
    'adapter_model.safetensors',
    'README.md',
    'NOTICE.txt',
    'training_config.json',
    'memory.csv',
  ]);
  expect(own('README.md')).toMatch(
    /^---\nbase_model: "someone\/my-model"\nlibrary_name: peft\nlicense: "gemma"\n.*pip install peft transformers/s,
  );
  expect(own('README.md')).toContain('PeftModel.from_pretrained(');
  expect(own('README.md')).toContain('base = "someone/my-model"');
  expect(own('README.md')).toContain(`\`model.safetensors\`, 1234 bytes | \`${'cd'.repeat(32)}\` |`);
  expect(own('NOTICE.txt')).toMatch(
    /^Gemma is provided under and subject to the Gemma Terms of Use found at ai\.google\.dev\/gemma\/terms\n.*MODIFIED: LoRA adapter "Sea \/ stories" trained with Adaptab on 2026-02-03\./s,
  );
  expect(JSON.parse(own('training_config.json'))).toMatchObject({
    base_sha256: 'cd'.repeat(32),
    adapter: { hub: { nameOrPath: 'someone/my-model', files: [{ name: 'model.safetensors' }] } },
    model: { family: 'gemma3_text', lora: { rank: 3 } },
  });
});

test.each([
  ['whose licence is not known', {}, undefined, 'The licence of the base is not known here'],
  ['whose licence is told', { licence: 'apache-2.0' }, undefined, 'The licence of the base: apache-2.0.'],
  [
    'that asks for a notice',
    { licence: 'llama3.2' },
    /^Llama 3\.2 is licensed under the Llama 3\.2 Community License,.*"Built with Llama".*\n\nMODIFIED/s,
    'NOTICE.txt has what',
  ],
])('a base %s', (_, hub, notice, said) => {
  const files = hubPeftFiles(hubAdapter({ config: llama, hub }));
  if (notice) expect(text(files['NOTICE.txt'])).toMatch(notice);
  else expect(files).not.toHaveProperty('NOTICE.txt');
  expect(text(files['README.md'])).toContain(said);
});

test('a folder on a disk is no name on the hub, and what it is called is no markup and no code', () => {
  const name = 'a"\n```\nb*';
  const card = text(hubPeftFiles(hubAdapter({ hub: { nameOrPath: `/home/me/${name}`, name } }))['README.md']);
  expect(card).not.toContain('base_model:');
  expect(card).toContain('base = "/home/me/a\\"\\n\\nb*"');
  expect(card).toContain('for the model "a" &#96;&#96;&#96; b&#42;"');
});

test('a run that trained leaves of the base is refused, with the leaves and the way out', () => {
  const adapter = hubAdapter({ also: ['model.norm.weight'] });
  expect(Object.keys(adapter.tensors)).toContain('model.norm.weight');
  expect(() => hubPeftFiles(adapter)).toThrow(ProblemError);
  expect(() => hubPeftFiles(adapter)).toThrow(/no LoRA.*model\.norm\.weight.*merged model/);
});
