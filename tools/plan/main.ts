import { fileURLToPath } from 'node:url';
import { type BaseFile, type BaseModel, baseModelOf } from '../../src/base/base';
import { compile } from '../../src/filter/evaluate';
import { lint } from '../../src/filter/lint';
import { type Reading, read } from '../../src/filter/parse';
import { report } from '../../src/filter/report';
import { treeOf } from '../../src/filter/tree';
import { variantsOfPaths } from '../../src/filter/variants';
import {
  type CountedModelId,
  countedModels,
  leavesOfModel,
  type ModelId,
  notPlanned,
  type PlannedModel,
  plannedModels,
} from '../../src/model/true_size';
import type { PassReport } from '../../src/plan/report';
import { problem } from '../../src/problem';
import { configOfRun, type PrepareOptions, variantsOf } from '../../src/run/prepare';
import { defaultActionsSettings, defaultSettings } from '../../src/settings/defaults';
import { samplesOf } from '../../src/settings/stages';
import type { TaskSettings } from '../../src/settings/task';
import { actionsFormOf } from '../../src/tasks/actions/data';
import { taskOf } from '../../src/tasks/registry';
import { prepareTrueSize, proposeTrueSize } from '../../src/tasks/true_size';
import { planReport } from '../../src/train/planned';
import { UsageError } from '../flags.mjs';
import { printJson, readText } from '../json_command';
import { modelOfText } from '../model_of_text';
import { type PlanArguments, planArguments } from './arguments';
import { MODELS } from './flags.mjs';
import { readHubModel } from './hub';
import { bytesOf, printedProposal, proposal, type RunOfBase, tableOf } from './proposal';

/**
 * `npm run plan -- --model NAME --freeze 'EXPR'`: the bytes that a run takes on the GPU, as JSON, without a GPU. With
 * `--auto --budget BYTES` in place of a filter: what could be trained within them.
 * Exit 1 with `{error: {what, where, fix}}` for what cannot be planned, and 2 for a mistake on the command line.
 */
export const main = (args: readonly string[]): Promise<number> =>
  printJson(
    async () => {
      const found = await answer(args);
      return 'table' in found ? found.table : found;
    },
    (found) => typeof found !== 'object' || found === null || !('error' in found),
  );

/** The bases that ship with the page. */
const BASES = ['text', 'actions'];

/** Samples of a step, as openpi's configurations have it. */
const OPENPI_BATCH = 32;

/** H: actions of openpi's chunks. */
const TRUE_HORIZON = 50;

async function answer(args: readonly string[]): Promise<object> {
  const asked = planArguments(args);
  if (asked.budget !== null) return proposalFor(asked, asked.budget);
  const hub = asked.config === null ? null : readHubModel(asked.config);
  const model = hub?.base.summary.name ?? asked.model ?? modelOfText(read(asked.freeze), MODELS);
  const base = hub?.base ?? baseNamed(model);
  const reading = read(asked.freeze, base ? variantsOfRun({ ...asked, model }, base) : variantsOfTree(model));
  const { batch = reading.batch } = asked;
  const given = { ...asked, model, ...(batch === null ? {} : { batch }) };
  if (base === null && isCounted(model)) return countsOf(model, given.freeze, given.ema, reading);
  const options = { isFrozen: compile(reading.expression), wasTrained: wasTrained(given) };
  const { settings, prepared } = base ? planOfBase(given, base, options) : planOfTrueSize(given, options);
  const findings = findingsOf(given.freeze, reading, prepared.step.parameters.leaves, given.ema);
  const nothing = findings.find(({ rule }) => rule === 'nothing-trains');
  if (nothing) throw problem(nothing.message, 'freeze filter', 'Freeze less.');
  const planned = planReport(prepared);
  const ema = given.ema || reading.ema ? planned.openpiEmaBytes : 0;
  return {
    model,
    batch: settings.batchSize,
    total_bytes: planned.totalBytes,
    bytes_by_kind: planned.byKind,
    live_bytes: planned.liveBytes,
    frozen_leaves: planned.frozenLeaves,
    frozen_params: planned.frozenParameters,
    trainable_leaves: planned.trainableLeaves,
    trainable_params: planned.trainableParameters,
    openpi_resident_state_bytes: planned.openpiResidentBytes + ema,
    ...(ema > 0 ? { openpi_ema_bytes: ema } : {}),
    flops_per_step: planned.flopsPerStep,
    ...('prefixReason' in prepared ? { prefix: prepared.prefixReason } : {}),
    ...(planned.pass ? { pass: printedPass(planned.pass) } : {}),
    findings,
    ...(hub && hub.warnings.length > 0 ? { warnings: hub.warnings } : {}),
  };
}

/** What goes before the steps, in memory that is free again when they begin. */
const printedPass = ({ plannedBytes, byKind, diskBytes, frames, flops }: PassReport) => ({
  total_bytes: plannedBytes,
  bytes_by_kind: byKind,
  disk_bytes: diskBytes,
  frames,
  flops,
});

const isCounted = (model: string): model is CountedModelId => countedModels.some(({ id }) => id === model);

/** What openpi keeps of a model that no step can be planned of, beside the error that says so. */
function countsOf(id: CountedModelId, text: string, ema: boolean, reading: Reading) {
  const leaves = leavesOfModel(id);
  const found = report(reading.expression, treeOfLeaves(leaves), ema || reading.ema !== null);
  return {
    error: notPlanned(id).problem,
    model: id,
    frozen_leaves: found.frozenLeaves,
    frozen_params: found.frozenParameters,
    trainable_leaves: found.trainableLeaves,
    trainable_params: found.trainableParameters,
    openpi_resident_state_bytes: found.residentStateBytes,
    ...(found.emaBytes > 0 ? { openpi_ema_bytes: found.emaBytes } : {}),
    findings: findingsOf(text, reading, leaves, ema),
  };
}

async function proposalFor(asked: PlanArguments, budgetBytes: number): Promise<object> {
  const base = asked.config === null ? baseNamed(asked.model) : readHubModel(asked.config).base;
  const model = asked.model ?? base?.summary.name ?? null;
  const found =
    base !== null && model !== null
      ? await proposal(runOfBase({ ...asked, model }, base), model, budgetBytes)
      : await trueSizeProposal(asked, budgetBytes);
  if (!found.rows.some(({ fits }) => fits)) {
    const what = `Nothing fits ${bytesOf(budgetBytes)}: the least needs ${bytesOf(found.nearest_beyond!.total_bytes)}.`;
    return { error: { what, where: '--budget', fix: 'Give more, or a smaller --batch.' }, ...found };
  }
  return asked.table ? { table: tableOf(found) } : found;
}

async function trueSizeProposal(asked: PlanArguments, budgetBytes: number) {
  const { batch = OPENPI_BATCH } = asked;
  const model = asked.model ?? 'full'; // of all π0s any: they have one task, and what they differ in is proposed
  if (isCounted(model)) throw notPlanned(model);
  const { settings, facts } = trueSizeRun({ ...asked, model, batch });
  const only = plannedModels.find(({ id }) => id === asked.model)?.id ?? null;
  return printedProposal(only, budgetBytes, await proposeTrueSize(settings, budgetBytes, only, facts));
}

type Leaves = readonly { readonly path: string; readonly shape: readonly number[] }[];

const treeOfLeaves = (leaves: Leaves) => treeOf(Object.fromEntries(leaves.map(({ path, shape }) => [path, shape])));

/** What is wrong with the filter, as `npm run filter` says it. */
function findingsOf(text: string, reading: Reading, leaves: Leaves, ema: boolean) {
  const tree = treeOfLeaves(leaves);
  return lint(text, reading, tree, report(reading.expression, tree, ema || reading.ema !== null));
}

/** What openpi would call a model at its true size. */
const variantsOfTree = (model: string) => variantsOfPaths(leavesOfModel(model as ModelId).map(({ path }) => path));

/** What openpi would call a base with its adapters. */
function variantsOfRun(given: OfModel, base: BaseModel) {
  return variantsOf(configOfRun(base.config, runOfBase(given, base).settings));
}

/** Arguments of one model. */
type OfModel = PlanArguments & { readonly model: string };

function planOfBase(given: OfModel, base: BaseModel, options: PrepareOptions) {
  const { base: shortened, settings, facts } = runOfBase(given, base);
  return { settings, prepared: taskOf(settings).prepare(shortened, settings, facts, options) };
}

function runOfBase(given: OfModel, base: BaseModel): RunOfBase {
  const settings = settingsOf(given, base.actions ? 'actions' : 'text');
  if (settings.task === 'text') return { base, settings, facts: {} };
  const form = actionsFormOf(base);
  const { length: promptLength = form.promptLength, cameras = form.cameras.length } = given;
  const room = (name: string, value: number, most: number) => {
    if (value > most)
      throw new UsageError(`The base has room for ${most}, not ${value}.`, 'Write a smaller number.', `--${name}`);
  };
  room('length', promptLength, form.promptLength);
  room('cameras', cameras, form.cameras.length);
  const shortened = { ...base, actions: { ...form, promptLength } };
  // Without a number of prefixes, as many as there are samples in a run of the default length.
  const { prefixes = samplesOf(settings) } = given;
  return { base: shortened, settings, facts: { cameras, prefixes } };
}

function planOfTrueSize(given: OfModel, options: PrepareOptions) {
  const { id, settings, facts } = trueSizeRun(given);
  return { settings, prepared: prepareTrueSize(id, settings, facts, options) };
}

function trueSizeRun(given: OfModel) {
  const { id, task } = plannedModels.find((model) => model.id === given.model) as PlannedModel;
  refuse(given, ['rank', 'backboneLora'], `${id} has adapters of its own.`);
  const { prefixes, cameras, length: promptLength } = given;
  const facts = Object.fromEntries(
    Object.entries({ prefixes, cameras, promptLength }).filter(([, value]) => value !== undefined),
  );
  const settings = settingsOf(task === 'actions' ? { horizon: TRUE_HORIZON, ...given } : given, task);
  return { id, settings, facts };
}

/** A flag that would change nothing is a mistake. */
function refuse(given: Partial<PlanArguments>, flags: readonly (keyof typeof FLAG_OF)[], why: string): void {
  const wrong = flags.filter((flag) => given[flag] !== undefined && given[flag] !== false);
  if (wrong.length === 0) return;
  throw new UsageError(why, `Leave out ${wrong.map((flag) => FLAG_OF[flag]).join(' and ')}.`);
}

const FLAG_OF = {
  horizon: '--horizon',
  cameras: '--cameras',
  prefixes: '--prefixes',
  rank: '--rank',
  backboneLora: '--backbone-lora',
  streamed: '--streamed',
} as const;

/** The page's defaults, with what was given. */
function settingsOf(given: PlanArguments, task: TaskSettings['task']): TaskSettings {
  const { freeze, batch, accumulation, recompute = false, rank } = given;
  const common = {
    freeze,
    recompute,
    ...(batch === undefined ? {} : { batchSize: batch }),
    ...(accumulation === undefined ? {} : { accumulation }),
    ...(rank === undefined ? {} : { loraRank: rank }),
  };
  const { length, horizon, backboneLora = false, streamed } = given;
  if (task === 'text') {
    refuse(given, ['horizon', 'cameras', 'prefixes', 'backboneLora', 'streamed'], 'A text model predicts no actions.');
    return {
      ...defaultSettings,
      ...common,
      weights: given.weights,
      ...(length === undefined ? {} : { sequenceLength: length }),
    };
  }
  return {
    ...defaultActionsSettings,
    ...common,
    backboneLora,
    ...(streamed ? { streamed } : {}),
    ...(horizon === undefined ? {} : { horizon }),
  };
}

/** Frozen leaves are in float32 where a stage before has trained them, so that is what `--storage f32` plans. */
const wasTrained = ({ storage }: PlanArguments) => (storage === 'f32' ? () => true : undefined);

/** One of the bases that ship; null for another name. */
function baseNamed(id: string | null): BaseModel | null {
  if (id === null || !BASES.includes(id)) return null;
  const file = fileURLToPath(new URL(`../../public/base/${id}/config.json`, import.meta.url));
  return baseModelOf(id, JSON.parse(readText(file)) as BaseFile);
}
