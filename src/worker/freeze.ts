import { type FreezeFilter, type FreezeTree, freezeReport, freezeTree, reportOfReading } from '../filter/freeze_report';
import { type FreezeAnswer, namedIn } from '../model/configured';
import { leavesOf } from '../model/tree';
import { leavesOfModel, type ModelId } from '../model/true_size';
import type { PlanReport } from '../plan/report';
import { ProblemError } from '../problem';
import { configOfRun } from '../run/prepare';
import { ofStage, type ReadStage } from '../run/stages';
import { settingsOfStage } from '../settings/stages';
import type { FreezeSettings, TaskSettings } from '../settings/task';
import type { Session } from './session';

/** Answers what filters do; a tree is kept while the questions are about it, because it remembers what patterns matched. */
export class FreezeReader {
  readonly #session: Pick<Session, 'base'>;
  #known: { readonly key: string; readonly tree: FreezeTree } | null = null;

  constructor(session: Pick<Session, 'base'>) {
    this.#session = session;
  }

  async inspect(settings: FreezeSettings, model?: ModelId): Promise<FreezeAnswer> {
    const tree = await this.#tree(settings, model);
    return { ...freezeReport(tree, settings.freeze), named: namedIn(settings) };
  }

  /**
   * Asks for a word before a run trains every parameter.
   * @param plan what the run would take
   * @throws ProblemError for a run with a stage whose filter freezes nothing, unless its settings say that this is meant
   */
  async refuseUnasked(
    settings: TaskSettings,
    stages: readonly ReadStage[],
    plan: (settings: TaskSettings) => Promise<PlanReport>,
  ): Promise<void> {
    if (settings.trainEverything) return;
    const tree = await this.#tree(settings);
    for (const stage of stages) {
      const { filter } = reportOfReading(tree, stage.freeze, stage.filter);
      if (filter?.frozenLeaves !== 0) continue;
      const { totalBytes } = await plan(settingsOfStage(settings, stage));
      throw ofStage(settings, stage, freezesNothing(filter, totalBytes));
    }
  }

  async #tree(settings: FreezeSettings, model?: ModelId): Promise<FreezeTree> {
    const { task, base, loraRank, loraAlpha } = settings;
    const own =
      'startingFrom' in settings ? settings.startingFrom : 'backboneLora' in settings && settings.backboneLora;
    const key = model ?? JSON.stringify([task, base, loraRank, loraAlpha, own]);
    if (this.#known?.key === key) return this.#known.tree;
    const leaves = model
      ? leavesOfModel(model)
      : leavesOf(configOfRun((await this.#session.base(settings.base)).config, settings));
    const tree = freezeTree(leaves);
    this.#known = { key, tree };
    return tree;
  }
}

function freezesNothing({ trainableParameters, findings }: FreezeFilter, bytes: number) {
  const megabytes = Math.ceil(bytes / 1e6).toLocaleString('en');
  const all = trainableParameters.toLocaleString('en');
  const why = findings.find(({ severity }) => severity === 'error')?.message ?? 'This filter freezes nothing.';
  return new ProblemError({
    what: `${why} All ${all} parameters would train, using ${megabytes} MB.`,
    where: 'freeze filter',
    fix: 'Change the filter, or say that everything should train.',
    choice: 'freeze all',
  });
}
