import { afterEach, describe, expect, test } from 'vitest';
import { type Adapter, isLora } from '../../src/adapter/adapter';
import { ACTIONS_TARGET, toPeft } from '../../src/adapter/peft';
import { leafChanges, mergedLeaves } from '../../src/adapter/policy_merge';
import { readSafetensors, type StoredTensor, toFloat32 } from '../../src/containers/safetensors';
import { fromBf16, toBf16 } from '../../src/floats';
import { Memory } from '../../src/gpu/memory';
import type { ModelConfig } from '../../src/model/config';
import { gather, readArenas, uploadParameters } from '../../src/model/load';
import { type Leaf, leavesOf } from '../../src/model/tree';
import { openPolicy } from '../../src/policy/checkpoint';
import type { PolicySource } from '../../src/policy/source';
import { createActionsStep } from '../../src/tasks/actions/prefix_cache';
import { recordActionsStep } from '../../src/tasks/actions/step';
import { collected } from '../containers/gguf/file';
import { device } from '../gpu';
import { stored } from '../hub/model';
import { OPTIMIZER, parametersOf } from '../model/small';
import { PI0_SHAPE, randomActionsBatch, withOwnKeys } from '../model/small_pi0';
import { configJson, configOfKind, folderOf, KINDS, NAMINGS, tensorOf, tensorsOf } from '../policy/checkpoints';
import { type Adapted, policyAdapter, policyFiles, readLeaf } from './policy_sample';

const MINUTE = 60_000;
const memories: Memory[] = [];
afterEach(() => {
  for (const memory of memories.splice(0)) memory.destroy();
});

const batch = randomActionsBatch(PI0_SHAPE, 3);

/** The loss of a model and, since it is its hidden state by the error of the actions, the last projection's gradient. */
async function resultOf(config: ModelConfig, valuesOf: (leaf: Leaf) => Float32Array) {
  const parameters = parametersOf(() => false, config); // what is frozen would be rounded
  const memory = new Memory(device);
  memories.push(memory);
  const recorded = recordActionsStep(config, parameters, PI0_SHAPE, OPTIMIZER, { software: false });
  uploadParameters(memory, parameters, valuesOf);
  const step = await createActionsStep(memory, recorded);
  const loss = await step.differentiate(batch);
  const gradients = gather(parameters, await readArenas(memory, parameters, 'gradient'));
  return { loss, gradient: gradients.get('action_out_proj/kernel')! };
}

async function leavesIn(source: PolicySource): Promise<Map<string, Float32Array>> {
  const values = new Map<string, Float32Array>();
  for (const leaf of leavesOf(source.config)) values.set(leaf.path, await readLeaf(source, leaf));
  return values;
}

/** The checkpoint with the adapter in it, opened. */
async function merged(adapter: Adapter, source: PolicySource): Promise<PolicySource> {
  const files = source.copy(leafChanges(adapter), {});
  return openPolicy(await Promise.all(files.map(async (file) => stored(`merged/${file.path}`, await collected(file)))));
}

/** An adapter of every leaf as it is. */
const unchanged = (leaves: ReadonlyMap<string, Float32Array>, config: ModelConfig): Adapter['tensors'] =>
  Object.fromEntries(
    leavesOf(config).map(({ path, shape }) => [path, { shape, values: Float32Array.from(leaves.get(path)!) }]),
  );

const difference = (a: Float32Array, b: Float32Array) =>
  Math.hypot(...a.map((value, n) => value - b[n]!)) / Math.hypot(...a);

const pi0 = configOfKind('π0');
const pi05 = configOfKind('π0.5');

describe('the engine computes the same with the adapter beside the policy and in its leaves', () => {
  test.each<[string, ModelConfig, Adapted]>([
    ['π0, alpha ≠ rank', pi0, {}],
    ['π0.5, rsLoRA', pi05, { rootScaled: true }],
    ['π0, as many key heads as heads', withOwnKeys(pi0), { alpha: 2 }],
    ['π0.5, the same', withOwnKeys(pi05), { rank: 2, alpha: 5, rootScaled: true }],
  ])(
    '%s',
    async (_, config, how) => {
      const source = await openPolicy(policyFiles(config));
      const adapter = policyAdapter(config, how);
      const base = await leavesIn(source);
      const beside = await resultOf(
        adapter.modelConfig as ModelConfig,
        ({ path }) => adapter.tensors[path]?.values ?? base.get(path)!,
      );
      const inside = await leavesIn(await merged(adapter, source));
      const one = await resultOf(config, ({ path }) => inside.get(path)!);
      const without = await resultOf(config, ({ path }) => base.get(path)!);
      expect(Math.abs(one.loss - beside.loss) / beside.loss).toBeLessThan(1e-5);
      expect(difference(beside.gradient, one.gradient)).toBeLessThan(1e-5);
      expect(difference(beside.gradient, without.gradient)).toBeGreaterThan(0.1);
    },
    2 * MINUTE,
  );
});

describe.each(NAMINGS)('leaves that changed, in names of %s', (naming) => {
  test.each<[string, ModelConfig, 'F32' | 'BF16']>([
    ['π0', pi0, 'F32'],
    ['π0.5', pi05, 'BF16'],
    ['own keys', withOwnKeys(pi05), 'F32'],
  ])(
    '%s: laid over the checkpoint of that naming, it opens as the checkpoint with the adapter in it',
    async (_, config, dtype) => {
      const source = await openPolicy(policyFiles(config, dtype));
      const adapter = policyAdapter(config);
      const whole = await leavesIn(await merged(adapter, source));
      const written = await collected(
        mergedLeaves(adapter, source, naming, { path: 'leaves', metadata: { by: 'us' } }),
      );
      const { tensors, metadata } = readSafetensors(written, 'leaves');
      expect(metadata).toEqual({ by: 'us' });
      expect(new Set([...tensors.values()].map((tensor) => tensor.dtype))).toEqual(new Set([dtype]));
      // The rest of a checkpoint in these names, written by the same code without a change.
      const nothing: Adapter = { ...adapter, tensors: unchanged(await leavesIn(source), config), modelConfig: config };
      const base = readSafetensors(
        await collected(mergedLeaves(nothing, source, naming, { path: 'base', metadata: {} })),
        'base',
      );
      const kind = config.pi05 ? 'π0.5' : 'π0';
      const again = await openPolicy(folderOf(new Map([...base.tensors, ...tensors]), configJson(kind)));
      expect(again.naming).toBe(naming);
      expect(await leavesIn(again)).toEqual(whole);
      const changed = [...leafChanges(adapter).keys()];
      expect(changed.every((path) => /_1|_proj|time_mlp/.test(path))).toBe(true);
      expect(changed).toHaveLength(
        Object.keys(adapter.tensors).filter((path) => !isLora(path)).length +
          (config.experts[0]!.numHeads === config.experts[0]!.numKvHeads ? 4 : 5),
      );
    },
  );
});

describe('a copy of the whole checkpoint', () => {
  const cases = NAMINGS.flatMap((naming) => KINDS.map((kind) => ({ naming, kind })));
  test.each(cases)(
    '$kind, three files in names of $naming: what did not change is the same bit for bit',
    async ({ naming, kind }) => {
      const tensors = new Map([...tensorsOf(kind, naming)].map(([name, tensor]) => [name, tensorOf(tensor, 'BF16')]));
      const given = folderOf(tensors, configJson(kind), 3);
      const source = await openPolicy([...given, stored('policy/tokenizer.json', '{}')]);
      const adapter = policyAdapter(configOfKind(kind));
      const changes = leafChanges(adapter);
      const files = source.copy(changes, { by: 'us' });
      expect(files.map(({ path }) => path).sort()).toEqual(
        [...given.map(({ path }) => path.replace('policy/', '')), 'tokenizer.json'].sort(),
      );
      const after = new Map<string, StoredTensor>();
      for (const file of files.filter(({ path }) => path.endsWith('.safetensors'))) {
        const bytes = await collected(file);
        const read = readSafetensors(bytes, file.path);
        expect(bytes.length).toBe(file.bytes);
        expect(read.metadata).toEqual({ by: 'us' });
        for (const [name, tensor] of read.tensors) after.set(name, tensor);
      }
      expect([...after.keys()].sort()).toEqual([...tensors.keys()].sort());
      const same = [...after].filter(([name, { bytes }]) => String(bytes) === String(tensors.get(name)!.bytes));
      expect(
        same.every(([name]) => !/gemma_expert.*(proj|dense)|einsum_1|mlp_1|^(model\.)?(state|action|time)_/.test(name)),
      ).toBe(true);
      // Every changed leaf is what it was, changed in float32, and rounded once, to the nearest.
      const copied = await merged(adapter, source);
      for (const [path, change] of changes) {
        const leaf = leavesOf(source.config).find((one) => one.path === path)!;
        const wanted = await readLeaf(source, leaf);
        const layers = leaf.stacked ? leaf.shape[0]! : 1;
        const size = wanted.length / layers;
        for (let layer = 0; layer < layers; layer++)
          change(wanted.subarray(layer * size, (layer + 1) * size), layer, 0);
        expect(await readLeaf(copied, leaf), path).toEqual(fromBf16(toBf16(wanted)));
      }
    },
  );
});

test('PEFT’s factors by their scale, beside PyTorch’s weights, are the merged weights', async () => {
  for (const [config, how] of [
    [pi0, {}],
    [withOwnKeys(pi05), { rootScaled: true }],
  ] as [ModelConfig, Adapted][]) {
    const source = await openPolicy(policyFiles(config));
    const adapter = policyAdapter(config, how);
    const nothing: Adapter = { ...adapter, tensors: unchanged(await leavesIn(source), config), modelConfig: config };
    const [base, whole] = await Promise.all(
      [nothing, adapter].map(async (one) => {
        const file = mergedLeaves(one, source, 'LeRobot', { path: 'file', metadata: {} });
        return readSafetensors(await collected(file), 'file').tensors;
      }),
    );
    const { factors, whole: kept, scales } = toPeft(adapter, ACTIONS_TARGET);
    for (const [n, A] of factors.entries()) {
      if (n % 2 === 1) continue;
      const B = factors[n + 1]!;
      const name = `${A.name.slice('base_model.model.'.length, -'.lora_A.weight'.length)}.weight`;
      const [rank, inputs] = A.shape;
      const W = toFloat32(base!.get(name)!);
      const scale = scales.lora_alpha / rank;
      const found = toFloat32(whole!.get(name)!);
      for (const [at, value] of found.entries()) {
        const [row, column] = [Math.floor(at / inputs), at % inputs];
        let sum = 0;
        for (let r = 0; r < rank; r++) sum += B.values[row * rank + r]! * A.values[r * inputs + column]!;
        expect(Math.abs(W[at]! + scale * sum - value), name).toBeLessThan(2e-6);
      }
    }
    expect(factors).toHaveLength(2 * 2 * 7);
    for (const { name, shape, values } of kept) {
      const tensor = whole!.get(name.slice('base_model.model.'.length))!;
      expect(tensor.shape).toEqual(shape);
      expect(toFloat32(tensor), name).toEqual(values);
    }
    expect(kept).toHaveLength(config.pi05 ? 18 : 10);
    const sought = new Set(kept.map(({ module }) => module));
    const modules = [...whole!.keys()].map((name) => name.replace(/\.(weight|bias)$/, ''));
    for (const end of sought)
      expect(
        modules.some((module) => module.endsWith(end)),
        end,
      ).toBe(true);
    expect(modules.filter((module) => [...sought].some((end) => module.endsWith(end)))).toHaveLength(kept.length);
  }
});
