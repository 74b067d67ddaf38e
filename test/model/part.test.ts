import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withLora } from '../../src/adapter/adapter';
import type { Call } from '../../src/gpu/kernel';
import { bytesOf, type Storage, type Tensor, tensor } from '../../src/gpu/tensor';
import { ACTION_PROJECTIONS } from '../../src/leaves/action_projections';
import { DECODER } from '../../src/leaves/decoder';
import { GEMMA } from '../../src/leaves/gemma';
import type { LeafRow, Reader } from '../../src/leaves/row';
import type { AnyConfig, ModelConfig } from '../../src/model/config';
import { configOf } from '../../src/model/config_file';
import { isDecoder } from '../../src/model/decoder_config';
import { projectionLengths } from '../../src/model/lengths';
import { Parameters, type Slice } from '../../src/model/parameters';
import { leafTensor } from '../../src/model/part';
import {
  angleTable,
  cacheSizes,
  flowTargets,
  prefixInputs,
  recordFlowLoss,
  recordPrefix,
  recordSuffix,
  suffixInputs,
  tokensOf,
} from '../../src/model/pi0';
import { recordTextLoss, textInputs, textModelOf } from '../../src/model/text';
import { leavesOf } from '../../src/model/tree';
import { plannedModels, trueSizeModel } from '../../src/model/true_size';
import { Tape } from '../../src/tape/tape';
import { HF_CASES, readHf } from '../golden/hf_cases';
import { SMALL } from './small';
import { PI0_SHAPE, SMALL_PI0, withOwnKeys, withoutLora } from './small_pi0';

const shipped = (base: string): ModelConfig =>
  configOf(JSON.parse(readFileSync(new URL(`../../public/base/${base}/config.json`, import.meta.url), 'utf8')));

const none = () => false;
const configs: readonly (readonly [string, AnyConfig])[] = [
  ['text, small', SMALL],
  ['text, no adapters', withoutLora(SMALL)],
  ['text, the base that ships', withLora(shipped('text'), 8, 8)],
  ['actions, the base that ships', withLora(shipped('actions'), 8, 8, (expert) => expert === 1)],
  ['π0, small, adapters in both', SMALL_PI0],
  ['π0, small, adapters in the backbone', withLora(withoutLora(SMALL_PI0), 3, 6, (expert) => expert === 0)],
  ['π0, small, adapters in the expert', withLora(withoutLora(SMALL_PI0), 3, 6, (expert) => expert === 1)],
  ['π0, small, no adapters', withoutLora(SMALL_PI0)],
  ['π0.5, small, adapters in both', { ...SMALL_PI0, pi05: true }],
  ['π0, small, keys for each head', withOwnKeys(SMALL_PI0)],
  ...HF_CASES.map((name) => [name, readHf(name).config] as const),
  ...plannedModels.map(({ id }) => [`true size, ${id}`, trueSizeModel(id).config] as const),
];

/** The op, and its argument's name, by which a declared reader shows in a kernel's bindings: LoRA and linearRows are matmuls. */
const bindingOf = (reader: Reader) => (/^(lora|linear_rows)\./.test(reader) ? 'matmul.weight' : reader);
/** The op whose kernel writes the gradient: that of a bias is a sum of rows, whoever adds it. */
const gradientOf = (binding: string) =>
  binding === 'layer_norm.bias' ? 'tile_rows' : (binding.split('.')[0] as string);

test.each(configs)(
  '%s: every leaf is read by the op that declares to read it, and its gradient is that op’s',
  (_, config) => {
    const parameters = new Parameters(leavesOf(config), none, { arenaBytes: Number.POSITIVE_INFINITY });
    const tape = recordStep(config, parameters);
    const read = uses(parameters, tape.forward, 'weights');
    const differentiated = uses(parameters, tape.backward, 'gradient');
    const found = parameters.slices.map((slice) => ({
      path: slice.leaf.path,
      layer: slice.layer,
      read: [...(read.get(slice) ?? [])],
      gradient: [...(differentiated.get(slice) ?? [])].map((binding) => binding.split('.')[0]).sort(),
    }));
    const declared = parameters.slices.map((slice) => {
      const expected = isUnread(config, slice) ? [] : bindingsOf(config, slice.leaf.row);
      const { leaf, layer } = slice;
      return { path: leaf.path, layer, read: expected, gradient: expected.map(gradientOf).sort() };
    });
    expect(found).toEqual(declared);
  },
);

test('a leaf that a part of the model has no axis for is refused', () => {
  const parameters = new Parameters(leavesOf(SMALL_PI0), none);
  const part = {
    parameters,
    lengths: projectionLengths(3, SMALL_PI0.experts[1] as (typeof SMALL_PI0.experts)[number]),
  };
  expect(leafTensor(part, ACTION_PROJECTIONS.actionTimeIn.kernel).sizes).toEqual({ G: 1, I: 28, O: 14 });
  expect(() => leafTensor(part, GEMMA.q.weight)).toThrow('no axis Q');
});

/** A text model's head is its embedding, but where a decoder has one of its own. */
function bindingsOf(config: AnyConfig, row: LeafRow): string[] {
  const isHead = isDecoder(config)
    ? row === (config.tied ? DECODER.embedding : DECODER.head)
    : row === GEMMA.embedding && !config.actionDim;
  const own = row === DECODER.head ? [] : [bindingOf(row.reader)];
  return isHead ? [...own, 'matmul.weight'] : own;
}

/** π0 takes only keys and values of its backbone, so what comes after those of its last layer is never computed. */
function isUnread(config: AnyConfig, { leaf, layer }: Slice): boolean {
  if (isDecoder(config) || !config.actionDim || leaf.path.includes('_1')) return false;
  const { experts } = config;
  if (leaf.row === GEMMA.finalNorm) return true;
  const { q, out, feedForwardNorm, gates, down } = GEMMA;
  const last = [q, out, gates, down].flatMap(({ weight, a, b }): LeafRow[] => [weight, a, b]);
  return layer === (experts[0]?.depth ?? 0) - 1 && [...last, feedForwardNorm].includes(leaf.row);
}

/** Which kernels bind each slice's weights or gradient, as `op.binding` in the order of their first use. */
function uses(parameters: Parameters, calls: readonly Call[], what: 'weights' | 'gradient'): Map<Slice, Set<string>> {
  const found = new Map<Slice, Set<string>>();
  const [page] = parameters.arenas;
  const storage = page?.[what].storage as Storage;
  const slices = parameters.slices.toReversed();
  for (const { kernel, tensors } of calls) {
    for (const [name, t] of Object.entries(tensors)) {
      if (t.storage !== storage) continue;
      const slice = slices.find(({ start }) => (start as number) * 4 <= t.offset) as Slice;
      expect(t.offset + bytesOf(t as Tensor<string>)).toBeLessThanOrEqual(
        ((slice.start as number) + slice.elements) * 4,
      );
      const op = (kernel.label.split('.')[0] as string).replace(/_(tiled|wide)$/, '');
      found.set(slice, (found.get(slice) ?? new Set()).add(`${op}.${name}`));
    }
  }
  return found;
}

/** A forward pass and, with every leaf training, its derivative. */
function recordStep(config: AnyConfig, parameters: Parameters): Tape {
  const tape = new Tape();
  if (!isDecoder(config) && config.actionDim) recordActions(tape, config, parameters);
  else recordText(tape, config, parameters);
  tape.differentiate();
  return tape;
}

function recordText(tape: Tape, config: AnyConfig, parameters: Parameters): void {
  const model = textModelOf(config);
  recordTextLoss(tape, model, parameters, textInputs(model, { B: 2, T: 5 }));
}

function recordActions(tape: Tape, config: ModelConfig, parameters: Parameters): void {
  const { all: S } = tokensOf(config, PI0_SHAPE);
  const sizes = cacheSizes(config, PI0_SHAPE.B, S);
  const kv = config.experts
    .slice(0, 1)
    .flatMap(({ depth }) =>
      Array.from({ length: depth }, () => tensor('kv', 'B S D H', sizes, { kind: 'activations', planned: true })),
    );
  const angles = angleTable(config, PI0_SHAPE, 'inputs');
  recordPrefix(tape, config, parameters, prefixInputs(config, PI0_SHAPE, { angles, S, kind: 'inputs' }), kv);
  const suffix = suffixInputs(config, PI0_SHAPE, { angles, kind: 'inputs' });
  recordFlowLoss(tape, recordSuffix(tape, config, parameters, suffix, kv).v, flowTargets(config, PI0_SHAPE));
}
