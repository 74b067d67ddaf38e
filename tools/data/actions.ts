import { parseArgs } from 'node:util';
import { asProblem, type Problem, problem } from '../../src/problem';
import { openRecording } from '../../src/recording/open_recording';
import { toldOnce } from '../../src/recording/problems';
import type { Recording } from '../../src/recording/recording';
import type { FileInFolder } from '../../src/recording/report';
import { type ActionsSettings, MAX_JOINTS, STATE_FORMS } from '../../src/settings/actions';
import { defaultActionsSettings } from '../../src/settings/defaults';
import { robotForm } from '../../src/tasks/actions/batches';
import { frameOffsets } from '../../src/tasks/actions/data';
import { chooseState } from '../../src/tasks/actions/state';

const USAGE =
  'Write: npm --silent run data -- --task actions FILE… [--state-column NAME …] [--action-column NAME …] [--joint NAME …]' +
  ' [--state measured|last-action|last-action-and-lag] [--delta 1,1,0|none] [--camera NAME …] [--horizon N] [--fps N] [--prompt TEXT]';

/**
 * What was understood of a recording, through the readers of the page: episodes, joints with their statistics, what the state tells,
 * cameras, and what went wrong, each fault once. `ok` is false where nothing can be trained on.
 * @throws ProblemError for flags that cannot be read
 */
export async function describeRecording(
  files: readonly FileInFolder[],
  args: readonly string[],
): Promise<{ readonly json: object; readonly ok: boolean }> {
  const { settings, ...options } = optionsOf(args);
  try {
    const recording = await openRecording(files, options);
    return { json: described(recording, settings), ok: true };
  } catch (error) {
    const { others = [], ...first } = asProblem(error);
    const problems = listed([first, ...others].map(withFlags));
    return {
      json: { episodes: [], fps: null, joints: [], state: null, cameras: [], problems },
      ok: false,
    };
  }
}

function described(recording: Recording, settings: ActionsSettings): object {
  const { episodes, cameras, fps, tasks } = recording;
  const state = chooseState(recording, settings, MAX_JOINTS);
  const every = episodes.map((_, place) => place);
  const data = {
    recording,
    split: { training: every, heldout: [] },
    cameras: [],
    pictureOf: new Int32Array(frameOffsets(recording).at(-1)!).fill(-1),
  };
  const { form, deltaReason, problems } = robotForm(data, settings, MAX_JOINTS);
  const { mean, std, q01 = [], q99 = [] } = form.stats.actions;
  const chosen = settings.cameras;
  return {
    episodes: episodes.map(({ index, source, length, task }) => ({
      index,
      ...(source ? { source } : {}),
      frames: length,
      prompt: tasks[task[0] ?? 0] ?? '',
    })),
    fps,
    joints: form.jointNames.action.map((name, joint) => ({
      name,
      delta: form.delta[joint],
      mean: mean[joint],
      std: std[joint],
      q01: q01[joint],
      q99: q99[joint],
    })),
    delta: { why: deltaReason },
    state,
    cameras: cameras
      .filter(({ name }) => chosen === null || chosen.includes(name))
      .map(({ name, available, codec = null, why }) => ({ name, available, codec, ...(why ? { why } : {}) })),
    problems: listed([...recording.problems, ...problems]),
  };
}

/** Where columns or joints have to be chosen, the flags that choose them. */
function withFlags(fault: Problem): Problem {
  const flags = fault.columns
    ? 'Choose with --state-column and --action-column; each may be given several times.'
    : fault.where === 'joints' && 'Choose with --joint NAME or --joint 0-6, which may be given several times.';
  return flags ? { ...fault, fix: `${fault.fix ?? ''} ${flags}`.trim() } : fault;
}

/** Each fault once, with how often it was met. */
const listed = (problems: readonly Problem[]): object[] =>
  toldOnce(problems).map(({ what, where = null, fix = null, count = 1 }) => ({ what, where, fix, count }));

function optionsOf(args: readonly string[]) {
  const wrong = (what: string) => problem(what, 'command line', USAGE);
  const { values } = (() => {
    try {
      const string = { type: 'string' } as const;
      const several = { type: 'string', multiple: true } as const;
      const columns = { 'state-column': several, 'action-column': several, joint: several };
      const others = { camera: several, state: string, delta: string, horizon: string, fps: string, prompt: string };
      return parseArgs({ args: [...args], options: { ...columns, ...others } });
    } catch (error) {
      throw wrong(asProblem(error).what);
    }
  })();
  const { 'state-column': state, 'action-column': action, joint, camera, delta, fps, prompt } = values;
  const number = (name: 'fps' | 'horizon', text: string) => {
    const value = Number(text);
    if (Number.isFinite(value) && value > 0) return value;
    throw wrong(`--${name} is "${text}", which is no number above 0.`);
  };
  const settings: ActionsSettings = {
    ...defaultActionsSettings,
    state: stateOf(values.state, wrong),
    delta: delta === undefined ? null : delta === 'none' ? [] : flagsOf(delta, wrong),
    cameras: camera ?? null,
    horizon:
      values.horizon === undefined ? defaultActionsSettings.horizon : Math.round(number('horizon', values.horizon)),
  };
  return {
    settings,
    ...(state || action ? { columns: { ...(state ? { state } : {}), ...(action ? { action } : {}) } } : {}),
    ...(fps === undefined ? {} : { fps: number('fps', fps) }),
    ...(joint ? { joints: joint } : {}),
    ...(prompt === undefined ? {} : { prompt }),
  };
}

type Wrong = (what: string) => Error;

function stateOf(text: string | undefined, wrong: Wrong): ActionsSettings['state'] {
  if (text === undefined) return null;
  const form = STATE_FORMS.find((one) => one === text);
  if (!form) throw wrong(`--state is "${text}"; it is one of ${STATE_FORMS.join(', ')}.`);
  return form;
}

function flagsOf(text: string, wrong: Wrong): boolean[] {
  const flags = text.split(',').map((flag) => flag.trim());
  if (!flags.every((flag) => flag === '0' || flag === '1'))
    throw wrong(`--delta is "${text}"; it is a 1 or a 0 for each joint, with commas between, or none.`);
  return flags.map((flag) => flag === '1');
}
