import type { ActionsSettings } from './actions';
import type { TaskId, TaskSettings } from './task';
import type { TextSettings } from './text';

/** Freeze filters by purpose: the page's presets and what Auto proposes are the same words. */
export const freezeFilters = {
  nothing: 'Nothing()',
  /** Of the text task, whatever the names of its model: adapters train; adapters and norms; all but the token embedding. */
  text: {
    adapters: 'Not(PathRegex(".*lora.*"))',
    norms: 'Not(PathRegex(".*(lora|norm).*"))',
    layers: 'PathRegex(".*embed.*")',
  },
  /** Of the actions task: adapters of the expert train; projections too; the whole expert; adapters of the backbone too; what openpi's own filter leaves. */
  actions: {
    stock: 'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))',
    adapters: 'Not(PathRegex(".*lora.*"))',
    projections: 'Any(PathRegex(".*img.*"), All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*lora.*"))))',
    expert: 'Any(PathRegex(".*img.*"), All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*"))))',
    allAdapters: 'Any(PathRegex(".*img.*"), All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*"))))',
    expertAndAdapters:
      'Any(PathRegex(".*img.*"), All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*")), Not(PathRegex(".*lora.*"))))',
  },
} as const;

/** The run that a person gets who changes nothing. */
export const defaultSettings: TextSettings = {
  task: 'text',
  base: 'text',
  name: 'My adapter',
  freeze: freezeFilters.text.adapters,
  loraRank: 8,
  loraAlpha: 8,
  steps: 60,
  stages: [],
  batchSize: 4,
  accumulation: 1,
  sequenceLength: 64,
  learningRate: 1e-2,
  warmupSteps: 5,
  endLearningRate: 1e-3,
  weightDecay: 1e-10,
  clipNorm: 1,
  recompute: false,
  seed: 42,
  evaluateEvery: 15,
  earlyStop: true,
  patience: 3,
  keepBest: true,
  checkpointEvery: 10,
  samplePrompts: [],
};

/** The same of the actions task: LoRA of the action expert and openpi's projections. */
export const defaultActionsSettings: ActionsSettings = {
  task: 'actions',
  base: 'actions',
  name: 'My robot adapter',
  freeze: freezeFilters.actions.projections,
  loraRank: 8,
  loraAlpha: 8,
  backboneLora: false,
  horizon: 16,
  state: null,
  normalization: null,
  delta: null,
  cameras: null,
  maskTail: false,
  maskPadding: false,
  steps: 100,
  stages: [],
  batchSize: 16,
  accumulation: 1,
  learningRate: 3e-3,
  warmupSteps: 5,
  endLearningRate: 3e-4,
  weightDecay: 1e-10,
  clipNorm: 1,
  recompute: false,
  seed: 42,
  evaluateEvery: 25,
  earlyStop: true,
  patience: 3,
  keepBest: true,
  checkpointEvery: 25,
};

/** By task. */
export const defaultsOf: Readonly<Record<TaskId, TaskSettings>> = {
  text: defaultSettings,
  actions: defaultActionsSettings,
};
