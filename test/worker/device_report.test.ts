import { expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import { decodableVideo, unusableDevice, usableDevice } from '../../src/worker/device_report';

const gpu = (info: Partial<GPUAdapterInfo>, features: readonly string[] = []) =>
  ({
    device: { limits: { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 27 } },
    info: { vendor: '', architecture: '', device: '', description: '', ...info },
    features: new Set(features),
    software: false,
  }) as unknown as Gpu;

const line = (report: ReturnType<typeof usableDevice>, wanted: string) =>
  report.abilities.find(({ name }) => name === wanted);

test('a browser that hides the name of its GPU and has no subgroups is told of, and trains all the same', () => {
  const hidden = usableDevice(gpu({}), ['AV1']);
  expect(hidden).toMatchObject({ usable: true, name: 'GPU', subgroups: false });
  expect(line(hidden, 'Name of the GPU')?.available).toBe(false);
  expect(line(hidden, 'Subgroups')?.available).toBe(false);
  const told = usableDevice(gpu({ vendor: 'nvidia', architecture: 'hopper' }, ['subgroups']), ['AV1']);
  expect(told.name).toBe('nvidia hopper');
  expect(line(told, 'Name of the GPU')?.available).toBe(true);
  expect(line(told, 'Subgroups')?.available).toBe(true);
});

test('the report names the video formats that the browser decodes, with a GPU and without', async () => {
  const video = await decodableVideo(async ({ codec }) => !codec.startsWith('hev1'));
  expect(video).toEqual(['H.264', 'AV1']);
  for (const report of [usableDevice(gpu({}), video), unusableDevice(new Error('none'), video)])
    expect(line(report, 'Camera video')).toMatchObject({
      available: true,
      meaning: expect.stringContaining('decodes H.264, AV1;'),
    });
});

test('without any video decoder the report says what becomes of cameras', async () => {
  const video = await decodableVideo(); // Node has no decoder
  expect(video).toEqual([]);
  expect(line(usableDevice(gpu({}), video), 'Camera video')).toMatchObject({
    available: false,
    meaning: expect.stringContaining('masked'),
  });
});
