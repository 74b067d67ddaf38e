import { type ActionsSettings, NORMALIZATIONS, STATE_FORMS, STATISTICS } from '../../settings/actions';
import { defaultActionsSettings, freezeFilters } from '../../settings/defaults';
import type { RecordingReport, StateForm } from '../../worker/api';
import { type Form, filterSettings, trainingSettings, untouchedForm } from '../state/form';
import type { FilterExample, FilterPreset, TaskKind } from '../state/task_kind';

/** What only the actions task is told, besides its numbers. */
export type ActionsChoices = Required<
  Pick<
    ActionsSettings,
    | 'backboneLora'
    | 'state'
    | 'normalization'
    | 'statistics'
    | 'delta'
    | 'cameras'
    | 'streamed'
    | 'maskTail'
    | 'maskPadding'
  >
>;

/** The form of the actions task. */
export interface ActionsForm extends Form {
  readonly actions: ActionsChoices;
}

/** openpi's own filter: adapters of the expert, and the projections. */
const projections: FilterPreset = {
  id: 'projections',
  expression: freezeFilters.actions.projections,
};

const others: readonly FilterPreset[] = [
  {
    id: 'loraOnly',
    expression: freezeFilters.actions.adapters,
  },
  {
    id: 'expert',
    expression: freezeFilters.actions.expert,
  },
  {
    id: 'everything',
    expression: freezeFilters.nothing,
  },
];

/** The intersection that users of openpi copy from each other: no path is in both towers. */
const intersection: FilterExample = {
  expression: `nnx.All(
  nnx_utils.PathRegex(".*llm.*"),
  nnx_utils.PathRegex(".*img.*"),
  nnx.Not(nnx_utils.PathRegex(".*llm.*_1.*lora.*")),
)`,
  model: 'ae_lora',
};

/** What of a run's settings is of the actions task alone, and no number. */
const choicesOf = (settings: ActionsSettings): ActionsChoices => {
  const { backboneLora, state, normalization, delta, cameras, maskTail, maskPadding } = settings;
  const { statistics = 'recording', streamed = false } = settings;
  return { backboneLora, state, normalization, statistics, delta, cameras, streamed, maskTail, maskPadding };
};

const switched = (on: boolean): string => (on ? 'on' : 'off');

const ofRecordings = /(^|\/)(meta\/info\.json|\.z(group|array))$|\.(npz|npy|hdf5|h5)$/i;

/** What a form of the actions task holds and means. */
export const actionsKind: TaskKind<ActionsForm, ActionsSettings> = {
  id: 'actions',
  untouched: {
    // Whole episodes are held out, and a short recording has few.
    ...untouchedForm('actions', defaultActionsSettings, { heldoutPercent: 20 }),
    actions: choicesOf(defaultActionsSettings),
  },
  presets: [
    {
      id: 'quick',
      fields: {},
      recompute: false,
    },
    {
      id: 'careful',
      fields: { steps: 500, learningRate: 1e-3, warmupSteps: 20, evaluateEvery: 50, patience: 4, checkpointEvery: 50 },
      recompute: false,
    },
    {
      id: 'small',
      fields: { batchSize: 2, accumulation: 8 },
      recompute: true,
    },
  ],
  filters: [projections, ...others],
  example: intersection,
  stageFilters: [
    { id: 'layers', expression: 'PathRegex("PaliGemma/.*")' },
    projections,
    {
      id: 'everywhere',
      expression: 'All(PathRegex("PaliGemma/.*"), Not(PathRegex(".*lora.*")))',
      change: (form) => ({ actions: { ...form.actions, backboneLora: true } }),
    },
    ...others,
  ],
  claims: (paths) => paths.some((path) => ofRecordings.test(path)),
  freezeSettings: (form, base) => ({
    task: 'actions',
    base,
    ...filterSettings(form),
    backboneLora: form.actions.backboneLora,
  }),
  planned: (settings) => settings,
  proposedFor: ({ horizon, cameras, steps, frames }) => [horizon, cameras, steps, frames],
  // Joints and cameras are of one person's recording.
  shared: ({ actions }) => ({
    backboneLora: switched(actions.backboneLora),
    state: actions.state ?? 'fitting',
    normalization: actions.normalization ?? 'fitting',
    statistics: actions.statistics,
    streamed: switched(actions.streamed),
    maskTail: switched(actions.maskTail),
    maskPadding: switched(actions.maskPadding),
  }),
  withShared: ({ actions }, shared) => ({
    actions: {
      ...actions,
      backboneLora: shared.backboneLora === 'on',
      state: STATE_FORMS.find((form) => form === shared.state) ?? null,
      normalization: NORMALIZATIONS.find((kind) => kind === shared.normalization) ?? null,
      statistics: STATISTICS.find((source) => source === shared.statistics) ?? 'recording',
      streamed: shared.streamed === 'on',
      maskTail: shared.maskTail === 'on',
      maskPadding: shared.maskPadding === 'on',
    },
  }),
  withSettings: (form, settings) => ({
    text: { ...form.text, horizon: String(settings.horizon), frames: String(settings.frames ?? 0) },
    actions: choicesOf(settings),
  }),
  proposedOf: ({ actions: { backboneLora, streamed } }) => ({ backboneLora, streamed }),
  withProposed: ({ actions }, { backboneLora = actions.backboneLora, streamed = actions.streamed }) => ({
    actions: { ...actions, backboneLora, streamed },
  }),
};

/** Of all frames nothing is said. */
function framesOf({ text }: Pick<ActionsForm, 'text'>): Pick<ActionsSettings, 'frames'> {
  const frames = Number(text.frames);
  return frames > 0 ? { frames } : {};
}

/** An actions run as the trainer wants it. Call only when checkForm() finds nothing. */
export function actionsSettings(form: ActionsForm, base: string, name: string): ActionsSettings {
  const { streamed, statistics, ...choices } = form.actions;
  return {
    task: 'actions',
    ...trainingSettings(form, base, name),
    ...choices,
    ...(statistics === 'checkpoint' ? { statistics } : {}),
    ...(streamed ? { streamed } : {}),
    horizon: Number(form.text.horizon),
    ...framesOf(form),
  };
}

/** What the state tells: what was chosen, or what the base was trained with, or what the recording suggests. */
export const stateOf = (
  { state }: ActionsChoices,
  { suggestedState }: RecordingReport,
  trained: StateForm | undefined,
): StateForm => state ?? trained ?? suggestedState.form;

/** The choices without those that a recording has no use for: other joints, a state it cannot have, cameras without video. */
export function fittingChoices(choices: ActionsChoices, report: RecordingReport): ActionsChoices {
  const there = new Set(report.cameras.filter((camera) => camera.available).map((camera) => camera.name));
  const delta = choices.delta?.length === report.joints.action.length ? choices.delta : null;
  const cameras = choices.cameras?.every((name) => name === null || there.has(name)) ? choices.cameras : null;
  const fits = report.states.some(({ form, refused }) => form === choices.state && refused === null);
  return { ...choices, state: fits ? choices.state : null, delta, cameras };
}
