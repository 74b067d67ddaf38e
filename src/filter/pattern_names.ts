/** Names that PyTorch, lerobot and people give to what openpi's paths call otherwise. */
import { GEMMA } from '../leaves/gemma';
import type { LeafRow } from '../leaves/row';

/** What joins names in PyTorch, as written in a pattern, and the "/" that was put in its place. */
const JOINT = '(?:\\\\?\\.|/)';
const joined = (pattern: string) => new RegExp(pattern.replaceAll('~', JOINT), 'g');

/** The names on the way to a leaf, without the expert's suffix. */
const names = ({ path }: LeafRow) => path.replace('{e}', '').split('/');
/** The module that holds a leaf. */
const module = (row: LeafRow) => names(row).at(-2)!;

const [Q, KV, OUT] = [GEMMA.q, GEMMA.kv, GEMMA.out].map(({ weight }) => module(weight)) as [string, string, string];
const [ATTENTION_NORM, FEED_FORWARD_NORM] = [module(GEMMA.attentionNorm), module(GEMMA.feedForwardNorm)];

/** Modules of the language model: their names in PyTorch, and here. Both experts have them; the second's end in "_1". */
const MODULES: readonly (readonly [RegExp, string])[] = [
  [joined('self_attn'), 'attn'],
  [joined('q_proj'), Q],
  [joined('[kv]_proj'), KV],
  [joined('o_proj'), OUT],
  [joined('(?:mlp~)?(?:gate|up)_proj'), names(GEMMA.gates.weight).slice(-2).join('/')],
  [joined('(?:mlp~)?down_proj'), names(GEMMA.down.weight).slice(-2).join('/')],
  [joined('input_layernorm'), ATTENTION_NORM],
  [joined('post_attention_layernorm'), FEED_FORWARD_NORM],
  [joined('embed_tokens|lm_head'), module(GEMMA.embedding)],
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

/** What has been renamed by its dots. */
export const ofDots = (pattern: string): Renamed => ({
  pattern,
  why: 'has dots, and "/" stands between the names of a path',
});

/** What a pattern may have meant, the nearest first; those that match no leaf are for the caller to leave out. */
export function renamings(pattern: string): Renamed[] {
  const narrow = pattern.normalize('NFKC');
  const slashes = narrow.replace(/\\\./g, '/');
  const modules = replaced(slashes, MODULES);
  const here = replaced(modules, TOWERS);
  const expert = EXPERT.test(pattern) ? ofExpert(here, modules.includes('attn')) : here;
  return [
    { pattern: narrow, why: 'has full-width characters, and the names here have none' },
    ofDots(slashes),
    { pattern: expert, why: 'has names of PyTorch, and the paths here are those of JAX' },
    { pattern: expert.toLowerCase(), why: 'has capitals, and the names here are in small letters' },
  ].filter((one) => one.pattern !== pattern);
}

const replaced = (pattern: string, names: readonly (readonly [RegExp, string])[]) =>
  names.reduce((text, [there, here]) => text.replace(there, here), pattern);

/** Modules whose names say of which expert they are. */
const SUFFIXED = new RegExp([Q, KV, OUT, module(GEMMA.gates.weight), ATTENTION_NORM, FEED_FORWARD_NORM].join('|'), 'g');

/** The second expert's modules end in "_1"; where the pattern names none of them, all that have it are meant. */
function ofExpert(pattern: string, namesModule: boolean): string {
  const suffixed = pattern.replace(SUFFIXED, '$&_1');
  if (suffixed !== pattern) return suffixed;
  return namesModule
    ? pattern.replace('attn', 'attn/.*_1')
    : pattern.replace(/llm(?:(?:\\?\.|\/)(?:layers|model))*/, 'llm.*_1');
}
