import { afterEach, expect, test, vi } from 'vitest';
import { type Gpu, gpuName, lossBehind, onGpuFailure, orLoss, requestGpu } from '../../src/gpu/device';
import { ProblemError } from '../../src/problem';

afterEach(() => vi.unstubAllGlobals());

/** A browser whose adapter says this of itself. */
function stubAdapter(info: Partial<GPUAdapterInfo>) {
  const requestDevice = vi.fn(async () => ({ device: true }));
  const limits = { maxBufferSize: 2 ** 32, maxStorageBufferBindingSize: 2 ** 31, maxStorageBuffersPerShaderStage: 16 };
  const adapter = { limits, features: new Set(['subgroups']), info, requestDevice };
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => adapter } });
  return requestDevice;
}

const refusal = async () => {
  const error = await requestGpu().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem;
};

test('a browser without WebGPU, and one without an adapter, are told apart, each with a way on', async () => {
  vi.stubGlobal('navigator', {});
  expect(await refusal()).toMatchObject({
    where: 'this browser',
    fix: expect.stringContaining('Use a current Chrome'),
  });
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => null } });
  expect(await refusal()).toMatchObject({
    where: 'this device',
    fix: expect.stringContaining('hardware acceleration'),
  });
});

test('buffers and bindings as large as the adapter allows; all else as WebGPU has it by default', async () => {
  const requestDevice = stubAdapter({ description: 'A card' });
  const gpu = await requestGpu();
  expect(requestDevice).toHaveBeenCalledExactlyOnceWith({
    label: 'trainer',
    requiredLimits: { maxBufferSize: 2 ** 32, maxStorageBufferBindingSize: 2 ** 31 },
  });
  expect(gpu.features).toEqual(new Set(['subgroups']));
  expect(gpu.software).toBe(false);
});

test.each([
  [{ isFallbackAdapter: true, description: 'A card' }, true],
  [{ architecture: 'swiftshader' }, true],
  [{ description: 'llvmpipe (LLVM 19)' }, true],
  [{ device: 'Microsoft Basic Render Driver' }, true],
  [{ vendor: 'nvidia', architecture: 'ada' }, false],
])('%o is software: %s', async (info, software) => {
  stubAdapter({ architecture: '', device: '', description: '', isFallbackAdapter: false, ...info });
  expect((await requestGpu()).software).toBe(software);
});

test('what the GPU is called', () => {
  const name = (info: Partial<GPUAdapterInfo>, software = false) =>
    gpuName({ info: { vendor: '', architecture: '', description: '', ...info } as GPUAdapterInfo, software });
  expect(name({ description: 'GeForce', vendor: 'nvidia' })).toBe('GeForce');
  expect(name({ vendor: 'nvidia', architecture: 'ada' })).toBe('nvidia ada');
  expect(name({ vendor: 'intel' })).toBe('intel');
  expect(name({}, true)).toBe('GPU (software)');
});

/** A device on which things go wrong when a test says so. */
function failing() {
  const events = new EventTarget();
  let lose: (info: Partial<GPUDeviceLostInfo>) => void = () => undefined;
  const lost = new Promise((resolve) => {
    lose = resolve as typeof lose;
  });
  const device = Object.assign(events, { lost }) as unknown as Gpu['device'];
  const told: string[] = [];
  const stop = onGpuFailure(device, (error) => told.push(error.message));
  const refuse = (message: string) =>
    events.dispatchEvent(Object.assign(new Event('uncapturederror'), { error: { message } }));
  const loseNow = async (info: Partial<GPUDeviceLostInfo>) => {
    lose(info);
    await lost;
  };
  return { told, stop, refuse, lose: loseNow };
}

test('the first thing that goes wrong is told, once', async () => {
  const { told, refuse, lose } = failing();
  refuse('too many workgroups');
  refuse('and again');
  await lose({ reason: 'unknown', message: 'gone' });
  expect(told).toEqual([expect.stringContaining('The GPU refused a command: too many workgroups')]);
});

test('a device that is lost is told with its reason; one that somebody destroyed under a run is lost too', async () => {
  const away = failing();
  await away.lose({ reason: 'unknown', message: '' });
  expect(away.told).toEqual([expect.stringContaining('The GPU was lost: unknown')]);
  const ended = failing();
  await ended.lose({ reason: 'destroyed', message: '' });
  expect(ended.told).toEqual([expect.stringContaining('The GPU was lost: destroyed')]);
});

test('nothing is told after the watch has ended', async () => {
  const { told, stop, refuse, lose } = failing();
  stop();
  refuse('late');
  await lose({ reason: 'unknown', message: 'late' });
  expect(told).toEqual([]);
});

const VAGUE = new DOMException('A valid external Instance reference no longer exists.', 'AbortError');

/** A call that a loss breaks, as far as it is known before the loss is told. */
function broken(call: Promise<unknown> = Promise.reject(VAGUE)) {
  let lose: (info: Partial<GPUDeviceLostInfo>) => void = () => undefined;
  const lost = new Promise((resolve) => {
    lose = resolve as typeof lose;
  });
  const thrown = orLoss({ lost } as unknown as GPUDevice, call).then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
  return { thrown, lose };
}

test('a call that fails before its device says that it is lost is told as the loss, where and what to do', async () => {
  const { thrown, lose } = broken();
  await Promise.resolve(); // the call has failed by now
  lose({ reason: 'unknown', message: 'the process was killed' });
  expect(await thrown).toMatchObject({
    problem: {
      what: 'The GPU was lost: the process was killed',
      where: 'GPU',
      fix: expect.stringContaining('Try again'),
    },
  });
});

test('a call that fails on a device that stays fails as it did; one that works is not held up', async () => {
  vi.useFakeTimers();
  const stays = broken();
  await vi.runAllTimersAsync();
  expect(await stays.thrown).toBe(VAGUE);
  vi.useRealTimers();
  expect(await broken(Promise.resolve(7)).thrown).toEqual({ value: 7 });
});

test('behind what fails on a lost device is its loss, whatever fails; behind a mistake on one that is there is none', async () => {
  const lost = { lost: Promise.resolve({ reason: 'unknown', message: 'reset' }) } as GPUDevice;
  const there = { lost: new Promise(() => undefined) } as unknown as GPUDevice;
  expect((await lossBehind(lost, new TypeError('no mapping')))?.problem.what).toBe('The GPU was lost: reset');
  expect(await lossBehind(there, new TypeError('no mapping'))).toBeNull();
});
