import { ProblemError, problem } from '../problem';

/** A device with what the page tells people about it. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  readonly features: ReadonlySet<string>;
  /** A software adapter: right, but slow. */
  readonly software: boolean;
}

const NO_WEBGPU =
  'Use a current Chrome, Edge, Firefox or Safari; on Linux it may need to be switched on: “dom.webgpu.enabled” in Firefox’s about:config, “Unsafe WebGPU” in Chrome’s chrome://flags.';

/**
 * Asks for the machine's GPU. Buffers and bindings as large as the adapter allows; all else WebGPU's defaults,
 * so that what runs here runs everywhere.
 * @throws ProblemError where there is no WebGPU, no adapter or no device
 */
export async function requestGpu(): Promise<Gpu> {
  // `navigator.gpu` is typed as always there; in a browser without WebGPU it is not.
  const gpu = navigator.gpu as GPU | undefined;
  if (!gpu) throw problem('This browser has no WebGPU, which training needs.', 'this browser', NO_WEBGPU);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    const fix =
      'Switch on hardware acceleration in the browser’s settings, update the graphics driver, or restart the browser; in Firefox on Linux, “gfx.webgpu.ignore-blocklist” in about:config admits drivers that it leaves out.';
    throw problem('The browser has WebGPU, but offers no graphics adapter.', 'this device', fix);
  }
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    label: 'trainer',
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
  const { info } = adapter;
  const software =
    info.isFallbackAdapter ||
    /swiftshader|llvmpipe|basic render/i.test(`${info.architecture} ${info.device} ${info.description}`);
  return { device, info, features: new Set(adapter.features), software };
}

/** What the browser calls the GPU, as people would say it. */
export function gpuName({ info, software }: Pick<Gpu, 'info' | 'software'>): string {
  const words = [info.description || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'GPU'];
  if (software) words.push('(software)');
  return words.join(' ');
}

/** The GPU went away under what was being done: on a new device it can be done again. */
export class GpuLostError extends ProblemError {}

/**
 * Reports the first thing that goes wrong on a device outside of any call: an uncaptured error, or its loss.
 * A dispatch that breaks a limit is dropped and the numbers go on looking plausible, so a run must end on it.
 */
export function onGpuFailure(device: GPUDevice, report: (error: Error) => void): () => void {
  let watching = true;
  const failed = (error: Error) => {
    if (watching) report(error);
    watching = false;
  };
  const listener = ({ error }: GPUUncapturedErrorEvent) =>
    failed(
      problem(
        `The GPU refused a command: ${error.message}`,
        'GPU',
        'Reload the page; if it happens again, try a smaller batch.',
      ),
    );
  device.addEventListener('uncapturederror', listener);
  device.lost.then((info) => failed(lossOf(info)));
  return () => {
    watching = false;
    device.removeEventListener('uncapturederror', listener);
  };
}

function lossOf({ reason, message }: GPUDeviceLostInfo): GpuLostError {
  const what = `The GPU was lost: ${message || reason}`;
  return new GpuLostError({ what, where: 'GPU', fix: 'Try again; if the GPU stays away, restart the browser.' });
}

/** The loss that an error on this device comes from; null where the device is still there, as far as is known. */
export async function lossBehind(device: GPUDevice, error: unknown): Promise<GpuLostError | null> {
  if (error instanceof GpuLostError) return error;
  const info = await Promise.race([device.lost, null]);
  return info && lossOf(info);
}

/** Milliseconds. */
const LOSS_IS_TOLD_WITHIN = 3000;

/**
 * What `call` of a device answers. A device that is lost breaks the calls that are pending before it says that it is
 * lost, and what they throw then tells nobody what happened: so a call that fails waits a moment for the loss.
 * @throws GpuLostError where the device was lost; else what the call throws
 */
export async function orLoss<T>(device: GPUDevice, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const unheard = new Promise<null>((resolve) => setTimeout(resolve, LOSS_IS_TOLD_WITHIN, null));
    throw (await Promise.race([device.lost.then(lossOf), unheard])) ?? error;
  }
}
