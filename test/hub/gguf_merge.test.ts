import { describe, expect, test } from 'vitest';
import { readGgufHeader } from '../../src/containers/gguf';
import { changedGguf } from '../../src/hub/gguf_merge';
import { type GgufModel, openGguf } from '../../src/hub/gguf_model';
import type { RowsChange } from '../../src/hub/source';
import { ProblemError } from '../../src/problem';
import { collected, counted, fixture, goldenBytes, sourceOf } from '../containers/gguf/file';
import { open, SIZES, shapesOf, text, zeros } from './gguf_files';

const whole = (model: GgufModel, path: string) => {
  const { shape } = model.tensors.get(path)!;
  return model.readRows(path, 0, shape.length === 1 ? 1 : shape[0]!);
};

/** Adds to each value what its place says. */
const placed =
  (columns: number, step: number): RowsChange =>
  (rows, first) => {
    for (let i = 0; i < rows.length; i++) rows[i]! += step * (first + Math.floor(i / columns) - (i % columns));
  };

describe('an adapter merged into a llama', () => {
  const paths = ['self_attn.q_proj', 'self_attn.k_proj', 'mlp.down_proj'].map(
    (name) => `model.layers.1.${name}.weight`,
  );

  test('is where its reader finds it, and all else is as it was', async () => {
    const bytes = fixture('llama.gguf');
    const model = await openGguf(sourceOf(bytes), 'a.gguf');
    const changes = new Map(paths.map((path) => [path, placed(model.tensors.get(path)!.shape[1]!, 0.5)]));
    const metadata = new Map([['general.name', text('merged')]]);
    const copy = await collected(changedGguf(model, 'a.gguf', changes, metadata));
    const after = await openGguf(sourceOf(copy), 'a.gguf');
    expect(after.config).toEqual(model.config);
    expect(after.header.metadata.get('general.name')).toMatchObject({ value: 'merged' });
    for (const path of model.tensors.keys()) {
      const expected = await whole(model, path);
      changes.get(path)?.(expected, 0);
      expect(await whole(after, path), path).toEqual(expected);
      expect(after.tensors.get(path)!.type).toBe(model.tensors.get(path)!.type);
    }
    const untouched = await readGgufHeader(sourceOf(copy), 'a.gguf');
    expect([...untouched.tensors.keys()]).toEqual([...model.header.tensors.keys()]);
  });

  test('asks for leaves that the model has', async () => {
    const model = await openGguf(sourceOf(fixture('llama.gguf')), 'a.gguf');
    expect(() => changedGguf(model, 'a.gguf', new Map([['nowhere', placed(1, 1)]]))).toThrow(RangeError);
  });
});

test('what was packed tightly becomes Q8_0, or F16; Q8_0 stays', async () => {
  for (const [kind, of] of [
    ['q4_0', { 'self_attn.v_proj': 'Q8_0', 'mlp.up_proj': 'Q8_0' }],
    ['q8_0', { 'self_attn.v_proj': 'Q8_0', 'mlp.up_proj': 'Q8_0' }],
    ['f16', { 'self_attn.v_proj': 'F16', 'mlp.up_proj': 'F16' }],
  ] as const) {
    const model = await openGguf(sourceOf(goldenBytes(`gemma3-${kind}.gguf`)), 'a.gguf');
    const paths = Object.keys(of).map((name) => `model.layers.0.${name}.weight`);
    const changes = new Map(paths.map((path) => [path, placed(96, 1e-3)]));
    const after = await openGguf(sourceOf(await collected(changedGguf(model, 'a.gguf', changes))), 'a.gguf');
    expect(paths.map((path) => after.tensors.get(path)!.type)).toEqual(Object.values(of));
    expect(after.header.metadata.has('general.file_type')).toBe(kind !== 'q4_0');
    for (const path of paths) {
      const expected = await whole(model, path);
      changes.get(path)!(expected, 0);
      const most = Math.max(...expected.map(Math.abs));
      const off = (await whole(after, path)).map((value, i) => Math.abs(value - expected[i]!));
      expect(Math.max(...off)).toBeLessThan(most / 200);
      expect(Math.max(...off)).toBeGreaterThan(0);
    }
  }
});

test('rows pass by a few heads at a time', async () => {
  const shapes = { ...shapesOf(2), 'token_embd.weight': [100_000, 24] };
  const bytes = await collected(zeros('llama', SIZES, shapes));
  const source = counted(sourceOf(bytes));
  const model = await openGguf(source, 'a.gguf');
  const seen: number[] = [];
  const change: RowsChange = (rows, first) => {
    seen.push(first);
    expect(rows.length).toBeLessThanOrEqual(2 ** 21);
  };
  const copy = await collected(changedGguf(model, 'a.gguf', new Map([['model.embed_tokens.weight', change]])));
  expect(seen.length).toBe(2);
  expect(Buffer.compare(copy, bytes)).toBe(0);
  expect(source.count.largest).toBeLessThanOrEqual(8 * 2 ** 20);
});

test('a merged value that its type cannot hold ends it with a problem that names the tensor', async () => {
  const model = await open(zeros('llama', SIZES, shapesOf(2)));
  const change: RowsChange = (rows) => rows.fill(Number.NaN);
  const copy = collected(changedGguf(model, 'a.gguf', new Map([['model.layers.0.mlp.up_proj.weight', change]])));
  await expect(copy).rejects.toThrow(ProblemError);
  await expect(collected(changedGguf(model, 'a.gguf', new Map([['model.norm.weight', change]])))).rejects.toThrow(
    /tensor "output_norm\.weight".*F32 cannot hold/,
  );
});
