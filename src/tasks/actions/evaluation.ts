import type { Adapter, RobotForm } from '../../adapter/adapter';
import { checkRobot } from '../../adapter/robot_form';
import type { Base } from '../../base/base';
import { onGpuFailure } from '../../gpu/device';
import { factsOfGpu } from '../../gpu/facts';
import { Memory } from '../../gpu/memory';
import { openpiConfig } from '../../model/config';
import { problem } from '../../problem';
import type { FramePlace } from '../../recording/chunks';
import { putLeaves, showWeights } from '../../run/leaves';
import { checkBase } from '../../run/loaded_model';
import { mending } from '../../run/mending';
import { parametersOf } from '../../run/prepare';
import { defaultActionsSettings } from '../../settings/defaults';
import type { TextTokenizer } from '../../tokens/tokenizer';
import {
  type ActionsData,
  actionsFormOf,
  isStreamed,
  type OpenedRecording,
  pi0Of,
  readCameras,
  withoutPictures,
} from './data';
import type { OpenLoop } from './events';
import { type ObserveParts, observer, policyInputs } from './observe';
import { type Chunks, openLoopOf, predictChunks } from './open_loop';
import { evaluationPlaces } from './places';
import { isInPrefix } from './prefix_rows';
import { precisionOf, recordPass } from './prepare';
import { ActionsSampler, recordActionsSampler } from './sampler';
import { pictureReader } from './sight';
import { withState } from './state';
import type { PrefixReader } from './stored_prefixes';
import { distinctWords, StreamedPrefixes, type StreamingRun } from './streaming';

export interface EvaluationParts extends StreamingRun {
  readonly tokenizer: TextTokenizer;
  readonly adapter: Adapter;
  readonly opened: OpenedRecording;
}

/** What of the settings of a run decides how its adapter is evaluated. */
interface Evaluating {
  readonly batchSize: number;
  readonly frames?: number;
  readonly streamed: boolean;
}

/**
 * Predicts the held-out episodes of a recording with the base, then with an adapter, as the end of its run did, in memory of its own
 * that is freed at the end. Where nothing is held out, all episodes.
 * @throws ProblemError if the adapter belongs to another base, or the recording to another robot; what `emit` throws
 */
export async function evaluateAdapter(parts: EvaluationParts): Promise<OpenLoop> {
  const { base, adapter, tokenizer, emit } = parts;
  const form = robotOf(adapter);
  const opened = allWhereNothingIsHeldOut(parts.opened);
  const { recording, split } = opened;
  checkRobot(form, recording, adapter.summary.name);
  await base.identify?.(({ done, total }) => emit({ kind: 'phase', phase: 'reading', done, of: total }));
  checkBase(adapter, base);
  const evaluating = evaluatingOf(adapter, base);
  const places = evaluationPlaces(recording, split, form.horizon, evaluating);
  const data = await dataOf(parts, form, opened, evaluating.streamed ? null : places);
  const size = pi0Of(base).img.imageSize;
  const prefixes = evaluating.streamed
    ? new StreamedPrefixes({ ...parts, pictures: pictureReader(data, opened, size) })
    : null;
  const seen = withState(recording, form.state);
  const told = { data, seen, form, base, tokenizer, ...(prefixes ? { sight: prefixes } : {}) };
  try {
    if (prefixes) await takePrefixes(prefixes, parts, told, places);
    const predict = () => predictBoth(parts, told, evaluating, { places, reader: prefixes?.reader });
    const [ofBase, ofAdapter] = await mending(predict, emit, prefixes ? () => prefixes.mend(0) : undefined);
    return openLoopOf(opened, form, places, ofAdapter, ofBase);
  } finally {
    await prefixes?.close();
  }
}

/** As its run had them; what suits the base, where the adapter does not tell. */
function evaluatingOf({ settings }: Adapter, base: Base): Evaluating {
  const own = settings?.task === 'actions' ? settings : { ...defaultActionsSettings, ...base.summary.suggested };
  return { ...own, streamed: isStreamed(actionsFormOf(base), own) };
}

/** What the adapter is tried on. @param pictured frames at which its cameras are read; null: none, they are read block by block */
async function dataOf(
  { base, emit }: EvaluationParts,
  { cameras, places: names }: RobotForm,
  opened: OpenedRecording,
  pictured: readonly FramePlace[] | null,
): Promise<ActionsData> {
  const chosen = cameras.map((name, n) => {
    const place = names?.[n];
    const camera = opened.recording.cameras.findIndex((one) => one.name === name);
    return { camera, ...(place ? { place } : {}) };
  });
  if (!pictured) return withoutPictures(opened, chosen);
  const needed = chosen.length > 0 ? pictured : [];
  const { data, problems } = await readCameras(opened, base, chosen, needed, (done, of) =>
    emit({ kind: 'phase', phase: 'loading', done, of }),
  );
  for (const one of problems) emit({ kind: 'problem', problem: one });
  return data;
}

/** Has the prefixes of these frames at hand, each once. */
function takePrefixes(
  prefixes: StreamedPrefixes,
  { gpu, base, adapter }: EvaluationParts,
  told: ObserveParts,
  places: readonly FramePlace[],
): Promise<void> {
  const form = actionsFormOf(base);
  const observe = observer(told, 1);
  const seen = places.map((place) => ({ place, seen: observe([place]) }));
  const frames = [...new Map(seen.map((one) => [one.seen.samples[0], one])).values()];
  const { cameras, recording } = told.data;
  const facts = {
    cameras: cameras.length,
    promptLength: form.promptLength,
    precision: precisionOf(form),
    prefixes: frames.length,
    prompts: recording.tasks.length,
    leastWords: distinctWords(frames).length,
  };
  return prefixes.open(told, frames, recordPass(openpiConfig(adapter.modelConfig), facts, factsOfGpu(gpu)));
}

/** Chunks of the base, then of the adapter: of one model, in which the adapter's leaves are the base's, then its own. */
async function predictBoth(
  { gpu, base, adapter, control, emit }: EvaluationParts,
  told: ObserveParts,
  { batchSize, streamed }: Evaluating,
  { places, reader }: { readonly places: readonly FramePlace[]; readonly reader: PrefixReader | undefined },
): Promise<readonly [Chunks, Chunks]> {
  const { data, seen: recording, form } = told;
  const { tensors, summary } = adapter;
  const config = openpiConfig(adapter.modelConfig);
  const facts = factsOfGpu(gpu);
  const isFrozen = (path: string) => !(path in tensors);
  const parameters = parametersOf(config, summary, {
    isFrozen,
    gpu: facts,
    ...(streamed ? { elsewhere: isInPrefix } : {}),
  });
  const { promptLength } = actionsFormOf(base);
  const shape = { B: batchSize, cameras: data.cameras.length, promptLength, horizon: form.horizon };
  const recorded = recordActionsSampler(config, parameters, shape, facts, streamed);
  const memory = new Memory(gpu.device);
  const unwatch = onGpuFailure(gpu.device, (error) => control.fail(error));
  try {
    const sampler = await ActionsSampler.create(memory, recorded, reader);
    const observe = policyInputs(told, batchSize);
    const predict = async (before: number) => {
      const progress = (done: number) =>
        emit({ kind: 'phase', phase: 'sampling', done: before + done, of: 2 * places.length });
      const width = pi0Of(base).actionDim;
      const chunks = await predictChunks({ sampler, recording, form, observe, batchSize, width, progress }, places);
      control.check();
      return chunks;
    };
    const start = { base, seed: 0, withoutLora: true }; // of zeros alone
    await putLeaves(memory, parameters, {}, start, () => true);
    const ofBase = await predict(0);
    const own = Object.fromEntries(Object.entries(tensors).map(([path, { values }]) => [path, values]));
    await showWeights(memory, parameters, own, start);
    return [ofBase, await predict(places.length)];
  } finally {
    unwatch();
    memory.destroy();
  }
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
