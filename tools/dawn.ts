import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Where Debian's chromium package keeps the description of its software Vulkan driver. */
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

let keepAlive: unknown;

/**
 * A WebGPU device in Node, by Dawn. Uses VK_ICD_FILENAMES if it is set, else the software driver of
 * Debian's chromium package if that is installed, else whatever Vulkan driver the machine has.
 */
export async function dawnDevice(limits: Record<string, number> = {}): Promise<GPUDevice> {
  if (!process.env.VK_ICD_FILENAMES && existsSync(SOFTWARE_DRIVER)) process.env.VK_ICD_FILENAMES = SOFTWARE_DRIVER;
  const dawn = createRequire(import.meta.url)('webgpu') as { create(options: string[]): GPU; globals: object };
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  keepAlive = gpu; // Dawn's objects die with it
  const adapter = await gpu.requestAdapter();
  if (!adapter) {
    throw new Error(
      'no WebGPU adapter: install chromium (its software driver serves), or set VK_ICD_FILENAMES to a Vulkan driver',
    );
  }
  return adapter.requestDevice({ requiredLimits: limits });
}

/** Lets Node exit: Dawn keeps the event loop alive as long as its instance is referenced. */
export function releaseDawn(): void {
  keepAlive = undefined;
  void keepAlive;
}
