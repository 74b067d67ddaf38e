import type { TokenBatch } from '../../tokens/batches';

/** A key that no query sees. */
export const INVALID_KEY = 2 ** 31 - 1;
/** A query that sees no key. */
const INVALID_QUERY = -1;

/** What the GPU reads of a micro-batch; causal: block = position. */
export interface PreparedBatch {
  readonly tokens: Uint32Array<ArrayBuffer>;
  readonly targets: Uint32Array<ArrayBuffer>;
  readonly weight: Float32Array<ArrayBuffer>;
  readonly position: Uint32Array<ArrayBuffer>;
  readonly queryBlock: Int32Array<ArrayBuffer>;
  readonly keyBlock: Int32Array<ArrayBuffer>;
}

/** Number of targets that count. */
export function countedTokens({ lossMask }: TokenBatch): number {
  let counted = 0;
  for (const m of lossMask) counted += m;
  return counted;
}

/**
 * Positions by cumulative sum of the input mask, blocks for causal attention, loss weights.
 * @param counted tokens that count in the whole step (all micro-batches), so that accumulation equals one large batch
 */
export function prepare(
  { tokens, targets, inputMask, lossMask }: TokenBatch,
  T: number,
  counted: number,
): PreparedBatch {
  const N = tokens.length;
  const prepared = {
    tokens: Uint32Array.from(tokens),
    targets: Uint32Array.from(targets),
    weight: new Float32Array(N),
    position: new Uint32Array(N),
    queryBlock: new Int32Array(N),
    keyBlock: new Int32Array(N),
  };
  let seen = 0;
  for (let n = 0; n < N; n++) {
    if (n % T === 0) seen = 0;
    const valid = inputMask[n] === 1;
    if (valid) seen++;
    const position = Math.max(0, seen - 1);
    prepared.position[n] = position;
    prepared.queryBlock[n] = valid ? position : INVALID_QUERY;
    prepared.keyBlock[n] = valid ? position : INVALID_KEY;
    prepared.weight[n] = counted > 0 ? lossMask[n]! / counted : 0;
  }
  return prepared;
}
