import type { TaskSettings } from '../settings/task';
import type { ExpertConfig, ImgConfig, LoraConfig, ModelConfig } from './config';
import { elements, leavesOf } from './tree';

/**
 * A model of openpi at its own size: nobody loads it here, but its parameters can be listed and its memory planned
 * without a GPU, for people who will train it elsewhere or bring its weights.
 */
export interface TrueSizeModel {
  readonly summary: PlannedModel;
  readonly config: ModelConfig;
  /** P: tokens of a prompt, padding included; 0 of a text model. */
  readonly promptLength: number;
}

/** What openpi calls gemma_2b, gemma_300m and dummy. */
const BACKBONE = expert(2048, 18, 16384, 256);
const EXPERT = expert(1024, 18, 4096, 256);
const DUMMY = expert(64, 4, 128, 16);

/** So400m/14 at 224 pixels: 256 tokens an image. */
const SIGLIP: ImgConfig = { imageSize: 224, patchSize: 14, width: 1152, depth: 27, mlpDim: 4304, numHeads: 16 };

const VOCAB_SIZE = 257152;
const ACTION_DIM = 32;
/** Of openpi's Pi0Config: max_token_len. */
const PROMPT_LENGTH = 48;

/** gemma_2b_lora's and gemma_300m_lora's, of attention and feed-forward alike. */
const BACKBONE_LORA: LoraConfig = { rank: 16, alpha: 16 };
const EXPERT_LORA: LoraConfig = { rank: 32, alpha: 32 };

const withAdapters = (lora: LoraConfig, of: ExpertConfig): ExpertConfig => ({ ...of, lora });

const models: Readonly<Record<PlannedModelId, TrueSizeModel>> = {
  full: pi0('full', 'π0', 'openpi’s π0 at its true size, without adapters.', BACKBONE, EXPERT),
  pg_lora: pi0(
    'pg_lora',
    'π0, adapters in the backbone',
    'gemma_2b_lora beside gemma_300m.',
    withAdapters(BACKBONE_LORA, BACKBONE),
    EXPERT,
  ),
  ae_lora: pi0(
    'ae_lora',
    'π0, adapters in the action expert',
    'gemma_2b beside gemma_300m_lora.',
    BACKBONE,
    withAdapters(EXPERT_LORA, EXPERT),
  ),
  all_lora: pi0(
    'all_lora',
    'π0, adapters in both',
    'gemma_2b_lora beside gemma_300m_lora.',
    withAdapters(BACKBONE_LORA, BACKBONE),
    withAdapters(EXPERT_LORA, EXPERT),
  ),
  dummy: pi0('dummy', 'π0 for tests', 'openpi’s dummy experts beside the image tower of true size.', DUMMY, DUMMY),
  text_2b_lora: {
    ...modelOf('text_2b_lora', 'text', 'Text, true size', 'gemma_2b_lora alone, as a language model.', {
      vocabSize: VOCAB_SIZE,
      experts: [withAdapters(BACKBONE_LORA, BACKBONE)],
    }),
    promptLength: 0,
  },
};

/** The models that can be planned though no weights of theirs are here. */
export const plannedModels: readonly PlannedModel[] = Object.values(models).map(({ summary }) => summary);

export const trueSizeModel = (id: PlannedModelId): TrueSizeModel => models[id];

function expert(width: number, depth: number, mlpDim: number, headDim: number): ExpertConfig {
  return { width, depth, mlpDim, numHeads: 8, numKvHeads: 1, headDim };
}

function pi0(
  id: PlannedModelId,
  name: string,
  description: string,
  ...experts: readonly [backbone: ExpertConfig, expert: ExpertConfig]
): TrueSizeModel {
  const config: ModelConfig = { vocabSize: VOCAB_SIZE, experts, img: SIGLIP, actionDim: ACTION_DIM };
  return { ...modelOf(id, 'actions', name, description, config), promptLength: PROMPT_LENGTH };
}

function modelOf(
  id: PlannedModelId,
  task: PlannedModel['task'],
  name: string,
  description: string,
  config: ModelConfig,
): Omit<TrueSizeModel, 'promptLength'> {
  const leaves = leavesOf(config);
  const parameters = leaves.reduce((sum, { shape }) => sum + elements(shape), 0);
  return { summary: { id, task, name, description, leaves: leaves.length, parameters }, config };
}

/** openpi's π0 at its true size, by where it has adapters; its dummy; its backbone as a language model. */
export type PlannedModelId = 'full' | 'pg_lora' | 'ae_lora' | 'all_lora' | 'dummy' | 'text_2b_lora';

export interface PlannedModel {
  readonly id: PlannedModelId;
  readonly task: TaskSettings['task'];
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  readonly leaves: number;
  readonly parameters: number;
}
