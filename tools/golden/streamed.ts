import { heldWeights } from '../../src/base/weights';
import type { SafetensorsFile } from '../../src/containers/safetensors';
import { Memory } from '../../src/gpu/memory';
import { leavesOf } from '../../src/model/tree';
import { recordPrefixPass } from '../../src/tasks/actions/prefix_pass';
import { isInPrefix } from '../../src/tasks/actions/prefix_rows';
import { PrefixPass, type SeenFrame } from '../../src/tasks/actions/run_prefix_pass';
import type { GoldenCase } from './case';
import { floats } from './figures';
import { GRAPHICS_CARD } from './steps';

/** Keys and values of a layer of the backbone for one frame, (P, D, H): of D, the first half are keys. */
export type FrameLayer = Float32Array<ArrayBuffer>;

/** Takes the frames of a case through tower and backbone layer by layer, in float32. @returns of each frame, of each layer */
export async function streamFrames(
  device: GPUDevice,
  { model, params }: Pick<GoldenCase, 'model'> & { readonly params: SafetensorsFile },
  frames: readonly SeenFrame[],
  { cameras, promptLength }: { readonly cameras: number; readonly promptLength: number },
): Promise<readonly (readonly FrameLayer[])[]> {
  const words = [...new Set(frames.flatMap(({ promptTokens }) => Array.from(promptTokens)))].sort((a, b) => a - b);
  const shape = { cameras, promptLength, words: words.length, frames: frames.length, precision: 'f32' } as const;
  const recorded = recordPrefixPass(model, shape, {
    ...GRAPHICS_CARD,
    bindingBytes: device.limits.maxStorageBufferBindingSize,
  });
  const leaves = leavesOf(model).filter(({ path }) => isInPrefix(path));
  const weights = heldWeights(new Map(leaves.map(({ path }) => [path, floats(params, path)])), 'case');
  const found = frames.map((): FrameLayer[] => []);
  const memory = new Memory(device);
  try {
    const pass = new PrefixPass(memory, recorded, { weights, words });
    for (let first = 0; first < frames.length; first += recorded.frames) {
      await pass.run(frames.slice(first, first + recorded.frames), {
        write: (frame, layer, bytes) => {
          found[first + frame]![layer] = new Float32Array(bytes.buffer);
        },
      });
    }
    return found;
  } finally {
    memory.destroy();
  }
}
