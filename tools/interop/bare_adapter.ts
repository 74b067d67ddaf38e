import { type Adapter, sizeOf } from '../../src/adapter/adapter';

/** An adapter whose run is not told. */
export function bareAdapter(
  name: string,
  { modelConfig, tensors }: Pick<Adapter, 'modelConfig' | 'tensors'>,
  lora: { readonly rank: number; readonly alpha: number },
): Adapter {
  return {
    summary: {
      id: name,
      name,
      base: name,
      savedAt: Date.UTC(2026, 0, 1),
      steps: 0,
      keptStep: 0,
      baselineHeldout: Number.NaN,
      heldout: Number.NaN,
      loraRank: lora.rank,
      loraAlpha: lora.alpha,
      freeze: '',
      ...sizeOf(tensors),
    },
    baseHash: '',
    modelConfig,
    tensors,
    settings: null,
    history: null,
  };
}
