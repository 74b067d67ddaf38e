import type { LoraConfig, ModelConfig } from './config';

/** A model's sizes as a JSON file tells them, by openpi's names. */
export interface ModelFile {
  readonly experts: readonly {
    readonly width: number;
    readonly depth: number;
    readonly mlp_dim: number;
    readonly num_heads: number;
    readonly num_kv_heads: number;
    readonly head_dim: number;
    readonly lora_rank?: number;
    /** Absent: the rank. */
    readonly lora_alpha?: number;
    readonly lora_rslora?: boolean;
  }[];
  readonly vocab_size: number;
  readonly img?: {
    readonly image_size: number;
    readonly patch_size: number;
    readonly width: number;
    readonly depth: number;
    readonly mlp_dim: number;
    readonly num_heads: number;
  };
  readonly action_dim?: number;
  readonly pi05?: boolean;
}

export function configOf({ experts, vocab_size, img, action_dim, pi05 }: ModelFile): ModelConfig {
  return {
    vocabSize: vocab_size,
    experts: experts.map((e) => ({
      width: e.width,
      depth: e.depth,
      mlpDim: e.mlp_dim,
      numHeads: e.num_heads,
      numKvHeads: e.num_kv_heads,
      headDim: e.head_dim,
      ...(e.lora_rank ? { lora: loraOf(e.lora_rank, e) } : {}),
    })),
    ...(img ? { img: imgOf(img) } : {}),
    ...(action_dim ? { actionDim: action_dim } : {}),
    ...(pi05 ? { pi05 } : {}),
  };
}

const loraOf = (rank: number, { lora_alpha, lora_rslora }: ModelFile['experts'][number]): LoraConfig => ({
  rank,
  alpha: lora_alpha ?? rank,
  ...(lora_rslora ? { rootScaled: true } : {}),
});

const imgOf = (img: NonNullable<ModelFile['img']>) => ({
  imageSize: img.image_size,
  patchSize: img.patch_size,
  width: img.width,
  depth: img.depth,
  mlpDim: img.mlp_dim,
  numHeads: img.num_heads,
});
