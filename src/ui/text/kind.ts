import { defaultSettings, freezeFilters } from '../../settings/defaults';
import { FROZEN_WEIGHTS, type FrozenWeights, type KnownTemplate, type TextSettings } from '../../settings/text';
import { type Form, filterSettings, startOf, trainingSettings, untouchedForm } from '../state/form';
import type { FilterExample, FilterPreset, TaskKind } from '../state/task_kind';

/** The form of the text task. */
export interface TextForm extends Form {
  /** Prompts to watch, one a line. Empty: the first prompt of the data. */
  readonly samplePrompt: string;
  /** In place of the model's own chat template; null: its own. */
  readonly template: KnownTemplate | null;
  /** Of a model that a person brought. */
  readonly weights: FrozenWeights;
}

const filters: readonly FilterPreset[] = [
  {
    id: 'adapters',
    expression: freezeFilters.text.adapters,
  },
  {
    id: 'norms',
    expression: freezeFilters.text.norms,
  },
  {
    id: 'everything',
    expression: freezeFilters.nothing,
  },
];

/** As a web page shows it that took two of the asterisks for emphasis. */
const lostAsterisks: FilterExample = {
  expression: `nnx.All(
  nnx_utils.PathRegex(".llm."),
  nnx.Not(nnx_utils.PathRegex(".*lora.*")),
)`,
  model: 'text_2b_lora',
};

const untouched = untouchedForm('text', defaultSettings);

const ofTexts = /\.(txt|md|jsonl)$/i;

/** What a form of the text task holds and means. */
export const textKind: TaskKind<TextForm, TextSettings> = {
  id: 'text',
  untouched: {
    ...untouched,
    text: { ...untouched.text, sequenceLength: '' },
    samplePrompt: '',
    template: null,
    weights: 'stored',
  },
  presets: [
    {
      id: 'quick',
      fields: {},
      recompute: false,
    },
    {
      id: 'careful',
      fields: {
        steps: 400,
        accumulation: 2,
        learningRate: 2e-3,
        warmupSteps: 20,
        evaluateEvery: 20,
        patience: 5,
        checkpointEvery: 20,
      },
      recompute: false,
    },
    {
      id: 'small',
      fields: { batchSize: 1, accumulation: 4 },
      recompute: true,
    },
  ],
  filters,
  example: lostAsterisks,
  stageFilters: filters,
  claims: (paths) => paths.length > 0 && paths.every((path) => ofTexts.test(path)),
  freezeSettings: (form, base) => ({ task: 'text', base, ...filterSettings(form), ...startOf(form, base) }),
  planned: (settings) => ({ ...settings, samplePrompts: settings.samplePrompts.length }),
  proposedFor: ({ sequenceLength, samplePrompts, weights }) => [sequenceLength, samplePrompts.length > 0, weights],
  shared: ({ weights }) => ({ weights }),
  withShared: (form, { weights }) => ({ weights: FROZEN_WEIGHTS.find((one) => one === weights) ?? form.weights }),
  withSettings: (form, { sequenceLength, samplePrompts, template = null, weights = 'stored' }) => ({
    template,
    weights,
    text: { ...form.text, sequenceLength: String(sequenceLength) },
    // One of several lines is the data's own: nobody can type it.
    samplePrompt: samplePrompts.some((prompt) => prompt.includes('\n')) ? '' : samplePrompts.join('\n'),
  }),
  proposedOf: () => ({}),
  withProposed: () => ({}),
};

/** The prompts that are typed, each once. */
export const typedPrompts = ({ samplePrompt }: Pick<TextForm, 'samplePrompt'>): readonly string[] => [
  ...new Set(samplePrompt.split('\n').filter((line) => line.trim() !== '')),
];

/** T as typed; null: the data choose it. */
export const typedLength = ({ text }: Form): number | null =>
  text.sequenceLength.trim() === '' ? null : Number(text.sequenceLength);

/**
 * A text run as the trainer wants it. Call only when checkForm() finds nothing.
 * @param found T that the data chose, for a form that leaves it to them
 */
export function textSettings(
  form: TextForm,
  base: string,
  name: string,
  prompts: readonly string[],
  found = defaultSettings.sequenceLength,
): TextSettings {
  const sequenceLength = typedLength(form) ?? found;
  return {
    task: 'text',
    ...trainingSettings(form, base, name),
    sequenceLength,
    samplePrompts: prompts,
    ...templateOf(form),
  };
}

/** The template that is chosen, as data and runs are told it. */
export const templateOf = ({ template }: Pick<TextForm, 'template'>) => (template === null ? {} : { template });
