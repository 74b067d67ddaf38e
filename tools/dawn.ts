import { createRequire } from 'node:module';
import { findVulkanDriver, useVulkanDriver } from './chromium.mjs';
import { missing } from './machine.mjs';

const keepAlive: unknown[] = [];

/**
 * A WebGPU device in Node, by Dawn, on the driver that `findVulkanDriver` chooses.
 * @throws {Error} if there is no adapter, with what is missing, or with what is there and does not work
 */
export async function dawnDevice(limits: Record<string, number> = {}): Promise<GPUDevice> {
  useVulkanDriver();
  const dawn = createRequire(import.meta.url)('webgpu') as { create(options: string[]): GPU; globals: object };
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  keepAlive.push(gpu); // Dawn's objects die with it
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error(missing(['vulkanLoader', 'vulkanDriver']) ?? unusable());
  return adapter.requestDevice({ requiredLimits: limits });
}

/** What to say where everything is there, and yet there is no adapter. */
const unusable = () =>
  process.platform === 'linux'
    ? `No WebGPU adapter: the Vulkan driver ${findVulkanDriver()?.file} does not run here. Set VK_DRIVER_FILES to the description of another.`
    : 'No WebGPU adapter: this system offers no GPU to programs without a window.';

/** Lets Node exit: Dawn keeps the event loop alive as long as its instance is referenced. */
export function releaseDawn(): void {
  keepAlive.length = 0;
}
