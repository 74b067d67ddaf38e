import { defaultSettings, freezeFilters } from '../../settings/defaults';
import type { TextSettings } from '../../settings/text';
import { type Form, filterSettings, trainingSettings, untouchedForm } from '../state/form';
import type { FilterPreset, TaskKind } from '../state/task_kind';

/** The form of the text task. */
export interface TextForm extends Form {
  /** Empty: the first prompt of the data. */
  readonly samplePrompt: string;
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

const ofTexts = /\.(txt|md|jsonl)$/i;

/** What a form of the text task holds and means. */
export const textKind: TaskKind<TextForm, TextSettings> = {
  id: 'text',
  untouched: { ...untouchedForm('text', defaultSettings), samplePrompt: '' },
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
  stageFilters: filters,
  claims: (paths) => paths.length > 0 && paths.every((path) => ofTexts.test(path)),
  freezeSettings: (form, base) => ({ task: 'text', base, ...filterSettings(form) }),
  planned: (settings) => ({ ...settings, samplePrompts: settings.samplePrompts.length }),
  proposedFor: ({ sequenceLength, samplePrompts }) => [sequenceLength, samplePrompts.length > 0],
  shared: () => ({}),
  withShared: () => ({}),
  proposedOf: () => ({}),
  withProposed: () => ({}),
};

/** A text run as the trainer wants it. Call only when checkForm() finds nothing. */
export function textSettings(form: Form, base: string, name: string, prompts: readonly string[]): TextSettings {
  const sequenceLength = Number(form.text.sequenceLength);
  return { task: 'text', ...trainingSettings(form, base, name), sequenceLength, samplePrompts: prompts };
}
