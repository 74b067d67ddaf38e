import type { NamedModel } from '../filter/named_model';
import { type ProblemError, problem } from '../problem';
import type { TaskSettings } from '../settings/task';
import type { ExpertConfig, ImgConfig, LoraConfig, ModelConfig } from './config';
import { countParameters, type Leaf, leavesOf } from './tree';

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
/** Of openpi's Pi0Config: max_token_len. A π0.5 is told the state too. */
const PROMPT_LENGTH = { pi0: 48, pi05: 200 };

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
  pi05: pi05('pi05', 'π0.5', 'openpi’s π0.5 at its true size, without adapters.', BACKBONE, EXPERT),
  pi05_pg_lora: pi05(
    'pi05_pg_lora',
    'π0.5, adapters in the backbone',
    'π0.5 with gemma_2b_lora beside gemma_300m.',
    withAdapters(BACKBONE_LORA, BACKBONE),
    EXPERT,
  ),
  pi05_ae_lora: pi05(
    'pi05_ae_lora',
    'π0.5, adapters in the action expert',
    'π0.5 with gemma_2b beside gemma_300m_lora.',
    BACKBONE,
    withAdapters(EXPERT_LORA, EXPERT),
  ),
  pi05_all_lora: pi05(
    'pi05_all_lora',
    'π0.5, adapters in both',
    'π0.5 with gemma_2b_lora beside gemma_300m_lora.',
    withAdapters(BACKBONE_LORA, BACKBONE),
    withAdapters(EXPERT_LORA, EXPERT),
  ),
};

/** The models that can be planned though no weights of theirs are here. */
export const plannedModels: readonly PlannedModel[] = Object.values(models).map(({ summary }) => summary);

const FAST = 'it writes actions as text behind the images, which this engine has no step for';

const counted: readonly { readonly summary: CountedModel; readonly leaves: readonly Leaf[] }[] = [
  ofFast('pi0_fast', 'π0-FAST', 'openpi’s π0-FAST at its true size, without adapters.', BACKBONE),
  ofFast('pi0_fast_lora', 'π0-FAST, adapters', 'π0-FAST with gemma_2b_lora.', withAdapters(BACKBONE_LORA, BACKBONE)),
];

/** The models of which the leaves are known, for filters and openpi's bytes, and no step. */
export const countedModels: readonly CountedModel[] = counted.map(({ summary }) => summary);

/** What is said of a model at its true size. */
export const summaryOf = (id: ModelId): PlannedModel | CountedModel =>
  counted.find(({ summary }) => summary.id === id)?.summary ?? models[id as PlannedModelId].summary;

export const isPlanned = (id: ModelId): id is PlannedModelId => plannedModels.some((model) => model.id === id);

/** Why no step of a model can be planned. */
export function notPlanned(id: CountedModelId): ProblemError {
  const { name, why } = countedModels.find((model) => model.id === id)!;
  return problem(`No step of ${name} can be planned, because ${why}.`, 'model', 'What openpi keeps of it is counted.');
}

/** The leaves of a model at its true size, sorted by path. */
export const leavesOfModel = (id: ModelId): readonly Leaf[] =>
  counted.find(({ summary }) => summary.id === id)?.leaves ?? leavesOf(models[id as PlannedModelId].config);

/** The model that a configuration of openpi makes; null for variants that none here has. */
export function modelNamed({ kind, variants }: Pick<NamedModel, 'kind' | 'variants'>): ModelId | null {
  if (!variants) return null;
  const { paligemma_variant: backbone, action_expert_variant: expert } = variants;
  const lora = { gemma_2b: false, gemma_2b_lora: true }[backbone];
  if (kind === 'π0-FAST') return lora === undefined ? null : lora ? 'pi0_fast_lora' : 'pi0_fast';
  if (kind === 'π0' && backbone === 'dummy' && expert === 'dummy') return 'dummy';
  const inExpert = { gemma_300m: false, gemma_300m_lora: true }[expert];
  if (lora === undefined || inExpert === undefined) return null;
  const where = lora ? (inExpert ? 'all_lora' : 'pg_lora') : inExpert ? 'ae_lora' : 'full';
  if (kind === 'π0') return where;
  return where === 'full' ? 'pi05' : `pi05_${where}`;
}

export const trueSizeModel = (id: PlannedModelId): TrueSizeModel => models[id];

/** The π0 that has adapters where a π0.5 has them; other models are their own. */
export function pi0Like(id: PlannedModelId): PlannedModelId {
  if (id === 'pi05') return 'full';
  return id.startsWith('pi05_') ? (id.slice('pi05_'.length) as Pi0Id) : id;
}

function expert(width: number, depth: number, mlpDim: number, headDim: number): ExpertConfig {
  return { width, depth, mlpDim, numHeads: 8, numKvHeads: 1, headDim };
}

function pi0(id: PlannedModelId, name: string, description: string, ...experts: ActionExperts): TrueSizeModel {
  return { ...modelOf(id, 'actions', name, description, actionsConfig(experts)), promptLength: PROMPT_LENGTH.pi0 };
}

function pi05(id: PlannedModelId, name: string, description: string, ...experts: ActionExperts): TrueSizeModel {
  const config = { ...actionsConfig(experts), pi05: true };
  return { ...modelOf(id, 'actions', name, description, config), promptLength: PROMPT_LENGTH.pi05 };
}

function actionsConfig(experts: ActionExperts): ModelConfig {
  return { vocabSize: VOCAB_SIZE, experts, img: SIGLIP, actionDim: ACTION_DIM };
}

function modelOf(
  id: PlannedModelId,
  task: PlannedModel['task'],
  name: string,
  description: string,
  config: ModelConfig,
): Omit<TrueSizeModel, 'promptLength'> {
  return { summary: { id, task, name, description, ...countsOf(leavesOf(config)) }, config };
}

type ActionExperts = readonly [backbone: ExpertConfig, expert: ExpertConfig];

function ofFast(id: CountedModelId, name: string, description: string, expert: ExpertConfig) {
  const leaves = leavesOf({ vocabSize: VOCAB_SIZE, experts: [expert], img: SIGLIP });
  const { task } = models.full.summary;
  const summary: CountedModel = { id, task, name, description, ...countsOf(leaves), why: FAST };
  return { summary, leaves };
}

function countsOf(leaves: readonly Leaf[]) {
  return { leaves: leaves.length, parameters: countParameters(leaves) };
}

/** openpi's π0 and π0.5 at their true size, by where they have adapters; its dummy; its backbone as a language model. */
export type PlannedModelId = Pi0Id | Pi05Id | 'dummy' | 'text_2b_lora';
type Pi0Id = 'full' | 'pg_lora' | 'ae_lora' | 'all_lora';
type Pi05Id = 'pi05' | 'pi05_pg_lora' | 'pi05_ae_lora' | 'pi05_all_lora';

export interface PlannedModel {
  readonly id: PlannedModelId;
  readonly task: TaskSettings['task'];
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  readonly leaves: number;
  readonly parameters: number;
}

/** openpi's other models at their true size, of which no step can be planned here. */
export type CountedModelId = 'pi0_fast' | 'pi0_fast_lora';

export type ModelId = PlannedModelId | CountedModelId;

export interface CountedModel extends Omit<PlannedModel, 'id'> {
  readonly id: CountedModelId;
  /** Why no step of it can be planned, in words that follow "because". */
  readonly why: string;
}
