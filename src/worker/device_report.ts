import { type Gpu, gpuName } from '../gpu/device';
import { asProblem } from '../problem';
import type { DeviceReport } from './api';

/** What the page says of a GPU that can train. */
export function usableDevice(gpu: Gpu): DeviceReport {
  const { device, features, info, software } = gpu;
  const shaderF16 = features.has('shader-f16');
  const subgroups = features.has('subgroups');
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
        name: 'Half precision (shader-f16)',
        available: shaderF16,
        meaning: 'Not needed: frozen weights are kept as bfloat16 and computed in float32 everywhere.',
      },
      {
        name: 'Subgroups',
        available: subgroups,
        meaning: 'Not needed: every kernel gives the same result without them.',
      },
    ],
  };
}

/** What the page says where nothing can train, with the way out. */
export const unusableDevice = (error: unknown): DeviceReport => ({
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
  ],
});
