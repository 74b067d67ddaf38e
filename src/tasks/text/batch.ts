import { type CountedTargets, mostCounted, type TokenBatch } from '../../tokens/batches';

/** A key that no query sees. */
export const INVALID_KEY = 2 ** 31 - 1;
/** A query that sees no key. */
const INVALID_QUERY = -1;

/** What the GPU reads of a micro-batch; causal: block = position. */
export interface PreparedBatch {
  readonly tokens: Uint32Array<ArrayBuffer>;
  readonly rows: Uint32Array<ArrayBuffer>;
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

/** A product computes so many rows at a time, whether they are there or not. */
const ROW_UNIT = 8;

/**
 * Of how many tokens of a micro-batch the loss is computed.
 * @param counted what counts in the data; all tokens, where it is not known
 */
export function lossRowsOf({ B, T }: { B: number; T: number }, counted?: CountedTargets): number {
  if (!counted) return B * T;
  return Math.min(B * T, ROW_UNIT * Math.ceil(Math.max(1, mostCounted(counted, B)) / ROW_UNIT));
}

/**
 * Positions by cumulative sum of the input mask, blocks for causal attention; of the tokens that count, targets and loss
 * weights.
 * @param counted tokens that count in the whole step (all micro-batches), so that accumulation equals one large batch
 * @param lossRows of how many tokens the loss is computed
 * @throws Error where more count
 */
export function prepare(
  { tokens, targets, inputMask, lossMask }: TokenBatch,
  { T, counted, lossRows }: { T: number; counted: number; lossRows: number },
): PreparedBatch {
  const N = tokens.length;
  const rows = rowsOfLoss(lossMask, lossRows);
  const prepared = {
    tokens: Uint32Array.from(tokens),
    rows,
    targets: Uint32Array.from(rows, (n) => targets[n] ?? 0),
    weight: Float32Array.from(rows, (n) => (counted > 0 ? (lossMask[n] ?? 0) / counted : 0)),
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
  }
  return prepared;
}

/** The tokens that count, then as many as are missing from beyond the last; all tokens, where there is room for all. */
function rowsOfLoss(lossMask: TokenBatch['lossMask'], lossRows: number): Uint32Array<ArrayBuffer> {
  const N = lossMask.length;
  const counting = Uint32Array.from({ length: N }, (_, n) => n).filter((n) => lossRows === N || lossMask[n] !== 0);
  if (counting.length > lossRows) throw new Error(`${counting.length} tokens of a batch count, ${lossRows} planned`);
  const rows = new Uint32Array(lossRows).fill(N);
  rows.set(counting);
  return rows;
}
