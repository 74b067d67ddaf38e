/** Names that PyTorch, lerobot and people give to what openpi's paths call otherwise. */
import type { Expression } from './expression';

type Regex = Extract<Expression, { readonly kind: 'PathRegex' }>;

/** What joins names in PyTorch, as written in a pattern, and the "/" that was put in its place. */
const JOINT = '(?:\\\\?\\.|/)';
const joined = (pattern: string) => new RegExp(pattern.replaceAll('~', JOINT), 'g');

/** Modules of the language model: their names in PyTorch, and here. Both experts have them; the second's end in "_1". */
const MODULES: readonly (readonly [RegExp, string])[] = [
  [joined('self_attn'), 'attn'],
  [joined('q_proj'), 'q_einsum'],
  [joined('[kv]_proj'), 'kv_einsum'],
  [joined('o_proj'), 'attn_vec_einsum'],
  [joined('(?:mlp~)?(?:gate|up)_proj'), 'mlp/gating_einsum'],
  [joined('(?:mlp~)?down_proj'), 'mlp/linear'],
  [joined('input_layernorm'), 'pre_attention_norm'],
  [joined('post_attention_layernorm'), 'pre_ffw_norm'],
  [joined('embed_tokens|lm_head'), 'embedder'],
  [joined('~weight(?=$|\\.\\*)'), '.*'],
];

/** Whole towers. */
const TOWERS: readonly (readonly [RegExp, string])[] = [
  [joined('(?:model~)?(?:paligemma|vlm)_with_expert~?'), ''],
  [joined('(?:gemma|action|lm)_expert(?:~model)?'), 'llm'],
  [joined('(?:paligemma~)?(?:model~)?(?:language|text)_model(?:~model)?'), 'llm'],
  [joined('(?:paligemma~)?(?:model~)?(?:vision_tower|vision_model|vision_encoder|siglip)(?:~vision_model)?'), 'img'],
  [joined('(?:paligemma~)?(?:model~)?multi_modal_projector'), 'img/head'],
];

const EXPERT = /(?:gemma|action|lm)_expert/;

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
  const expert = EXPERT.test(pattern) ? ofExpert(here, modules.includes('attn')) : here;
  return [
    { pattern: slashes, why: 'has dots, and "/" stands between the names of a path' },
    { pattern: expert, why: 'has names of PyTorch, and the paths here are those of JAX' },
    { pattern: expert.toLowerCase(), why: 'has capitals, and the names here are in small letters' },
  ].filter((one) => one.pattern !== pattern);
}

const replaced = (pattern: string, names: readonly (readonly [RegExp, string])[]) =>
  names.reduce((text, [there, here]) => text.replace(there, here), pattern);

/** The second expert's modules end in "_1"; where the pattern names none of them, all that have it are meant. */
function ofExpert(pattern: string, namesModule: boolean): string {
  const suffixed = pattern.replace(/q_einsum|kv_einsum|attn_vec_einsum|mlp|pre_attention_norm|pre_ffw_norm/g, '$&_1');
  if (suffixed !== pattern) return suffixed;
  return namesModule
    ? pattern.replace('attn', 'attn/.*_1')
    : pattern.replace(/llm(?:(?:\\?\.|\/)(?:layers|model))*/, 'llm.*_1');
}
