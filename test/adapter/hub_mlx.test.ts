import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { exportAdapter } from '../../src/adapter/exports';
import { hubMlxFiles } from '../../src/adapter/hub_mlx';
import { readSafetensors, toFloat32 } from '../../src/containers/safetensors';
import { ProblemError } from '../../src/problem';
import { bytesOf, deltasOf, gemma, hubAdapter, lora, nothingAsked, product, relative } from './hub_sample';

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** What mlx-lm adds to each weight: every module of `keys` in the last `num_layers` layers, of one rank and one scale. */
function mlxDeltas(adapter: Adapter): Map<string, number[]> {
  const files = hubMlxFiles(adapter);
  const config = JSON.parse(text(files['adapter_config.json']));
  const { tensors } = readSafetensors(files['adapters.safetensors']!, 'adapters.safetensors');
  expect(config).toMatchObject({ fine_tune_type: 'lora', num_layers: 2, lora_parameters: { dropout: 0 } });
  const { rank: R, scale, keys } = config.lora_parameters as { rank: number; scale: number; keys: string[] };
  const deltas = new Map<string, number[]>();
  for (const layer of [0, 1]) {
    for (const key of keys) {
      const path = `layers.${layer}.${key}`;
      const [A, B] = ['lora_a', 'lora_b'].map((half) => tensors.get(`model.${path}.${half}`)!);
      const [I, O] = [A!.shape[0]!, B!.shape[1]!];
      expect([A!.shape, B!.shape], path).toEqual([
        [I, R],
        [R, O],
      ]);
      const [a, b] = [toFloat32(A!), toFloat32(B!)];
      deltas.set(
        path,
        product(O, I, R, (o, i, r) => scale * a[i * R + r]! * b[r * O + o]!),
      );
    }
  }
  expect(tensors.size).toBe(2 * deltas.size);
  return deltas;
}

test.each([
  ['plain', hubAdapter()],
  ['q and v alone', hubAdapter({ lora: lora({ targets: ['q_proj', 'v_proj'] }) })],
  [
    'rsLoRA, ranks, alphas and absences',
    hubAdapter({
      lora: lora({
        rootScaled: true,
        alpha: 5,
        others: {
          'layers.1.self_attn.q_proj': { rank: 5, alpha: 2 },
          'layers.0.mlp.up_proj': { rank: 2, alpha: 7.5 },
          'layers.0.self_attn.v_proj': null,
        },
      }),
    }),
  ],
])('mlx-lm adds to the weights what the run added: %s', (_, adapter) => {
  const [ours, theirs] = [deltasOf(adapter), mlxDeltas(adapter)];
  for (const [module, delta] of ours) expect(relative(theirs.get(module)!, delta), module).toBeLessThan(1e-6);
  const others = [...theirs].filter(([module]) => !ours.has(module));
  expect(others.map(([module]) => module)).toEqual(ours.size % 2 === 0 ? [] : ['layers.0.self_attn.v_proj']);
  expect(others.every(([, delta]) => delta.every((value) => value === 0))).toBe(true);
});

test('factors are as they trained where nothing has to be filled up', () => {
  const adapter = hubAdapter();
  const { tensors } = readSafetensors(hubMlxFiles(adapter)['adapters.safetensors']!, 'x');
  const own = adapter.tensors['base_model.model.model.layers.1.mlp.gate_proj.lora_B.weight']!;
  expect(toFloat32(tensors.get('model.layers.1.mlp.gate_proj.lora_b')!)).toEqual(own.values);
});

test('the folder has the commands of mlx-lm, and the notice of the base', async () => {
  const written = await exportAdapter(hubAdapter({ config: gemma }), 'mlx', nothingAsked);
  expect(written.name).toBe('Sea-stories-mlx.zip');
  const packed = unzipSync(await bytesOf(written));
  expect(Object.keys(packed)).toContain('Sea-stories-mlx/NOTICE.txt');
  expect(text(packed['Sea-stories-mlx/README.md'])).toContain(
    'mlx_lm.generate --model someone/my-model --adapter-path path/to/this/folder',
  );
});

test('a run that trained leaves of the base is refused', () => {
  expect(() => hubMlxFiles(hubAdapter({ also: ['model.norm.weight'] }))).toThrow(ProblemError);
});
