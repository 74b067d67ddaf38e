import type { Adapter, RobotForm } from '../../adapter/adapter';
import { checkRobot } from '../../adapter/robot_form';
import type { Base } from '../../base/base';
import type { Gpu } from '../../gpu/device';
import { Memory } from '../../gpu/memory';
import { openpiConfig } from '../../model/config';
import { problem } from '../../problem';
import { checkBase, loadAdapter, loadBase } from '../../run/loaded_model';
import type { TextTokenizer } from '../../tokens/tokenizer';
import { actionsFormOf, type OpenedRecording, pi0Of, readCameras } from './data';
import type { OpenLoop } from './events';
import { policyInputs } from './observe';
import { openLoopOf, predictChunks } from './open_loop';
import { evaluationPlaces } from './places';
import { ActionsSampler, recordActionsSampler } from './sampler';
import { withState } from './state';

export interface EvaluationParts {
  readonly gpu: Gpu;
  readonly base: Base;
  readonly tokenizer: TextTokenizer;
  readonly adapter: Adapter;
  readonly opened: OpenedRecording;
}

/** Chunks that are predicted at a time. */
const BATCH = 16;

/**
 * Predicts the held-out episodes of a recording with the base, then with an adapter, in memory of its own that is freed
 * at the end. Where nothing is held out, all episodes.
 * @throws ProblemError if the adapter belongs to another base or to one that is streamed, or the recording to another robot
 */
export async function evaluateAdapter(parts: EvaluationParts): Promise<OpenLoop> {
  const { base, adapter, tokenizer } = parts;
  checkResident(base);
  checkBase(adapter, base);
  const form = robotOf(adapter);
  const opened = allWhereNothingIsHeldOut(parts.opened);
  const { recording, split } = opened;
  checkRobot(form, recording, adapter.summary.name);
  const places = evaluationPlaces(recording, split, form.horizon);
  const chosen = form.cameras.map((name) => ({ camera: recording.cameras.findIndex((one) => one.name === name) }));
  const { data } = await readCameras(opened, base, chosen, chosen.length > 0 ? places : []);
  const seen = withState(recording, form.state);
  const predict = (sampler: ActionsSampler) =>
    predictChunks(
      {
        sampler,
        recording: seen,
        form,
        observe: policyInputs({ data, seen, form, base, tokenizer }, BATCH),
        batchSize: BATCH,
        width: pi0Of(base).actionDim,
      },
      places,
    );
  const [ofBase, ofAdapter] = await withModels(parts, form, predict);
  return openLoopOf(opened, form, places, ofAdapter, ofBase);
}

/** What `work` gives for the base and for the adapter. */
async function withModels<T>(
  { gpu, base, adapter }: EvaluationParts,
  { cameras, horizon }: RobotForm,
  work: (sampler: ActionsSampler) => Promise<T>,
): Promise<[T, T]> {
  const { promptLength } = actionsFormOf(base);
  const shape = { B: BATCH, cameras: cameras.length, promptLength, horizon };
  const memory = new Memory(gpu.device);
  try {
    const plain = await loadBase(memory, base);
    const results: T[] = [];
    for (const { config, parameters } of [plain, loadAdapter(memory, adapter, plain)]) {
      const sampler = await ActionsSampler.create(
        memory,
        recordActionsSampler(openpiConfig(config), parameters, shape, gpu),
      );
      results.push(await work(sampler));
      sampler.destroy();
    }
    return results as [T, T];
  } finally {
    memory.destroy();
  }
}

/** @throws ProblemError where the base is streamed: this loads all of it */
function checkResident(base: Base): void {
  if (!actionsFormOf(base).streamed) return;
  throw problem(
    'The whole base would have to lie on the GPU to try the adapter now.',
    base.summary.name,
    'See how it did on held-out episodes at the end of its run, or take it to the robot.',
  );
}

function robotOf({ robot, summary }: Adapter): RobotForm {
  if (robot) return robot;
  throw problem('This adapter moves no robot.', summary.name, 'Choose an adapter of the actions task.');
}

function allWhereNothingIsHeldOut({ recording, split }: OpenedRecording): OpenedRecording {
  if (split.heldout.length > 0) return { recording, split };
  const all = recording.episodes.map((_, episode) => episode);
  return { recording, split: { training: all, heldout: all } };
}
