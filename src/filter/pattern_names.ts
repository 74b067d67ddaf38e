/** Names that PyTorch, lerobot and people give to what openpi's paths call otherwise. */
import type { Expression } from './expression';

type Regex = Extract<Expression, { readonly kind: 'PathRegex' }>;

/** Modules of the language model: their names in PyTorch, and here. Both experts have them; the second's end in "_1". */
const MODULES: readonly (readonly [RegExp, string])[] = [
  [/self_attn(?=(?:\\?\.|\/)[a-z_]*proj)|self_attn/g, 'attn'],
  [/q_proj/g, 'q_einsum'],
  [/[kv]_proj/g, 'kv_einsum'],
  [/o_proj/g, 'attn_vec_einsum'],
  [/(?:gate|up)_proj/g, 'mlp'],
  [/down_proj/g, 'mlp'],
  [/input_layernorm/g, 'pre_attention_norm'],
  [/post_attention_layernorm/g, 'pre_ffw_norm'],
  [/embed_tokens|lm_head/g, 'embedder'],
];

/** Whole towers. */
const TOWERS: readonly (readonly [RegExp, string])[] = [
  [/paligemma_with_expert(?:\\?\.|\/)?/g, ''],
  [/(?:gemma_expert|action_expert)(?:(?:\\?\.|\/)model)?/g, 'llm'],
  [/(?:paligemma(?:\\?\.|\/))?(?:model(?:\\?\.|\/))?language_model(?:(?:\\?\.|\/)model)?/g, 'llm'],
  [/(?:vision_tower|vision_model|vision_encoder|siglip)(?:(?:\\?\.|\/)vision_model)?/g, 'img'],
  [/multi_modal_projector/g, 'img/head'],
];

const EXPERT = /gemma_expert|action_expert/;

/** How a pattern names things in another way than paths here do, in words that follow "because … ". */
export interface Renamed {
  readonly pattern: string;
  readonly why: string;
}

/** What a pattern may have meant, the nearest first; those that match no leaf are for the caller to leave out. */
export function renamings({ pattern }: Regex): Renamed[] {
  const slashes = pattern.replace(/\\\./g, '/');
  const modules = replaced(slashes, MODULES);
  const here = replaced(modules, TOWERS);
  const expert = EXPERT.test(pattern) ? ofExpert(here, modules !== slashes) : here;
  const PYTORCH = 'has names of PyTorch, and the paths here are those of JAX';
  return [
    { pattern: slashes, why: 'has dots, and "/" stands between the names of a path' },
    { pattern: expert, why: PYTORCH },
    { pattern: expert.replace(/\/(?=\.\*|$)/g, ''), why: PYTORCH },
    { pattern: expert.toLowerCase(), why: 'has capitals, and the names here are in small letters' },
  ].filter((one) => one.pattern !== pattern);
}

const replaced = (pattern: string, names: readonly (readonly [RegExp, string])[]) =>
  names.reduce((text, [there, here]) => text.replace(there, here), pattern);

/** The second expert's modules end in "_1"; where the pattern names none of them, all that have it are meant. */
function ofExpert(pattern: string, namesModule: boolean): string {
  if (!namesModule) return pattern.replace(/llm(?:(?:\\?\.|\/)layers)?/, 'llm.*_1');
  return pattern.replace(
    /(q_einsum|kv_einsum|attn_vec_einsum|mlp|pre_attention_norm|pre_ffw_norm|attn)(?!.*(?:einsum|mlp|norm))/,
    (module) => (module === 'attn' ? 'attn/.*_1' : `${module}_1`),
  );
}
