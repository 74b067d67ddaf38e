/** One expert: a Gemma-style transformer with its own width, joined to the others by attention. */
export interface ExpertConfig {
  readonly width: number;
  readonly depth: number;
  readonly mlpDim: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly headDim: number;
  readonly lora?: LoraConfig;
}

export interface LoraConfig {
  readonly rank: number;
  readonly alpha: number;
}

/** A model: its experts, in order; the first one has the token embedding. */
export interface ModelConfig {
  readonly experts: readonly ExpertConfig[];
  readonly vocabSize: number;
}

/** openpi's suffix of expert e in module names: none for the first, `_1` for the second. */
export const expertSuffix = (expert: number) => (expert === 0 ? '' : `_${expert}`);

/** Throws where openpi's own assertions would: experts share depth, heads, key heads and head size. */
export function checkConfig({ experts, vocabSize }: ModelConfig): void {
  const [first, ...others] = experts;
  if (!first) throw new Error('a model needs at least one expert');
  if (!(vocabSize > 0)) throw new Error(`the vocabulary has ${vocabSize} entries`);
  for (const key of ['depth', 'numHeads', 'numKvHeads', 'headDim'] as const) {
    for (const other of others) {
      if (other[key] !== first[key]) throw new Error(`experts differ in ${key}: ${first[key]} and ${other[key]}`);
    }
  }
  if (first.headDim % 2 !== 0) throw new Error(`head size ${first.headDim} is odd; rotation needs pairs`);
  if (first.numHeads % first.numKvHeads !== 0) {
    throw new Error(`${first.numHeads} heads cannot share ${first.numKvHeads} key heads evenly`);
  }
  if (first.numHeads === first.numKvHeads) {
    throw new Error('as many key heads as heads: openpi then fuses q and kv into qkv_einsum, which is not supported');
  }
}
