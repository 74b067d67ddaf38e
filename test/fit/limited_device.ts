import '../gpu'; // WebGPU's constants

export const MB = 2 ** 20;

/** A device that gives so many bytes and no more, and counts what it gave. */
export function limited(bytes: number) {
  const given = { now: 0, most: 0, buffers: 0, destroyed: false };
  let refused: GPUError | null = null;
  const scopes: string[] = [];
  const device = {
    limits: { maxBufferSize: 256 * MB },
    pushErrorScope: (filter: string) => scopes.push(filter),
    popErrorScope: async () => {
      const error = scopes.pop() === 'out-of-memory' ? refused : null;
      if (error) refused = null;
      return error;
    },
    createBuffer: ({ size }: GPUBufferDescriptor) => {
      const fits = given.now + size <= bytes;
      if (!fits) refused = { message: 'out of memory' } as GPUError;
      let held = fits ? size : 0;
      given.now += held;
      given.most = Math.max(given.most, given.now);
      given.buffers++;
      return {
        getMappedRange: () => new ArrayBuffer(size),
        unmap: () => undefined,
        destroy: () => {
          given.now -= held;
          held = 0;
        },
      };
    },
    destroy: () => {
      given.destroyed = true;
    },
  };
  return { device: device as unknown as GPUDevice, given };
}
