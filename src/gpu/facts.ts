import type { Gpu } from './device';

/** What a recording asks of the GPU that will run it. Numbers alone, so that a run is recorded and planned without one. */
export interface GpuFacts {
  /** A software adapter: other kernels are fastest there. It changes speed, neither results nor memory. */
  readonly software: boolean;
  /** The largest binding, bytes. */
  readonly bindingBytes: number;
}

/** Of a run that is planned before there is a GPU: a graphics card with WebGPU's default limits. */
export const NO_GPU_YET: GpuFacts = { software: false, bindingBytes: 2 ** 27 };

export const factsOfGpu = ({ device, software }: Gpu): GpuFacts => ({
  software,
  bindingBytes: device.limits.maxStorageBufferBindingSize,
});
