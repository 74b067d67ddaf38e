import { type ProblemError, problem } from '../problem';

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
  device.lost.then((info) => {
    const loss = lossOf(info);
    if (loss) failed(loss);
  });
  return () => {
    watching = false;
    device.removeEventListener('uncapturederror', listener);
  };
}

/** Null where the device was given back on purpose. */
function lossOf({ reason, message }: GPUDeviceLostInfo): ProblemError | null {
  if (reason === 'destroyed') return null;
  const fix =
    'Reload the page and resume the run from its last checkpoint; if the GPU stays away, restart the browser.';
  return problem(`The GPU was lost: ${message || reason}`, 'GPU', fix);
}

/** Milliseconds. */
const LOSS_IS_TOLD_WITHIN = 3000;

/**
 * What `call` of a device answers. A device that is lost breaks the calls that are pending before it says that it is
 * lost, and what they throw then tells nobody what happened: so a call that fails waits a moment for the loss.
 * @throws ProblemError where the device was lost; else what the call throws
 */
export async function orLoss<T>(device: GPUDevice, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const unheard = new Promise<null>((resolve) => setTimeout(resolve, LOSS_IS_TOLD_WITHIN, null));
    throw (await Promise.race([device.lost.then(lossOf), unheard])) ?? error;
  }
}
