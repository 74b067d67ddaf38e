import { expect, test, vi } from 'vitest';
import { f32Tensor, writeSafetensors } from '../../src/containers/safetensors';
import { fromBf16, toBf16 } from '../../src/floats';
import { openModel } from '../../src/hub/open_model';
import { elements } from '../../src/model/tree';
import { normals, randomStream } from '../../src/random';
import { folderOf, KeepingSink, stored, TINY, weightsOf } from './model';

const wide = { ...TINY, hidden_size: 128, intermediate_size: 512, vocab_size: 512 };

/** A folder in float32, and what is read of its weights, in bytes. */
function saved(change: (values: Float32Array<ArrayBuffer>) => Float32Array<ArrayBuffer>) {
  const tensors = [...weightsOf(wide)].map(([name, { shape }]) => {
    const values = change(normals(elements(shape), randomStream('weights', name)));
    return [name, f32Tensor(values, shape)] as const;
  });
  const blob = new Blob([new Uint8Array(writeSafetensors(new Map(tensors)))]);
  const slice = vi.spyOn(blob, 'slice');
  const read = () => slice.mock.calls.reduce((sum, [begin = 0, end = blob.size]) => sum + end - begin, 0);
  return { blob, read, files: [stored('m/config.json', JSON.stringify(wide)), stored('m/model.safetensors', blob)] };
}

const typesOf = ({ source }: Awaited<ReturnType<typeof openModel>>) =>
  new Set([...source.tensors.values()].map(({ type }) => type));

test('float32 that bfloat16 holds is kept as bfloat16: the plan and the GPU have half of it', async () => {
  const { files } = saved((values) => fromBf16(toBf16(values)));
  const opened = await openModel(files);
  expect(typesOf(opened)).toEqual(new Set(['bf16']));
  const sink = new KeepingSink();
  await opened.source.stream(sink);
  const { shape } = opened.source.tensors.get('model.embed_tokens.weight')!;
  expect(sink.bytes('model.embed_tokens.weight')).toHaveLength(2 * elements(shape));
});

test('other float32 stays as it is, and little of it is read to find that out', async () => {
  const { files, blob, read } = saved((values) => values);
  expect(typesOf(await openModel(files))).toEqual(new Set(['f32']));
  expect(read()).toBeLessThan(blob.size / 2);
});

test('of a model in bfloat16 no weight is read', async () => {
  const files = folderOf(wide, weightsOf(wide));
  const blob = await files[1]!.open();
  files[1] = stored('model/model.safetensors', blob);
  const slice = vi.spyOn(blob, 'slice');
  expect(typesOf(await openModel(files))).toEqual(new Set(['bf16']));
  expect(Math.max(...slice.mock.calls.map(([, end = 0]) => end))).toBeLessThan(blob.size / 10);
});
