import { expect, test } from 'vitest';

const shaders = import.meta.glob<string>('../../shaders/*.wgsl', { import: 'default', eager: true });

/** The tests in Node use another build of the same compiler; people use this one. */
test.each(Object.entries(shaders))('%s compiles in this browser', async (_, code) => {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('no WebGPU adapter');
  const device = await adapter.requestDevice();
  device.pushErrorScope('validation');
  const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
  expect(messages.map(({ type, lineNum, message }) => `${type} at line ${lineNum}: ${message}`)).toEqual([]);
  expect(await device.popErrorScope()).toBeNull();
  device.destroy();
});
