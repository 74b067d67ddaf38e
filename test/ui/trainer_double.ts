import { emptyBytes } from '../../src/gpu/memory';
import { countedModels, isPlanned, notPlanned, plannedModels } from '../../src/model/true_size';
import { defaultSettings } from '../../src/settings/defaults';
import { stagesOf, stepsOf } from '../../src/settings/stages';
import type {
  AdapterComparison,
  BytesByKind,
  Catalogue,
  DatasetOptions,
  DatasetReport,
  DeletedAdapter,
  DeviceReport,
  EndedRun,
  EpisodeCurves,
  EpisodePictures,
  FileInFolder,
  KeptModels,
  KeptPrefixes,
  ListedAdapter,
  MemorySample,
  OpenLoop,
  Outcome,
  PicturesRequest,
  PlanReport,
  Problem,
  Proposal,
  ReadingProgress,
  RecordingOptions,
  RecordingReport,
  RunHistory,
  RunRecord,
  StorageUse,
  TaskSettings,
  TrainEvent,
  TrainerApi,
  UnfinishedRun,
} from '../../src/worker/api';
import { proposalOf, trueSizeRows } from './auto_double';
import { norms } from './compare_double';
import { inspectionOf, planOfModel } from './freeze_double';

/*
 * A TrainerApi that answers from a script, so that the page can be looked at and tested without a GPU.
 * Its numbers mean nothing.
 */

export const ok = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const refuse = (what: string, where?: string, fix?: string): Outcome<never> => ({
  ok: false,
  problem: { what, ...(where ? { where } : {}), ...(fix ? { fix } : {}) },
});

export const device: DeviceReport = {
  usable: true,
  name: 'SwiftShader (software)',
  software: true,
  vendor: 'google',
  architecture: 'swiftshader',
  maxBufferBytes: 2 ** 30,
  maxBindingBytes: 2 ** 27,
  shaderF16: false,
  subgroups: true,
  abilities: [
    { name: 'WebGPU', available: true, meaning: 'The page can run its own programs on the GPU.' },
    { name: 'Subgroups', available: true, meaning: 'Sums over many values are faster.' },
    {
      name: 'Half precision',
      available: false,
      meaning: 'Numbers of 16 bits. Not needed: everything is computed in 32 bits.',
    },
    { name: 'Storage', available: true, meaning: 'Adapters and checkpoints can be kept in this browser.' },
  ],
};

export const noWebGpu: Problem = {
  what: 'This browser has no WebGPU.',
  where: 'Firefox 140 on Linux',
  fix: 'Open the page in Chrome or Edge 113 or later, Safari 26 or later, or Firefox 141 or later on Windows.',
};

export const catalogue: Catalogue = {
  bases: [
    {
      id: 'text',
      task: 'text',
      name: 'Small text model',
      description:
        'A reduced language model of the gemma_300m_lora shape, trained on public-domain books. It writes words and sentences, not facts.',
      parameters: 1_628_416,
      vocabularySize: 2048,
      context: 256,
      cameras: 0,
      heldoutBitsPerByte: 2.07,
      licence: 'Apache-2.0; texts in the public domain',
    },
  ],
  samples: [
    {
      id: 'ship-log',
      task: 'text',
      title: 'Ship’s log',
      description: '180 short entries in the voice of a ship’s log.',
      prompts: ['Log entry, day 12:', 'The captain said'],
    },
    {
      id: 'cube-arm',
      task: 'actions',
      title: 'The cube arm',
      description: 'An arm that never existed fetches a cube, eight times.',
      prompts: [],
    },
  ],
  plannedModels: plannedModels.filter(({ id }) => id === 'ae_lora' || id === 'all_lora'),
  countedModels: countedModels.filter(({ id }) => id === 'pi0_fast'),
};

export const dataset: DatasetReport = {
  files: [
    { name: 'tickets.jsonl', bytes: 182_300, format: 'chat messages (JSON Lines)', examples: 412, problems: [] },
    {
      name: 'answers.csv',
      bytes: 48_120,
      format: 'table (CSV)',
      examples: 96,
      columns: ['id', 'question', 'answer'],
      chosenColumns: { prompt: 'question', completion: 'answer' },
      problems: [
        {
          what: 'Three rows have no answer and were left out.',
          where: 'answers.csv, lines 14, 51, 80',
          fix: 'Fill the column “answer” or ignore this.',
        },
      ],
    },
    {
      name: 'scan.pdf',
      bytes: 1_902_334,
      format: 'unknown',
      examples: 0,
      problems: [{ what: 'This is a PDF, which is not text.', where: 'scan.pdf', fix: 'Export it as .txt first.' }],
    },
  ],
  sequenceLength: 64,
  chosen: 'longest',
  longest: 61,
  cut: { examples: 0, share: 0 },
  lengthThatCutsNone: 64,
  spread: 0,
  windows: 1492,
  heldoutWindows: 166,
  evaluatedWindows: 64,
  examples: 508,
  tokens: 92_114,
  trainedTokens: 41_020,
  preview: [
    {
      file: 'tickets.jsonl',
      line: 1,
      tokens: 58,
      truncatedTokens: 0,
      pieces: [
        { text: '<bos>', trained: false, control: true },
        { text: '<start_of_turn>', trained: false, control: true },
        { text: 'user\nThe printer on floor 3 prints <b>blank</b> pages.', trained: false },
        { text: '<end_of_turn>', trained: false, control: true },
        { text: '\n', trained: false },
        { text: '<start_of_turn>', trained: false, control: true },
        { text: 'model\n', trained: false },
        {
          text: 'Thanks for telling us. Please check whether the toner seal was removed, then print a test page.',
          trained: true,
        },
        { text: '<end_of_turn>', trained: true, control: true },
      ],
    },
    {
      file: 'answers.csv',
      line: 2,
      tokens: 64,
      truncatedTokens: 23,
      pieces: [
        { text: '<bos>', trained: false, control: true },
        { text: 'user\nHow long may I keep a borrowed laptop?\nmodel\n', trained: false },
        {
          text: 'Two weeks. If nobody waits for it you may extend once, for a further two weeks, at the desk or by',
          trained: true,
        },
      ],
    },
  ],
  prompts: ['The scanner shows error 21.'],
  chat: true,
};

const byKind: BytesByKind = {
  frozen: 3_256_832,
  trainable: 884_736,
  gradients: 884_736,
  moments: 1_769_472,
  activations: 6_815_744,
  workspace: 4_194_304,
  prefix: 0,
  inputs: 65_536,
  staging: 4_096,
  sampler: 1_310_720,
};
const total = (kinds: BytesByKind): number => Object.values(kinds).reduce((sum, bytes) => sum + bytes, 0);

export function planOf(settings: TaskSettings): PlanReport {
  const first = planOfStage(settings, 1);
  if (settings.stages.length === 0) return first;
  const stages = [settings, ...settings.stages].map(({ steps, freeze }, n) => ({
    ...planOfStage({ ...settings, freeze }, n + 1),
    steps,
    freeze,
  }));
  const { totalBytes, byKind: kinds } = stages.reduce((most, one) => (one.totalBytes > most.totalBytes ? one : most));
  return { ...first, totalBytes, byKind: kinds, stages };
}

/** Each stage of a run trains more than the one before. */
function planOfStage(settings: TaskSettings, stage: number): PlanReport {
  const everything = settings.freeze === 'Nothing()';
  const length = settings.task === 'text' ? settings.sequenceLength : settings.horizon;
  const share = (settings.batchSize * length) / 256;
  const trained = everything ? 7_398_400 : (884_736 * stage * settings.loraRank) / 8;
  const kinds: BytesByKind = {
    ...byKind,
    frozen: everything ? 0 : byKind.frozen,
    trainable: trained,
    gradients: trained,
    moments: 2 * trained,
    activations: Math.round(byKind.activations * share * (settings.recompute ? 0.3 : 1)),
    workspace: Math.round(byKind.workspace * share),
  };
  return {
    totalBytes: total(kinds),
    byKind: kinds,
    liveBytes: total(kinds),
    frozenLeaves: everything ? 0 : 9,
    frozenParameters: everything ? 0 : 1_628_416,
    trainableLeaves: everything ? 19 : 10,
    trainableParameters: trained / 4,
    openpiResidentBytes: 2 * (everything ? 0 : 1_628_416) + 3 * trained,
    openpiEmaBytes: 2 * (everything ? 0 : 1_628_416) + trained,
    flopsPerStep: 3e9,
  };
}

/** The loss of step `step`: a fall with noise, the same every time. */
export const lossAt = (step: number): number =>
  2.35 + 1.75 * Math.exp(-step / 18) + 0.22 * Math.sin(step * 12.9898) * Math.cos(step * 4.1);
const evaluated = { count: 64, of: 517 };
const heldoutAt = (step: number): number => 2.62 + 1.5 * Math.exp(-step / 20);

/** What the adapter writes after `step` steps: more of the sentence, the longer it learned. */
function writtenAt(step: number): string {
  const learned =
    ' wind from the north-west, sea moderate. Mended the fore topsail and issued fresh water to all hands.';
  const words = learned.split(' ');
  const from = Math.min(words.length, 6 + Math.floor(step / 6));
  return [...words.slice(0, from), ...words.slice(from).map((_, n) => ['and', 'the', 'sea'][n % 3])].join(' ');
}

/** The events of a run over the steps from `from` + 1 to `to`, as the trainer sends them. */
export function* eventsOf(settings: TaskSettings, from: number, to: number): Generator<TrainEvent> {
  if (from === 0) {
    yield { kind: 'phase', phase: 'loading', done: 1, of: 1 };
    yield held(settings, 1, 0, 'stage begins');
    yield { kind: 'phase', phase: 'baseline', done: 42, of: 42 };
    yield { kind: 'heldout', step: 0, loss: heldoutAt(0), best: false, aboveBase: false, evaluated };
  }
  const steps = stepsOf(settings);
  yield { kind: 'phase', phase: 'training', done: from, of: steps };
  for (let step = from + 1; step <= to; step += 1) {
    const stage = stagesOf(settings).find(({ first, index }) => index > 0 && first === step - 1);
    if (stage) {
      yield held(settings, stage.index, step - 1, 'stage ends');
      yield held(settings, stage.index + 1, step - 1, 'stage begins');
    }
    yield {
      kind: 'step',
      step,
      loss: lossAt(step),
      gradNorm: 0.4 + 1 / step,
      learningRate: settings.learningRate * Math.min(1, step / 5),
      tokensPerSecond: 1240,
      secondsLeft: (steps - step) * 1.1,
    };
    if (step % settings.evaluateEvery === 0) {
      yield { kind: 'heldout', step, loss: heldoutAt(step), best: true, aboveBase: false, evaluated };
      for (const prompt of settings.task === 'text' ? settings.samplePrompts : []) {
        yield {
          kind: 'sample',
          step,
          prompt,
          base: ' and the man was not the first of the two, and he said to the king of the land, and the sea',
          adapter: writtenAt(step),
        };
      }
    }
    if (step % settings.checkpointEvery === 0) yield { kind: 'checkpoint', step };
  }
}

/** What a run holds at a moment: what the plan of its stage says. */
function held(
  settings: TaskSettings,
  stage: number,
  step: number,
  moment: MemorySample['moment'],
): Extract<TrainEvent, { kind: 'memory' }> {
  const plan = planOf(settings);
  const { totalBytes, byKind: kinds } = plan.stages?.[stage - 1] ?? plan;
  const bytes = { plannedBytes: totalBytes, allocatedBytes: totalBytes, byKind: kinds };
  return { kind: 'memory', seconds: step * 1.1, step, stage, moment, ...bytes };
}

/** All that a run held, and at last nothing. */
function untilFreed(settings: TaskSettings, steps: number): readonly MemorySample[] {
  const { memory } = historyOf(settings, steps);
  const nothing = { plannedBytes: 0, allocatedBytes: 0, byKind: emptyBytes() };
  return [
    ...memory,
    ...memory.slice(-1).map((last) => ({ ...last, ...nothing, step: steps, moment: 'freed' as const })),
  ];
}

export function historyOf(settings: TaskSettings, steps: number): RunHistory {
  const events = [...eventsOf(settings, 0, steps)];
  const plan = planOf(settings);
  return {
    train: events.filter((event) => event.kind === 'step'),
    heldout: events.filter((event) => event.kind === 'heldout'),
    evaluated,
    tokensPerSecond: 1240,
    plannedBytes: plan.totalBytes,
    allocatedBytes: plan.totalBytes,
    byKind: plan.byKind,
    memory: events.filter((event) => event.kind === 'memory'),
  };
}

export const adapterNamed = (id: string, name: string): ListedAdapter => ({
  id,
  name,
  base: 'text',
  savedAt: Date.now() - 4 * 60_000,
  steps: 60,
  keptStep: 60,
  baselineHeldout: heldoutAt(0),
  heldout: heldoutAt(60),
  parameters: 221_184,
  bytes: 884_736 + 2_048,
  loraRank: 8,
  loraAlpha: 8,
  freeze: 'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))',
  formats: ['openpi', 'peft', 'memory'],
});

export const unfinishedOf = <S extends TaskSettings>(settings: S, step: number): UnfinishedRun => ({
  runId: 'run-1',
  name: settings.name,
  step,
  steps: stepsOf(settings),
  savedAt: Date.now() - 11 * 60_000,
  settings,
  history: historyOf(settings, step),
  baselineHeldout: heldoutAt(0),
});

/** The double. `send` plays events into the run in progress, `finish` ends it. Every call is recorded by name. */
export class TrainerDouble implements TrainerApi {
  calls: string[] = [];
  adapters: ListedAdapter[] = [];
  deleted: DeletedAdapter[] = [];
  unfinished: UnfinishedRun[] = [];
  ended: RunRecord[] = [];
  elsewhere = false;
  device: DeviceReport = device;
  dataset: Outcome<DatasetReport> = ok(dataset);
  archive: Outcome<readonly string[]> = refuse('It is no archive.');
  planAnswer: ((settings: TaskSettings) => Outcome<PlanReport>) | null = null;
  settings: TaskSettings | null = null;
  options: DatasetOptions | null = null;
  bases = catalogue.bases;
  recording: Outcome<RecordingReport> = refuse('There is no recording here.');
  given: readonly FileInFolder[] = [];
  recordingOptions: RecordingOptions | null = null;
  openLoop: OpenLoop | null = null;
  /** What happens while an adapter is tried. */
  whileTrying: ((tell: (event: TrainEvent) => void) => Promise<void>) | null = null;
  curves: (episode: number) => Outcome<EpisodeCurves> = () => refuse('There is no such episode.');
  pictures: (request: PicturesRequest) => Promise<Outcome<EpisodePictures>> = async () =>
    refuse('There is no picture.');
  /** What reading a recording waits for. */
  whileReading: ((tell: (progress: ReadingProgress) => void) => Promise<void>) | null = null;
  proposal: Outcome<Proposal> | null = null;
  /** Tells the page of other tabs. */
  hearOfTabs: Parameters<TrainerApi['watchTabs']>[0] = () => undefined;
  #onEvent: ((event: TrainEvent) => void) | null = null;
  #end: ((outcome: Outcome<EndedRun>) => void) | null = null;

  inspect = async () => this.#called('inspect', ok(this.device));
  openModel: TrainerApi['openModel'] = async () =>
    this.#called('openModel', { ok: false, problem: { what: 'no model' } });
  policyFolders: TrainerApi['policyFolders'] = async () => ok([]);
  kept: KeptModels = { models: [], freeBytes: null };
  keptModels = async () => ok(this.kept);
  prefixes: KeptPrefixes = { stores: [], freeBytes: null };
  keptPrefixes = async () => ok(this.prefixes);
  removePrefixes: TrainerApi['removePrefixes'] = async (id) => this.#called(`removePrefixes ${id}`, ok(undefined));
  openKept: TrainerApi['openKept'] = async (name) => this.#called(`openKept ${name}`, refuse('no model'));
  keepModel: TrainerApi['keepModel'] = async (id) => this.#called(`keepModel ${id}`, ok(true));
  stopKeeping = async () => this.#called('stopKeeping', ok(undefined));
  removeKept: TrainerApi['removeKept'] = async (name) => this.#called(`removeKept ${name}`, ok(undefined));
  catalogue = async () => this.#called('catalogue', ok({ ...catalogue, bases: this.bases }));
  openDataset: TrainerApi['openDataset'] = async (files, options) => {
    this.options = options;
    return this.#called(`openDataset ${files.map((file) => file.name).join(' ')}`, this.dataset);
  };
  filesInArchive: TrainerApi['filesInArchive'] = async () => this.archive;
  sampleFile: TrainerApi['sampleFile'] = async (id) =>
    this.#called(`sampleFile ${id}`, ok(new File(['{}'], `${id}.zip`)));

  openSample: TrainerApi['openSample'] = async (id, options) => {
    this.options = options;
    return this.#called(`openSample ${id}`, this.dataset);
  };
  openRecording: TrainerApi['openRecording'] = async (files, options, onProgress) => {
    this.given = files;
    this.recordingOptions = options;
    await this.whileReading?.(onProgress ?? (() => undefined));
    return this.#called(`openRecording ${files.map(({ path }) => path).join(' ')}`, this.recording);
  };
  closeRecording = async () => this.#called('closeRecording', ok(undefined));
  recordingCurves: TrainerApi['recordingCurves'] = async (episode) =>
    this.#called(`recordingCurves ${episode}`, this.curves(episode));
  recordingPictures: TrainerApi['recordingPictures'] = async (request) => {
    const { episode, frames, cameras } = request;
    return this.#called(
      `recordingPictures ${episode} ${frames.join(',')} ${cameras.join(' ')}`,
      await this.pictures(request),
    );
  };
  plan: TrainerApi['plan'] = async (settings, model) =>
    model
      ? this.#called(
          `plan ${model} ${settings.batchSize}`,
          isPlanned(model) ? ok(planOfModel(settings, model)) : { ok: false, problem: notPlanned(model).problem },
        )
      : this.#called('plan', this.planAnswer?.(settings) ?? ok(planOf(settings)));
  propose: TrainerApi['propose'] = async (settings, budgetBytes) =>
    this.#called(`propose ${budgetBytes}`, this.proposal ?? ok(proposalOf(settings, budgetBytes)));
  proposeTrueSize: TrainerApi['proposeTrueSize'] = async (settings, budgetBytes) =>
    this.#called(`proposeTrueSize ${settings.batchSize} ${budgetBytes}`, ok(trueSizeRows(budgetBytes)));
  inspectFreeze: TrainerApi['inspectFreeze'] = async (settings, model) => ok(inspectionOf(settings, model));

  train = (settings: TaskSettings, onEvent: (event: TrainEvent) => void) => this.#run('train', settings, onEvent);
  resume = (runId: string, onEvent: (event: TrainEvent) => void) => {
    const saved = this.unfinished.find((run) => run.runId === runId);
    if (!saved) return Promise.resolve(refuse('There is no such run.'));
    this.unfinished = [];
    return this.#run(`resume ${runId}`, saved.settings, onEvent);
  };

  pause = async () => this.#called('pause', ok(undefined));
  unpause = async () => this.#called('unpause', ok(undefined));
  stop = async () => this.#called('stop', ok(undefined));
  watchTabs: TrainerApi['watchTabs'] = async (hear) => {
    this.hearOfTabs = hear;
    return ok(undefined);
  };
  saveSoon = async () => this.#called('saveSoon', ok(undefined));
  unfinishedRuns: TrainerApi['unfinishedRuns'] = async (task) =>
    ok(this.unfinished.filter((run) => run.settings.task === task));
  discardRun = async (runId: string) => {
    this.unfinished = this.unfinished.filter((run) => run.runId !== runId);
    return this.#called(`discardRun ${runId}`, ok(undefined));
  };

  trainsElsewhere = async () => ok(this.elsewhere);
  concludedRun = async () => ok(null);
  endedRuns: TrainerApi['endedRuns'] = async (task) => ok(this.ended.filter(({ settings }) => settings.task === task));
  restoreRun: TrainerApi['restoreRun'] = async (record) => {
    this.ended = [record, ...this.ended].sort((a, b) => b.endedAt - a.endedAt);
    return this.#called(`restoreRun ${record.runId}`, ok(undefined));
  };
  forgetRun: TrainerApi['forgetRun'] = async (runId) => {
    this.ended = this.ended.filter((run) => run.runId !== runId);
    return this.#called(`forgetRun ${runId}`, ok(undefined));
  };

  generate: TrainerApi['generate'] = async (request, onText) => {
    onText({ from: 'base', text: ' and the', tokensPerSecond: 5, done: false });
    onText({ from: 'base', text: ' and the man', tokensPerSecond: 5, done: true });
    onText({ from: 'adapter', text: ' wind from the north', tokensPerSecond: 5, done: true });
    return this.#called(`generate ${request.prompt}`, ok(undefined));
  };
  evaluateAdapter: TrainerApi['evaluateAdapter'] = async (id, onEvent) => {
    this.#called(`evaluateAdapter ${id}`, ok(undefined));
    await this.whileTrying?.(onEvent);
    return this.openLoop ? ok(this.openLoop) : refuse('The adapter is for another robot than that of the recording.');
  };
  stopEvaluating = async () => this.#called('stopEvaluating', ok(undefined));
  stopGenerating = async () => this.#called('stopGenerating', ok(undefined));

  listAdapters = async () => ok(this.adapters);
  renameAdapter = async (id: string, name: string) => {
    this.adapters = this.adapters.map((adapter) => (adapter.id === id ? { ...adapter, name } : adapter));
    return this.#called(`renameAdapter ${id} ${name}`, ok(undefined));
  };
  nameBase = async (id: string, nameOrPath: string) => this.#called(`nameBase ${id} ${nameOrPath}`, ok(undefined));
  deleteAdapter = async (id: string) => {
    const gone = this.adapters.filter((adapter) => adapter.id === id);
    this.deleted = [...gone.map((adapter) => ({ ...adapter, deletedAt: Date.now() })), ...this.deleted];
    this.adapters = this.adapters.filter((adapter) => adapter.id !== id);
    return this.#called(`deleteAdapter ${id}`, ok(undefined));
  };
  restoreAdapter = async (id: string) => {
    const back = this.deleted.filter((adapter) => adapter.id === id);
    this.adapters = [
      ...back.map((adapter) => ({ ...adapter, formats: adapterNamed('', '').formats })),
      ...this.adapters,
    ];
    this.deleted = this.deleted.filter((adapter) => adapter.id !== id);
    return this.#called(`restoreAdapter ${id}`, ok(undefined));
  };
  deletedAdapters = async () => ok(this.deleted);
  purgeAdapter = async (id: string) => {
    this.deleted = this.deleted.filter((adapter) => adapter.id !== id);
    return this.#called(`purgeAdapter ${id}`, ok(undefined));
  };
  exportAdapter = async (id: string, format: string) =>
    this.#called(
      `exportAdapter ${id} ${format}`,
      ok({ name: `${id}.safetensors`, content: new Blob([new Uint8Array(8)]) }),
    );
  backup = async () =>
    this.#called('backup', ok({ name: 'adaptab-backup.zip', content: new Blob(['zip']), problems: [] }));
  restoreBackup: TrainerApi['restoreBackup'] = async (file) => {
    this.adapters = [adapterNamed('backed up', 'Backed up'), ...this.adapters];
    const problem = { what: 'This part of the backup is damaged and was left out.', where: 'adapters/a.safetensors' };
    const counts = { adapters: 1, runs: 0, unfinished: 3, already: 2 };
    return this.#called(`restoreBackup ${file.name}`, ok({ ...counts, problems: [problem] }));
  };
  importAdapter: TrainerApi['importAdapter'] = async (files) => {
    const names = files.map(({ name }) => name).join(' ');
    const same = this.adapters.find(({ id }) => id === `imported ${names}`);
    if (same) return ok({ summary: same, notes: [], kept: true });
    const adapter = adapterNamed(`imported ${names}`, names.replace('.safetensors', ''));
    this.adapters = [adapter, ...this.adapters];
    return this.#called(`importAdapter ${names}`, ok({ summary: adapter, notes: [], kept: false }));
  };

  duplicateAdapter = async (id: string, name: string) => {
    const same = this.adapters.find((adapter) => adapter.id === id);
    if (same) this.adapters = [{ ...same, id: `copy of ${id}`, name }, ...this.adapters];
    return this.#called(`duplicateAdapter ${id} ${name}`, ok(undefined));
  };
  storage: StorageUse = {
    adapterBytes: 886_784,
    modelBytes: 536_000_000,
    frameBytes: 0,
    usedBytes: 612_000_000,
    quotaBytes: 12_000_000_000,
  };
  storageUse = async () => ok(this.storage);
  comparison: AdapterComparison = {
    histories: [historyOf(defaultSettings, 60), historyOf({ ...defaultSettings, evaluateEvery: 7 }, 40)],
    norms: ok(norms),
    baseAway: { what: 'The model is not open.' },
  };
  compareAdapters: TrainerApi['compareAdapters'] = async (first, second) =>
    this.#called(`compareAdapters ${first} ${second}`, ok(this.comparison));

  send(events: Iterable<TrainEvent>): void {
    for (const event of events) this.#onEvent?.(event);
  }

  finish(
    ended: EndedRun['ended'] = 'finished',
    steps = this.settings ? stepsOf(this.settings) : 0,
    result: Partial<EndedRun> = {},
  ): void {
    const { settings } = this;
    if (!settings) return;
    const adapter = { ...adapterNamed('made', settings.name), base: settings.base };
    this.adapters = [adapter, ...this.adapters];
    const history = { ...historyOf(settings, steps), memory: untilFreed(settings, steps) };
    const heldout = heldoutAt(steps);
    const summary = {
      runId: 'run-1',
      adapterId: 'made',
      steps,
      seconds: 66,
      ended,
      baselineHeldout: heldoutAt(0),
      heldout,
      keptStep: steps,
      verdict: { outcome: 'better', problem: null } as const,
      history,
      ...(this.openLoop ? { openLoop: this.openLoop } : {}),
      ...result,
    };
    this.#end?.(ok(summary));
  }

  fail(what: string, where: string, fix: string): void {
    this.#end?.(refuse(what, where, fix));
  }

  #run(call: string, settings: TaskSettings, onEvent: (event: TrainEvent) => void): Promise<Outcome<EndedRun>> {
    this.calls.push(call);
    this.settings = settings;
    this.#onEvent = onEvent;
    return new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  #called<T>(call: string, answer: T): T {
    this.calls.push(call);
    return answer;
  }
}
