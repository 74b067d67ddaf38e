import 'webgpu-memory'; // first: it counts from here on
import { defaultDevice, init } from '@jax-js/jax';
import { type Gpu, gpuName, requestGpu } from '../../src/gpu/device';
import { benchMatmul } from './matmul';
import { benchMemory } from './memory';
import { benchPrefix, countTrueSize } from './prefix';
import { benchLlamaStep, benchStep } from './step';

/** By the names of what main.mjs prints. What compares has both sides in one page, so that they take turns on the same GPU. */
const measures: Readonly<Record<string, (gpu: Gpu) => Promise<unknown>>> = {
  gpu: async (gpu) => gpuName(gpu),
  memory: benchMemory,
  constant_prefix: async (gpu) => ({ steps: await benchPrefix(gpu), true_size: countTrueSize() }),
  matmul: besidePeer(benchMatmul),
  lora_step: besidePeer(benchStep),
  llama_lora_step: besidePeer(benchLlamaStep),
};

function besidePeer<T>(measure: (gpu: Gpu) => Promise<T>) {
  return async (gpu: Gpu): Promise<T> => {
    await init('webgpu');
    defaultDevice('webgpu');
    return measure(gpu);
  };
}

let gpu: Promise<Gpu> | undefined;

async function bench(name: string): Promise<unknown> {
  gpu ??= requestGpu();
  return measures[name]?.(await gpu);
}

Object.assign(window, { bench });
