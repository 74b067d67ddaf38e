import { orLoss } from './device';
import type { Binding, Call, Workgroups } from './kernel';
import { bytesOf, type Storage, type Tensor } from './tensor';

/** A call bound to buffers: a step is a list of these, run in order. */
export interface Dispatch {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: Workgroups;
}

const pipelines = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

/**
 * Compiles what is not compiled yet and binds every call to its buffers. Done once; a step only encodes.
 * @param bufferOf where a storage lives: its own buffer, or the slot that the plan gave it
 */
export async function bind(
  device: GPUDevice,
  calls: readonly Call[],
  bufferOf: (storage: Storage) => GPUBuffer,
  onCompiled?: (done: number, of: number) => void,
): Promise<Dispatch[]> {
  const pending = calls.map((c) => compile(device, c));
  const distinct = new Set(pending);
  let done = 0;
  const counted = [...distinct].map((pipeline) => pipeline.then(() => onCompiled?.(++done, distinct.size)));
  await Promise.all(counted);
  const compiled = await Promise.all(pending);
  return calls.map((c, i) => {
    const pipeline = compiled[i]!;
    const entries = Object.keys(c.kernel.bindings).map((name, binding) => {
      const t = c.tensors[name]!;
      return { binding, resource: { buffer: bufferOf(t.storage), offset: t.offset, size: bindingBytes(t) } };
    });
    const { label } = c.kernel;
    const bindGroup = device.createBindGroup({ label, layout: pipeline.getBindGroupLayout(0), entries });
    return { label, pipeline, bindGroup, workgroups: c.workgroups };
  });
}

/** A uniform is bound whole: its struct may be longer than the scalar that its tensor is. */
const bindingBytes = (t: Tensor<string>) => (t.storage.use === 'uniform' ? t.storage.bytes : bytesOf(t));

/** Encodes dispatches, list after list, as a pass of their own. */
export function encode(encoder: GPUCommandEncoder, ...lists: readonly (readonly Dispatch[])[]): void {
  const pass = encoder.beginComputePass();
  for (const list of lists) {
    for (const { pipeline, bindGroup, workgroups } of list) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(...workgroups);
    }
  }
  pass.end();
}

/** One pipeline for each kernel and set of constants, however many layers use it. */
function compile(device: GPUDevice, { kernel, constants }: Call): Promise<GPUComputePipeline> {
  const cache = pipelines.get(device) ?? new Map<string, Promise<GPUComputePipeline>>();
  pipelines.set(device, cache);
  const key = `${kernel.label} ${JSON.stringify(constants)}`;
  const cached = cache.get(key);
  if (cached) return cached;

  const { label, source: code } = kernel;
  const entries = Object.values(kernel.bindings).map((binding, n) => ({
    binding: n,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: bufferType(binding) },
  }));
  const layout = device.createPipelineLayout({
    label,
    bindGroupLayouts: [device.createBindGroupLayout({ label, entries })],
  });
  const compute = { module: moduleOf(device, label, code), constants };
  const pipeline = orLoss(device, device.createComputePipelineAsync({ label, layout, compute }));
  cache.set(key, pipeline);
  return pipeline;
}

const modules = new WeakMap<GPUDevice, Map<string, GPUShaderModule>>();

/** One shader module for each source. */
function moduleOf(device: GPUDevice, label: string, code: string): GPUShaderModule {
  const cache = modules.get(device) ?? new Map<string, GPUShaderModule>();
  modules.set(device, cache);
  const module = cache.get(code) ?? device.createShaderModule({ label, code });
  cache.set(code, module);
  return module;
}

function bufferType(binding: Binding<string>): GPUBufferBindingType {
  if (binding.access === 'uniform') return 'uniform';
  return binding.access === 'read' ? 'read-only-storage' : 'storage';
}
