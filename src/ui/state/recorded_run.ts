import { defaultsOf } from '../../settings/defaults';
import type { TaskId } from '../../settings/task';
import type { TrainEvent } from '../../worker/api';
import { type RunState, reduceRun, startedRun } from './run_state';

/** What a recording holds of the events of its run. */
type RecordedEvent = Extract<TrainEvent, { kind: 'step' | 'heldout' | 'sample' | 'open loop' }>;

/** A run of a task's sample, as `npm run record` wrote it down: its events, numbers rounded to what a drawing shows. */
export interface RecordedRun {
  readonly task: TaskId;
  /** Id of the sample that it learned. */
  readonly sample: string;
  readonly recordedOn: Date;
  /** As the device report names the GPU. */
  readonly device: string;
  /** No graphics card was in use. */
  readonly software: boolean;
  readonly seconds: number;
  readonly steps: number;
  /** In order of time. An evaluation on episodes has no curves: one joint's are in `curve`. */
  readonly events: readonly RecordedEvent[];
  /** Of the actions task; else null. */
  readonly curve: RecordedCurve | null;
}

/** One joint in one held-out episode, F frames, in the joint's own unit. */
export interface RecordedCurve {
  readonly joint: string;
  readonly episode: number;
  readonly frames: number;
  /** A new chunk begins every so many frames. */
  readonly horizon: number;
  /** (F) */
  readonly recorded: readonly number[];
  /** (F) of the base without adapter */
  readonly base: readonly number[];
  /** (F) each, by the step of the evaluation. */
  readonly predicted: readonly { readonly step: number; readonly values: readonly number[] }[];
}

/**
 * Reads a recording.
 * @param value what its file says, as JSON
 * @throws Error where that is no recording
 */
export function readRecordedRun(value: unknown): RecordedRun {
  const run = fields(value, 'recording');
  const task = text(run.task, 'task');
  if (!isTask(task)) throw new Error(`recording: no task is called "${task}"`);
  const recordedOn = new Date(`${text(run.recordedOn, 'recordedOn')}T12:00Z`);
  if (Number.isNaN(recordedOn.getTime())) throw new Error('recording: recordedOn is no day');
  return {
    task,
    sample: text(run.sample, 'sample'),
    recordedOn,
    device: text(run.device, 'device'),
    software: run.software === true,
    seconds: number(run.seconds, 'seconds'),
    steps: number(run.steps, 'steps'),
    events: list(run.events, 'events').map(readEvent),
    curve: run.curve === undefined ? null : readCurve(run.curve),
  };
}

/** The numbers of a step. */
const STEP = ['loss', 'gradNorm', 'learningRate', 'tokensPerSecond', 'secondsLeft'] as const;

const isTask = (task: string): task is TaskId => Object.hasOwn(defaultsOf, task);

function readEvent(value: unknown): RecordedEvent {
  const event = fields(value, 'event');
  const step = number(event.step, 'step');
  switch (event.kind) {
    case 'step': {
      return { kind: 'step', step, ...numbers(event, STEP) };
    }
    case 'heldout': {
      const evaluated = numbers(fields(event.evaluated, 'evaluated'), ['count', 'of']);
      const { best, aboveBase } = event;
      const loss = number(event.loss, 'loss');
      return { kind: 'heldout', step, loss, best: best === true, aboveBase: aboveBase === true, evaluated };
    }
    case 'sample': {
      const [prompt, base, adapter] = [event.prompt, event.base, event.adapter].map((one) => text(one, 'sample'));
      return { kind: 'sample', step, prompt: prompt!, base: base!, adapter: adapter! };
    }
    case 'open loop': {
      const loop = fields(event.openLoop, 'openLoop');
      const joints = list(loop.joints, 'joints').map((joint) => text(joint, 'joint'));
      const [mae, hold, mean, base] = [loop.mae, loop.hold, loop.mean, loop.base].map((errors) => {
        const read = row(errors, 'errors');
        if (read.length !== joints.length) throw new Error('recording: an error a joint is wanted');
        return read;
      });
      return {
        kind: 'open loop',
        step,
        openLoop: {
          fps: number(loop.fps, 'fps'),
          joints,
          mae: mae!,
          hold: hold!,
          mean: mean!,
          base: base!,
          curves: [],
        },
      };
    }
    default:
      throw new Error(`recording: an event of kind "${String(event.kind)}"`);
  }
}

function readCurve(value: unknown): RecordedCurve {
  const curve = fields(value, 'curve');
  const frames = number(curve.frames, 'frames');
  const line = (values: unknown): readonly number[] => {
    const read = row(values, 'curve');
    if (read.length !== frames) throw new Error(`recording: ${read.length} values for ${frames} frames`);
    return read;
  };
  return {
    joint: text(curve.joint, 'joint'),
    episode: number(curve.episode, 'episode'),
    frames,
    horizon: number(curve.horizon, 'horizon'),
    recorded: line(curve.recorded),
    base: line(curve.base),
    predicted: list(curve.predicted, 'predicted').map((one) => {
      const { step, values } = fields(one, 'predicted');
      return { step: number(step, 'step'), values: line(values) };
    }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null) throw new Error(`recording: ${name} is no object`);
  return value as Fields;
}

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`recording: ${name} is no list`);
  return value;
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new Error(`recording: ${name} is no text`);
  return value;
}

function number(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`recording: ${name} is no number`);
  return value;
}

const row = (value: unknown, name: string): readonly number[] => list(value, name).map((one) => number(one, name));

const numbers = <K extends string>(from: Fields, keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, number(from[key], key)])) as Record<K, number>;

/** The number of moments that a recording is played in: before the first step, and after each. */
export const momentsOf = ({ steps }: RecordedRun): number => steps + 1;

/** The run as it was after `step` steps, evaluation included. */
export function runAfter({ task, steps, events }: RecordedRun, step: number): RunState {
  const begun = startedRun({ ...defaultsOf[task], steps });
  return reduceRun(
    begun,
    events.filter((event) => event.step <= step),
  );
}
