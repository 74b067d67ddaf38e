import { defaultSettings, freezeFilters } from '../../settings/defaults';
import type { TextSettings } from '../../settings/text';
import { type Form, filterSettings, trainingSettings, untouchedForm } from '../state/form';
import type { FilterPreset, TaskKind } from '../state/task_kind';

/** The form of the text task. */
export interface TextForm extends Form {
  /** Empty: the first prompt of the data. */
  readonly samplePrompt: string;
}

const filters: readonly (FilterPreset & { readonly meaning: string })[] = [
  {
    id: 'adapters',
    name: 'Adapters only',
    meaning: 'Least memory. The base stays untouched; the adapter can be taken away on its own.',
    expression: freezeFilters.text.adapters,
  },
  {
    id: 'norms',
    name: 'Adapters and norms',
    meaning: 'Also the small scale vectors between layers.',
    expression: freezeFilters.text.norms,
  },
  {
    id: 'everything',
    name: 'Everything',
    meaning: 'All parameters. Gradients and optimizer state for each of them.',
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
      name: 'Quick look',
      meaning: '60 steps: see within a minute or two whether the data teaches anything.',
      fields: {},
      recompute: false,
    },
    {
      id: 'careful',
      name: 'Careful',
      meaning: '400 steps at a lower learning rate, with larger effective batches.',
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
      name: 'Least memory',
      meaning: 'One window at a time, activations computed twice instead of kept.',
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
  proposedOf: () => ({}),
  withProposed: () => ({}),
};

/** A text run as the trainer wants it. Call only when checkForm() finds nothing. */
export function textSettings(form: Form, base: string, name: string, prompts: readonly string[]): TextSettings {
  const sequenceLength = Number(form.text.sequenceLength);
  return { task: 'text', ...trainingSettings(form, base, name), sequenceLength, samplePrompts: prompts };
}
