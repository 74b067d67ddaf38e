/** How checkpoints name their tensors, and the one name by which each is sought. */
import { LLM } from '../leaves/gemma';
import { IMG } from '../leaves/siglip';

/** openpi's own leaf paths; those of its PyTorch model; LeRobot's, which are the latter within `model`. */
export type Naming = 'openpi' | 'openpi PyTorch' | 'LeRobot';

const WITHIN = 'model.';
const TOWERS = 'paligemma_with_expert.';

/** Where PyTorch's modules are, as of transformers 4.52. */
export const LANGUAGE = `${TOWERS}paligemma.model.language_model.`;
export const EXPERT = `${TOWERS}gemma_expert.model.`;
export const VISION = `${TOWERS}paligemma.model.vision_tower.vision_model.`;
export const PROJECTOR = `${TOWERS}paligemma.model.multi_modal_projector.linear.`;
export const EMBEDDING = `${LANGUAGE}embed_tokens.weight`;

/** What other versions of transformers call the same. */
const OTHER_VERSIONS: readonly (readonly [RegExp, string])[] = [
  [
    /^paligemma_with_expert\.paligemma\.(model\.)?language_model\.(model\.)?(?=embed_tokens\.|layers\.|norm\.)/,
    LANGUAGE,
  ],
  [
    /^paligemma_with_expert\.paligemma\.(model\.)?vision_tower\.(vision_model\.)?(?=embeddings\.|encoder\.|post_)/,
    VISION,
  ],
  [/^paligemma_with_expert\.paligemma\.(model\.)?multi_modal_projector\.linear\./, PROJECTOR],
];

/** PaliGemma's head, which is its embedding: of two names for one tensor, files keep one. */
const TIED_HEAD = /^(model\.)?paligemma_with_expert\.paligemma\.((model\.)?language_model\.)?lm_head\.weight$/;

/** A head that openpi's expert never uses, and numbers that follow from the configuration. */
const UNUSED = /^paligemma_with_expert\.(gemma_expert\.lm_head\.weight$|.*\.(rotary_emb\.inv_freq|position_ids)$)/;

/** Statistics, which LeRobot kept among the weights before its policies had processors. */
const STATISTICS = /^(normalize_inputs|normalize_targets|unnormalize_outputs)\.buffer_/;

export const isStatistic = (name: string): boolean => STATISTICS.test(name);

export const isTiedHead = (name: string): boolean => TIED_HEAD.test(name);

/** A factor of LoRA, by openpi's name or PEFT's. */
export const isFactor = (name: string): boolean => /lora_([ab](\/value)?$|[AB]\.)/.test(name);

/** Whose names they are; null for those of other models. */
export function namingOf(names: Iterable<string>): Naming | null {
  for (const name of names) {
    if (isFactor(name)) continue;
    if (name.startsWith(LLM) || name.startsWith(IMG)) return 'openpi';
    if (name.startsWith(TOWERS)) return 'openpi PyTorch';
    if (name.startsWith(WITHIN + TOWERS)) return 'LeRobot';
  }
  return null;
}

/** The name by which a tensor is sought. */
export function soughtName(name: string, naming: Naming): string {
  if (naming === 'openpi') return name.replace(/\/value$/, '');
  const inside = naming === 'LeRobot' && name.startsWith(WITHIN) ? name.slice(WITHIN.length) : name;
  if (isTiedHead(inside)) return EMBEDDING;
  for (const [pattern, standard] of OTHER_VERSIONS) if (pattern.test(inside)) return inside.replace(pattern, standard);
  return inside;
}

/** The name in files of a naming: the way back of soughtName. */
export const nameIn = (naming: Naming, sought: string): string => (naming === 'LeRobot' ? WITHIN + sought : sought);

/** Whether a tensor that no leaf is made of may be there. */
export const isUnused = (sought: string): boolean => UNUSED.test(sought) || isStatistic(sought);
