import { expect, test } from 'vitest';
import flatIndex from '../../shaders/lib/flat_index.wgsl';
import { call, flat, kernel, read, weights, write } from '../../src/gpu/kernel';
import { tensor } from '../../src/gpu/tensor';
import { runAndRead, upload } from '../gpu';

const MOST = 65535;

test.each([
  [1, 64],
  [64, 64],
  [65, 64],
  [MOST * 64, 64],
  [MOST * 64 + 1, 64],
  [2 * MOST, 1],
  [2 * MOST + 1, 1],
  [1_234_567_891, 256],
])('%i invocations in groups of %i: enough groups, and no dimension too long', (invocations, workgroup) => {
  const [x, y = 1] = flat(invocations, workgroup);
  for (const groups of [x, y]) {
    expect(Number.isInteger(groups)).toBe(true);
    expect(groups).toBeLessThanOrEqual(MOST);
  }
  expect(x * y * workgroup).toBeGreaterThanOrEqual(invocations);
  expect((x * y - y) * workgroup).toBeLessThan(invocations); // one column less would not do
});

test('one dimension while it is enough, a second from there on', () => {
  expect(flat(MOST, 1)).toEqual([MOST]);
  expect(flat(MOST + 1, 1)).toEqual([32768, 2]);
});

const counting = kernel({
  label: 'test.count',
  source: `override WORKGROUP: u32; override N: u32;
    @group(0) @binding(0) var<storage, read_write> y: array<f32>;
    ${flatIndex}
    @compute @workgroup_size(WORKGROUP)
    fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
      let index = flat_index(group, groups, lane, WORKGROUP);
      if (index < N) { y[index] += f32(index); }
    }`,
  overrides: { WORKGROUP: 1 },
  bindings: { y: write('N') },
  workgroups: ({ N }, { WORKGROUP = 1 }) => flat(N, WORKGROUP),
});

test.each([MOST, MOST + 1, 2 * MOST + 1])('each of %i workgroups runs once on the GPU', async (N) => {
  const y = upload('N', { N });
  const values = await runAndRead([call(counting, { y })], y);
  expect(values.findIndex((value, index) => value !== index)).toBe(-1);
});

const product = kernel({
  label: 'test.product',
  source: '',
  overrides: { WORKGROUP: 64, SCALE: 2, ADD: false },
  bindings: { x: read('N C'), w: weights('C D'), ids: read('N', 'u32'), y: write('N D') },
  workgroups: ({ N }) => [N],
  flops: ({ N, C, D }, { SCALE = 0 }) => SCALE * N * C * D,
});

const of = <const S extends string>(shape: S, sizes: Parameters<typeof tensor<S>>[2], type?: 'u32' | 'bf16' | 'f16') =>
  tensor('t', shape, sizes, { kind: 'workspace', ...(type ? { type } : {}) });
const SIZES = { N: 3, C: 4, D: 5 };
const given = {
  x: of('N C', SIZES),
  w: of('C D', SIZES, 'bf16'),
  ids: of('N', SIZES, 'u32'),
  y: of('N D', SIZES),
};

test('a call fixes every override: sizes of axes, how weights are stored, constants and those that it changes', () => {
  const { constants, workgroups, flops } = call(product, given, { ADD: true });
  expect(constants).toEqual({ N: 3, C: 4, D: 5, WORKGROUP: 64, SCALE: 2, ADD: 1, W_FORMAT: 1 });
  expect(workgroups).toEqual([3]);
  expect(flops).toBe(2 * 3 * 4 * 5);
  expect(call(product, { ...given, w: of('C D', SIZES) }, { SCALE: 3 })).toMatchObject({
    constants: { W_FORMAT: 0, SCALE: 3, ADD: 0 },
    flops: 3 * 3 * 4 * 5,
  });
  expect(call(product, { ...given, w: of('C D', SIZES, 'f16') }).constants).toMatchObject({ W_FORMAT: 2 });
});

test('what does not fit is named with kernel, tensor and both sizes', () => {
  const wrong =
    (changes: object, overrides = {}) =>
    () =>
      call(product, { ...given, ...changes } as never, overrides);
  expect(wrong({ y: of('N D', { N: 3, D: 6 }) })).toThrow('test.product: D is 5 in w but 6 in y');
  expect(wrong({ x: of('N D', SIZES) })).toThrow('test.product: x is (N, D), not (N, C)');
  expect(wrong({ ids: of('N', SIZES) })).toThrow('test.product: ids is f32, not u32');
  expect(wrong({ x: of('N C', SIZES, 'bf16') })).toThrow('test.product: x is bf16, not f32');
  expect(wrong({ w: of('C D', SIZES, 'u32') })).toThrow('test.product: w is u32, not f32');
  expect(wrong({}, { SIZE: 1 })).toThrow('test.product has no override SIZE');
});

test('no workgroup and too many are refused: WebGPU would drop the dispatch', () => {
  const rows = (N: number) =>
    call(product, { ...given, x: of('N C', { N, C: 4 }), ids: of('N', { N }, 'u32'), y: of('N D', { N, D: 5 }) });
  expect(() => rows(0)).toThrow('test.product: 0 workgroups is out of range');
  expect(() => rows(MOST + 1)).toThrow('test.product: 65536 workgroups is out of range');
  expect(rows(MOST).workgroups).toEqual([MOST]);
});
