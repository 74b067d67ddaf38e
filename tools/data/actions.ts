import { asProblem, type Problem, problem } from '../../src/problem';
import { openRecording } from '../../src/recording/open_recording';
import { toldOnce } from '../../src/recording/problems';
import type { Recording } from '../../src/recording/recording';
import type { FileInFolder } from '../../src/recording/report';
import { type ActionsSettings, MAX_JOINTS } from '../../src/settings/actions';
import { defaultActionsSettings } from '../../src/settings/defaults';
import { robotForm } from '../../src/tasks/actions/batches';
import { frameOffsets } from '../../src/tasks/actions/data';
import { chooseState } from '../../src/tasks/actions/state';
import type { Given } from '../flags.mjs';
import { actionsChoices } from './choices.mjs';
import { withWay } from './ways.mjs';

/**
 * What was understood of a recording, through the readers of the page: episodes, joints with their statistics, what the state tells,
 * cameras, and what went wrong, each fault once. `ok` is false where nothing can be trained on.
 * @throws UsageError for flags that cannot be read
 */
export async function describeRecording(
  files: readonly FileInFolder[],
  given: Given,
): Promise<{ readonly json: object; readonly ok: boolean }> {
  const { settings: chosen, options } = actionsChoices(given);
  const settings: ActionsSettings = { ...defaultActionsSettings, ...chosen };
  try {
    const recording = await openRecording(files, options);
    return { json: described(recording, settings), ok: true };
  } catch (error) {
    const { others = [], ...first } = asProblem(error);
    const problems = listed([first, ...others]);
    return {
      json: { episodes: [], fps: null, joints: [], state: { form: null, why: first.what }, cameras: [], problems },
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
  const { form, deltaReason, problems } = robotForm(data, settings, { width: MAX_JOINTS, normalization: 'z-score' });
  const { mean, std, q01 = [], q99 = [] } = form.stats.actions;
  const chosen = settings.cameras;
  refuseUnknownCamera(
    cameras,
    (chosen ?? []).filter((name) => name !== null),
  );
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

/** @throws ProblemError for a camera that the recording does not have; one without video is listed as such */
function refuseUnknownCamera(cameras: Recording['cameras'], chosen: readonly string[]): void {
  const names = cameras.map(({ name }) => name);
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const there = names.map((name) => `"${name}"`).join(', ') || 'none';
  throw problem(`The recording has no camera "${unknown}".`, 'cameras', `Its cameras: ${there}.`);
}

/** Each fault once, with how often it was met. */
const listed = (problems: readonly Problem[]): object[] =>
  toldOnce(problems.map(withWay)).map(({ what, where = null, fix = null, count = 1 }) => ({ what, where, fix, count }));
