import { leavesOf } from '../model/tree';
import { trueSizeModel } from '../model/true_size';
import { problem } from '../problem';
import { type FreezeTree, freezeReport, freezeTree } from '../filter/freeze_report';
import { configOfRun } from '../run/prepare';
import type { FreezeReport, FreezeSettings, PlannedModelId, PlanReport, TaskSettings } from './api';
import type { Session } from './session';

/** Answers what filters do; a tree is kept while the questions are about it, because it remembers what patterns matched. */
export class FreezeReader {
  private readonly session: Pick<Session, 'base'>;
  private known: { readonly key: string; readonly tree: FreezeTree } | null = null;

  constructor(session: Pick<Session, 'base'>) {
    this.session = session;
  }

  async inspect(settings: FreezeSettings, model?: PlannedModelId): Promise<FreezeReport> {
    return freezeReport(await this.tree(settings, model), settings.freeze);
  }

  /**
   * Asks for a word before a run trains every parameter.
   * @param plan what the run would take
   * @throws ProblemError for a run whose filter freezes nothing, unless its settings say that this is meant
   */
  async refuseUnasked(settings: TaskSettings, plan: (settings: TaskSettings) => Promise<PlanReport>): Promise<void> {
    if (settings.trainEverything) return;
    const { filter } = await this.inspect(settings);
    if (filter?.frozenLeaves !== 0) return;
    const megabytes = Math.ceil((await plan(settings)).totalBytes / 1e6).toLocaleString('en');
    const all = filter.trainableParameters.toLocaleString('en');
    const why = filter.findings.find(({ severity }) => severity === 'error')?.message ?? 'This filter freezes nothing.';
    throw problem(
      `${why} All ${all} parameters would train, using ${megabytes} MB.`,
      'freeze filter',
      'Change the filter; or say that everything should train: on the page when it asks, or with --train-everything.',
    );
  }

  private async tree(settings: FreezeSettings, model?: PlannedModelId): Promise<FreezeTree> {
    const { task, base, loraRank, loraAlpha } = settings;
    const key =
      model ?? JSON.stringify([task, base, loraRank, loraAlpha, 'backboneLora' in settings && settings.backboneLora]);
    if (this.known?.key === key) return this.known.tree;
    const config = model
      ? trueSizeModel(model).config
      : configOfRun((await this.session.base(settings.base)).config, settings);
    const tree = freezeTree(leavesOf(config));
    this.known = { key, tree };
    return tree;
  }
}
