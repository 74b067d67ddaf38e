import { type Gpu, gpuName } from '../gpu/device';
import { asProblem } from '../problem';
import { isSupported } from '../recording/video_frames';
import type { DeviceReport } from './api';

/** What recordings of robots are filmed in. */
const FORMATS = { 'H.264': 'avc1.64001f', HEVC: 'hev1.1.6.L93.B0', AV1: 'av01.0.04M.08' };

/** The video formats that this browser decodes, as people call them. `supports` is asked about each. */
export async function decodableVideo(supports = isSupported): Promise<readonly string[]> {
  const known = Object.entries(FORMATS).map(async ([name, codec]) =>
    (await supports({ codec, codedWidth: 640, codedHeight: 480 })) ? [name] : [],
  );
  return (await Promise.all(known)).flat();
}

const videoAbility = (video: readonly string[]) => ({
  name: 'Camera video',
  available: video.length > 0,
  meaning:
    video.length > 0
      ? `Of recordings, this browser decodes ${video.join(', ')}; a camera in another format is masked, and the page says so.`
      : 'This browser decodes no video: cameras are masked, motion is learned without them. Pictures in the tables are read.',
});

/** What the page says of a GPU that can train. `video`: see decodableVideo(). */
export function usableDevice(gpu: Gpu, video: readonly string[]): DeviceReport {
  const { device, features, info, software } = gpu;
  const shaderF16 = features.has('shader-f16');
  const subgroups = features.has('subgroups');
  const named = Boolean(info.description || info.vendor || info.architecture);
  return {
    usable: true,
    name: gpuName(gpu),
    software,
    vendor: info.vendor,
    architecture: info.architecture,
    maxBufferBytes: device.limits.maxBufferSize,
    maxBindingBytes: device.limits.maxStorageBufferBindingSize,
    shaderF16,
    subgroups,
    abilities: [
      { name: 'Train adapters', available: true, meaning: 'Everything that training needs is here.' },
      {
        name: 'Hardware graphics',
        available: !software,
        meaning: software
          ? 'The browser computes on the processor instead of a graphics card: right, but slow.'
          : 'Training runs on the graphics card.',
      },
      {
        name: 'Name of the GPU',
        available: named,
        meaning: named
          ? 'The browser tells the page which GPU it uses.'
          : 'This browser keeps it to itself. Nothing here depends on it.',
      },
      {
        name: 'Half precision (shader-f16)',
        available: shaderF16,
        meaning: 'Not needed: frozen weights are kept as bfloat16 and computed in float32 everywhere.',
      },
      {
        name: 'Subgroups',
        available: subgroups,
        meaning: 'Not needed: every kernel gives the same result without them.',
      },
      videoAbility(video),
    ],
  };
}

/** What the page says where nothing can train, with the way out. */
export const unusableDevice = (error: unknown, video: readonly string[]): DeviceReport => ({
  usable: false,
  problem: asProblem(error),
  name: 'No GPU for this page',
  software: false,
  vendor: '',
  architecture: '',
  maxBufferBytes: 0,
  maxBindingBytes: 0,
  shaderF16: false,
  subgroups: false,
  abilities: [
    { name: 'Train adapters', available: false, meaning: 'Training needs WebGPU.' },
    { name: 'Read data and adapters', available: true, meaning: 'Files, adapters and exports work without a GPU.' },
    videoAbility(video),
  ],
});
