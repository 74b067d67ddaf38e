/** The seven linears of a layer, as PEFT calls the last name of their modules. */
export const MODULES = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const;
export type Module = (typeof MODULES)[number];

/** The last name of a module's path: `self_attn.q_proj` → `q_proj`. */
export const lastName = (path: string) => path.slice(path.lastIndexOf('.') + 1);

/** A module's path below the model. @param module its path within its layer */
export const modulePath = (layer: number, module: string) => `layers.${layer}.${module}`;

/** s, as PEFT has it. */
export const loraScale = ({
  rank,
  alpha,
  rootScaled,
}: {
  readonly rank: number;
  readonly alpha: number;
  readonly rootScaled?: boolean;
}): number => alpha / (rootScaled ? Math.sqrt(rank) : rank);

/** LoRA as PEFT has it: y += s · B · (A · x), s = alpha / rank, or alpha / √rank. */
export interface DecoderLora {
  readonly rank: number;
  readonly alpha: number;
  /** rsLoRA: s = alpha / √rank. */
  readonly rootScaled: boolean;
  readonly targets: readonly Module[];
  /** Modules whose rank or alpha is another, by their path below the model: `layers.0.self_attn.q_proj`; null: no adapter. */
  readonly others?: Readonly<Record<string, { readonly rank: number; readonly alpha: number } | null>>;
}

/** An adapter of a model of the hub that a run goes on from, and whose LoRA has the form of it. */
export interface StartingAdapter {
  /** Among those that are kept. */
  readonly id: string;
  readonly name: string;
  readonly lora: DecoderLora;
}
