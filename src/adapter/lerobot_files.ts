/**
 * What LeRobot wants beside a policy's weights: config.json, and its processors with the statistics of a robot. Names, order and fields of
 * the steps are those of huggingface/lerobot, policies/pi0/processor_pi0.py and policies/pi05/processor_pi05.py.
 */
import { f32Tensor, type StoredTensor, writeSafetensors } from '../containers/safetensors';
import { openpiConfig, pi0Config } from '../model/config';
import type { PolicySource } from '../policy/source';
import { quantilesApart, type Stats } from '../recording/normalize';
import type { NormalizationKind } from '../settings/actions';
import type { Adapter, RobotForm } from './adapter';
import { jsonFile } from './card_rows';

const STATE = 'observation.state';
const ACTION = 'action';
const PICTURES = 'observation.images.';
/** Of PaliGemma, on the hub. */
const TOKENIZER = 'google/paligemma-3b-pt-224';
/** As openpi divides, where LeRobot's own is 1e-8. */
const EPSILON = 1e-6;

const MODES: Readonly<Record<NormalizationKind, string>> = { 'z-score': 'MEAN_STD', quantile: 'QUANTILES' };

/** LeRobot's file names, and the files. */
export type Files = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

/**
 * @param robot of the adapter
 * @param source The policy that it was trained on
 * @param beside What config.json says besides
 */
export function lerobotFiles(
  adapter: Pick<Adapter, 'modelConfig'>,
  robot: RobotForm,
  source: Pick<PolicySource, 'json' | 'promptLength' | 'stateInPrompt'>,
  beside: Readonly<Record<string, unknown>> = {},
): Files {
  const { img, actionDim, pi05 } = pi0Config(openpiConfig(adapter.modelConfig));
  const features = featuresOf(robot, img.imageSize);
  const mode = MODES[robot.normalization];
  const norm = { VISUAL: 'IDENTITY', STATE: mode, ACTION: mode };
  const own = lerobotJson(source.json);
  const config = {
    type: pi05 ? 'pi05' : 'pi0',
    max_state_dim: actionDim,
    ...own,
    chunk_size: robot.horizon,
    n_action_steps: robot.horizon,
    max_action_dim: actionDim,
    image_resolution: [img.imageSize, img.imageSize],
    tokenizer_max_length: source.promptLength,
    empty_cameras: 0,
    input_features: features.input,
    output_features: features.output,
    normalization_mapping: norm,
    ...relativeConfig(robot, 'use_relative_actions' in own),
    ...beside,
    device: null,
    pretrained_path: null,
    repo_id: null,
  };
  const normalizer = (name: string, of: object): Step => ({
    registry_name: name,
    config: { eps: EPSILON, features: of, norm_map: norm },
    hasState: true,
  });
  const input = normalizer('normalizer_processor', { ...features.input, ...features.output });
  const steps = stepsBefore(robot, input, source);
  const after = [
    normalizer('unnormalizer_processor', features.output),
    ...(relativeOf(robot) ? [step('absolute_actions_processor', { enabled: true })] : []),
    device('cpu'),
  ];
  const state = writeSafetensors(statistics(robot));
  return {
    'config.json': jsonFile(config),
    ...pipeline('policy_preprocessor', steps, state),
    ...pipeline('policy_postprocessor', after, state),
  };
}

/** What a config.json of LeRobot's says; of another program's, nothing that LeRobot would understand. */
function lerobotJson(json: unknown): object {
  const isLeRobot = typeof json === 'object' && json !== null && 'type' in json;
  return isLeRobot ? json : {};
}

/** One step of a pipeline. */
interface Step {
  readonly registry_name: string;
  readonly config: object;
  /** Statistics are kept in a file beside it. */
  readonly hasState?: true;
}

const step = (registry_name: string, config: object = {}): Step => ({ registry_name, config });
const device = (name: string) => step('device_processor', { device: name, float_dtype: null });

/** From what the robot measures to what the model takes. Normalised numbers may stand in its prompt; else that ends with its line. */
function stepsBefore(
  robot: RobotForm,
  normalize: Step,
  { promptLength, stateInPrompt }: Pick<PolicySource, 'promptLength' | 'stateInPrompt'>,
): Step[] {
  const relative = relativeOf(robot);
  const begin = [step('rename_observations_processor', { rename_map: {} }), step('to_batch_processor')];
  const differences = relative
    ? [
        step('relative_actions_processor', {
          enabled: true,
          exclude_joints: relative.excluded,
          action_names: relative.names,
        }),
      ]
    : [];
  const tokenize = step('tokenizer_processor', {
    max_length: promptLength,
    task_key: 'task',
    padding_side: 'right',
    padding: 'max_length',
    truncation: true,
    tokenizer_name: TOKENIZER,
  });
  return stateInPrompt
    ? [
        ...begin,
        ...differences,
        normalize,
        step('pi05_prepare_state_tokenizer_processor_step'),
        tokenize,
        device('cuda'),
      ]
    : [...begin, step('pi0_new_line_processor'), tokenize, device('cuda'), ...differences, normalize];
}

/** The .json of a pipeline, and a file for each step that has statistics. */
function pipeline(name: string, steps: readonly Step[], state: Uint8Array<ArrayBuffer>): Files {
  const fileOf = (n: number) => `${name}_step_${n}_${steps[n]!.registry_name}.safetensors`;
  const entries = steps.map(({ hasState, ...said }, n) => (hasState ? { ...said, state_file: fileOf(n) } : said));
  const states = steps.flatMap(({ hasState }, n) => (hasState ? [[fileOf(n), state] as const] : []));
  return { [`${name}.json`]: jsonFile({ name, steps: entries }), ...Object.fromEntries(states) };
}

function featuresOf({ cameras, jointNames }: RobotForm, imageSize: number) {
  const pictures = cameras.map((camera) => [pictureKey(camera), { type: 'VISUAL', shape: [3, imageSize, imageSize] }]);
  return {
    input: {
      ...Object.fromEntries(pictures),
      [STATE]: { type: 'STATE', shape: [jointNames.state.length] },
    },
    output: { [ACTION]: { type: 'ACTION', shape: [jointNames.action.length] } },
  };
}

/** A camera as LeRobot's recordings call it. */
export const pictureKey = (camera: string): string =>
  camera.startsWith('observation.') ? camera : `${PICTURES}${camera.replaceAll('.', '_')}`;

function statistics({ stats }: RobotForm): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  const rows: [string, Stats][] = [
    [STATE, stats.state],
    [ACTION, stats.actions],
  ];
  for (const [feature, { mean, std, ...quantiles }] of rows) {
    const apart = quantilesApart({ mean, std, ...quantiles });
    for (const [name, values] of Object.entries({ mean, std, ...apart }))
      tensors.set(`${feature}.${name}`, f32Tensor(Float32Array.from(values), [values.length]));
  }
  return tensors;
}

/** Joints that are learned as differences, as LeRobot's step knows them; null where none is. */
function relativeOf({ delta, jointNames: { action } }: RobotForm) {
  const isDelta = action.map((_, joint) => delta[joint] ?? false);
  if (!isDelta.includes(true)) return null;
  // It leaves out each joint whose name contains that of one that is left out.
  const excludedOf = (names: readonly string[]) => names.filter((_, joint) => !isDelta[joint]);
  const fits = action.every((name, joint) => {
    const contains = excludedOf(action).some((one) => name.toLowerCase().includes(one.toLowerCase()));
    return contains === !isDelta[joint];
  });
  const width = String(action.length).length;
  const names = fits ? action : action.map((_, joint) => `joint_${String(joint).padStart(width, '0')}`);
  return { names, excluded: excludedOf(names) };
}

/** Nothing where no joint is, unless it is said that some are: versions that know no differences refuse the fields. */
function relativeConfig(robot: RobotForm, isSaid: boolean): object {
  const relative = relativeOf(robot);
  if (!relative) return isSaid ? { use_relative_actions: false } : {};
  return {
    use_relative_actions: true,
    relative_exclude_joints: relative.excluded,
    action_feature_names: relative.names,
  };
}
