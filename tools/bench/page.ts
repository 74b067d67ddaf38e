import { defaultDevice, init } from '@jax-js/jax';
import { gpuName, requestGpu } from '../../src/gpu/device';
import { tuneMatmul } from '../../src/ops/matmul';
import { benchMatmul } from './matmul';
import { benchStep } from './step';

/** Both sides in one page, so that they take turns on the same GPU. */
async function bench() {
  const gpu = await requestGpu();
  tuneMatmul(gpu);
  await init('webgpu');
  defaultDevice('webgpu');
  return { gpu: gpuName(gpu), matmul: await benchMatmul(gpu.device), lora_step: await benchStep(gpu.device) };
}

Object.assign(window, { bench });
