import 'webgpu-memory'; // first: it counts from here on
import { defaultDevice, init } from '@jax-js/jax';
import { gpuName, requestGpu } from '../../src/gpu/device';
import { benchMatmul } from './matmul';
import { benchMemory } from './memory';
import { benchPrefix, countTrueSize } from './prefix';
import { benchLlamaStep, benchStep } from './step';

/** Both sides in one page, so that they take turns on the same GPU. */
async function bench() {
  const gpu = await requestGpu();
  const memory = await benchMemory(gpu);
  const constant_prefix = { steps: await benchPrefix(gpu), true_size: countTrueSize() };
  await init('webgpu');
  defaultDevice('webgpu');
  const matmul = await benchMatmul(gpu);
  const [lora_step, llama_lora_step] = [await benchStep(gpu), await benchLlamaStep(gpu)];
  return { gpu: gpuName(gpu), memory, constant_prefix, matmul, lora_step, llama_lora_step };
}

Object.assign(window, { bench });
