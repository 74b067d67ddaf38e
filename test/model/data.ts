import { randomStream } from '../../src/random';
import type { TokenBatch } from '../../src/tokens/batches';

/** B windows of T random tokens; the last third of every other row is padding, and some targets do not count. */
export function randomBatch(B: number, T: number, vocabSize: number, seed: number): TokenBatch {
  const random = randomStream('batch', seed);
  const tokens = Uint32Array.from({ length: B * T }, () => Math.floor(random() * vocabSize));
  const inputMask = new Uint32Array(B * T);
  const lossMask = new Float32Array(B * T);
  for (let n = 0; n < B * T; n++) {
    const padding = Math.floor(n / T) % 2 === 1 && n % T >= (2 * T) / 3;
    inputMask[n] = padding ? 0 : 1;
    lossMask[n] = padding || n % 3 === 0 ? 0 : 1;
  }
  const targets = tokens.map((_, n) => tokens[(n + 1) % tokens.length] as number);
  return { tokens, targets, inputMask, lossMask };
}

/** Two batches, one above the other. */
export const stack = (a: TokenBatch, b: TokenBatch): TokenBatch => ({
  tokens: Uint32Array.of(...a.tokens, ...b.tokens),
  targets: Uint32Array.of(...a.targets, ...b.targets),
  inputMask: Uint32Array.of(...a.inputMask, ...b.inputMask),
  lossMask: Float32Array.of(...a.lossMask, ...b.lossMask),
});
