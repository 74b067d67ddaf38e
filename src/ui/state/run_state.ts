import type {
  EndedRun,
  Evaluated,
  MemorySample,
  OpenLoop,
  Problem,
  RunHistory,
  TaskSettings,
  TextDataEvent,
  TrainEvent,
  UnfinishedRun,
} from '../../worker/api';

export type RunStatus = 'idle' | 'running' | 'pausing' | 'paused' | 'stopping' | 'ended' | 'failed';
export type Phase = Extract<TrainEvent, { kind: 'phase' }>['phase'];

/** How far a phase is. */
export interface PhaseNow {
  readonly phase: Phase;
  readonly done: number;
  readonly of: number;
  /** Of frames: through how many layers each goes. */
  readonly layers?: number;
}

/** One training step. `smoothed` is the running mean of the loss. */
export interface TrainPoint {
  readonly step: number;
  readonly loss: number;
  readonly smoothed: number;
  readonly gradNorm: number;
  readonly learningRate: number;
}

/** What base and adapter made of a prompt after some steps. */
export interface TextSample {
  readonly step: number;
  readonly prompt: string;
  readonly base: string;
  readonly adapter: string;
}

/** Actions of held-out episodes after some steps, predicted and recorded. */
export interface OpenLoopAt {
  readonly step: number;
  readonly openLoop: OpenLoop;
}

/** Everything that the page knows about the run that it shows. Losses in nats a token, or squares of action elements. */
export interface RunState {
  readonly status: RunStatus;
  readonly name: string;
  readonly settings: TaskSettings | null;
  readonly phase: PhaseNow | null;
  readonly step: number;
  readonly train: readonly TrainPoint[];
  readonly heldout: RunHistory['heldout'];
  /** Held-out loss of the base without adapter; null until it is measured, and where nothing is held out. */
  readonly baseline: number | null;
  /** How much of what is held out each evaluation takes; null until that is known. */
  readonly evaluated: Evaluated | null;
  readonly tokensPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** The latest stage's, also when all is freed. */
  readonly memory: Pick<MemorySample, 'plannedBytes' | 'allocatedBytes' | 'byKind'> | null;
  /** All that was counted, in order of time. */
  readonly memoryLog: readonly MemorySample[];
  /** All that base and adapter wrote, in order of time; of the text task. */
  readonly samples: readonly TextSample[];
  /** What it is measured on, and what its windows cut; of the text task. */
  readonly textData: TextDataEvent | null;
  /** All evaluations on held-out episodes, in order of time; of the actions task. */
  readonly openLoops: readonly OpenLoopAt[];
  /** Whether images and prompt are computed once, and why; of the actions task. */
  readonly prefix: { readonly constant: boolean; readonly reason: string } | null;
  /** What the pass before the first step took; null where there was none. */
  readonly pass: Extract<TrainEvent, { kind: 'pass' }> | null;
  /** What the run goes on without. */
  readonly problems: readonly Problem[];
  readonly skipped: readonly { readonly step: number; readonly reason: string }[];
  readonly checkpointStep: number | null;
  readonly summary: EndedRun | null;
}

export const idleRun: RunState = {
  status: 'idle',
  name: '',
  settings: null,
  phase: null,
  step: 0,
  train: [],
  heldout: [],
  baseline: null,
  evaluated: null,
  tokensPerSecond: null,
  secondsLeft: null,
  memory: null,
  memoryLog: [],
  samples: [],
  textData: null,
  openLoops: [],
  prefix: null,
  pass: null,
  problems: [],
  skipped: [],
  checkpointStep: null,
  summary: null,
};

export const isActive = (run: RunState): boolean =>
  run.status === 'running' || run.status === 'pausing' || run.status === 'paused' || run.status === 'stopping';

export const startedRun = (settings: TaskSettings): RunState => ({
  ...idleRun,
  status: 'running',
  name: settings.name,
  settings,
});

/** A run that goes on from its checkpoint, with the curve so far. */
export function resumedRun(saved: UnfinishedRun): RunState {
  return {
    ...startedRun(saved.settings),
    name: saved.name,
    step: saved.step,
    baseline: measured(saved.baselineHeldout),
    checkpointStep: saved.step,
    ...fromHistory(saved.history),
  };
}

/** The state after `events`, which came in this order. */
export function reduceRun(run: RunState, events: readonly TrainEvent[]): RunState {
  if (events.length === 0) return run;
  // One copy of the growing lists per batch of events, not per event: a batch may hold a hidden tab's minutes.
  const next = {
    ...run,
    train: [...run.train],
    heldout: [...run.heldout],
    memoryLog: [...run.memoryLog],
    samples: [...run.samples],
    openLoops: [...run.openLoops],
    problems: [...run.problems],
    skipped: [...run.skipped],
  };
  for (const event of events) apply(next, event);
  return next;
}

type Draft = { -readonly [K in keyof RunState]: RunState[K] } & {
  train: TrainPoint[];
  heldout: RunState['heldout'][number][];
  memoryLog: MemorySample[];
  samples: TextSample[];
  openLoops: OpenLoopAt[];
  problems: Problem[];
  skipped: RunState['skipped'][number][];
};

function apply(run: Draft, event: TrainEvent): void {
  switch (event.kind) {
    case 'phase':
      applyPhase(run, event);
      return;
    case 'memory':
      run.memoryLog = [...run.memoryLog.filter(({ seconds }) => seconds <= event.seconds), event];
      if (event.moment !== 'freed') run.memory = event;
      return;
    case 'step':
      applyStep(run, event);
      return;
    case 'heldout':
      if (event.step === 0) run.baseline = event.loss;
      put(run.heldout, { step: event.step, loss: event.loss });
      run.evaluated = event.evaluated;
      return;
    case 'sample':
      // A resumed run repeats the steps after its checkpoint: the new ones replace the old.
      run.samples = run.samples.filter(
        ({ step, prompt }) => step < event.step || (step === event.step && prompt !== event.prompt),
      );
      run.samples.push({ step: event.step, prompt: event.prompt, base: event.base, adapter: event.adapter });
      return;
    case 'text data':
      run.textData = event;
      return;
    case 'skipped':
      run.skipped.push({ step: event.step, reason: event.reason });
      run.step = Math.max(run.step, event.step);
      return;
    case 'checkpoint':
      run.checkpointStep = event.step;
      return;
    case 'paused':
      if (run.status !== 'stopping') run.status = 'paused';
      if (event.kept) run.checkpointStep = event.step;
      run.secondsLeft = null;
      return;
    case 'unpaused':
      if (run.status !== 'stopping') run.status = 'running';
      return;
    case 'open loop':
      run.openLoops = run.openLoops.filter(({ step }) => step < event.step);
      run.openLoops.push({ step: event.step, openLoop: event.openLoop });
      return;
    case 'prefix':
      run.prefix = { constant: event.constant, reason: event.reason };
      return;
    case 'pass':
      run.pass = event;
      return;
    case 'problem':
      if (!run.problems.some((known) => sameProblem(known, event.problem))) run.problems.push(event.problem);
      return;
    default:
      unreachable(event);
  }
}

function applyPhase(
  run: Draft,
  { phase, done, of, layers, secondsLeft }: Extract<TrainEvent, { kind: 'phase' }>,
): void {
  if (secondsLeft !== undefined) run.secondsLeft = secondsLeft;
  else if (run.phase?.phase === 'frames') run.secondsLeft = null;
  run.phase = { phase, done, of, ...(layers === undefined ? {} : { layers }) };
}

function applyStep(run: Draft, event: Extract<TrainEvent, { kind: 'step' }>): void {
  const { step, loss, gradNorm, learningRate } = event;
  const smoothed = smooth(run.train, placeOf(run.train, step), loss);
  put(run.train, { step, loss, smoothed, gradNorm, learningRate });
  run.step = event.step;
  run.tokensPerSecond = event.tokensPerSecond;
  run.secondsLeft = event.secondsLeft;
}

/** Where a step belongs among those in order: a run that goes on repeats the steps after its checkpoint, and the curve stays as long as it was. */
const placeOf = (points: readonly { readonly step: number }[], step: number): number =>
  points.findLastIndex((point) => point.step < step) + 1;

/** Puts a point in its place, for the one that was there. */
function put<P extends { readonly step: number }>(points: P[], point: P): void {
  const at = placeOf(points, point.step);
  points.splice(at, points[at]?.step === point.step ? 1 : 0, point);
}

const sameProblem = (one: Problem, other: Problem): boolean => one.what === other.what && one.where === other.where;

/** The state after the run has ended. The summary's history is complete, whatever the callbacks still have under way. */
export function endedRun(run: RunState, summary: EndedRun): RunState {
  return {
    ...run,
    ...fromHistory(summary.history),
    status: 'ended',
    phase: null,
    step: summary.steps,
    baseline: measured(summary.baselineHeldout),
    secondsLeft: null,
    openLoops: withKept(run.openLoops, summary),
    summary,
  };
}

/** With that of the adapter which was kept, which may be none of the evaluations. */
function withKept(openLoops: RunState['openLoops'], { keptStep, openLoop }: EndedRun): RunState['openLoops'] {
  if (!openLoop) return openLoops;
  const others = openLoops.filter(({ step }) => step !== keptStep);
  return [...others, { step: keptStep, openLoop }].sort((one, other) => one.step - other.step);
}

export const failedRun = (run: RunState): RunState => ({ ...run, status: 'failed', phase: null, secondsLeft: null });

/** The held-out points with the base as step 0, which every chart and table starts from. */
export function heldoutWithBaseline(run: RunState): readonly { readonly step: number; readonly loss: number }[] {
  const rest = run.heldout.filter((point) => point.step > 0);
  return run.baseline === null ? rest : [{ step: 0, loss: run.baseline }, ...rest];
}

/** The latest held-out loss of the adapter, or null before the first evaluation. */
export function latestHeldout(run: RunState): number | null {
  const rest = run.heldout.filter((point) => point.step > 0);
  return rest[rest.length - 1]?.loss ?? null;
}

function fromHistory(
  history: RunHistory,
): Pick<RunState, 'train' | 'heldout' | 'evaluated' | 'tokensPerSecond' | 'memory' | 'memoryLog'> {
  const train: TrainPoint[] = [];
  for (const point of history.train) train.push({ ...point, smoothed: smooth(train, train.length, point.loss) });
  const { heldout, evaluated = null, tokensPerSecond, memory: memoryLog } = history;
  const memory = memoryLog.findLast(({ moment }) => moment !== 'freed') ?? null;
  return { train, heldout, evaluated, tokensPerSecond, memory, memoryLog };
}

/** A loss, or null where nothing was measured. */
const measured = (loss: number): number | null => (Number.isNaN(loss) ? null : loss);

/**
 * Running mean over about the last eighth of the run: close to a steep start, calm at the flat end.
 * @param count of the points that come before
 */
function smooth(points: readonly TrainPoint[], count: number, loss: number): number {
  const previous = points[count - 1];
  if (!previous || !Number.isFinite(previous.smoothed)) return loss;
  if (!Number.isFinite(loss)) return previous.smoothed;
  const window = Math.min(Math.max((count + 1) / 8, 2), 20);
  const weight = 1 / Math.min(count + 1, window);
  return previous.smoothed + (loss - previous.smoothed) * weight;
}

const unreachable = (event: never): never => event;
