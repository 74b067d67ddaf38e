import { html, nothing } from 'lit';
import type {
  ActionsSettings,
  BaseSummary,
  EndedRun,
  ListedAdapter,
  OpenLoop,
  RecordingOptions,
  TaskSettings,
} from '../../worker/api';
import type { Pair } from '../bench/compare_desk';
import type { Desk } from '../bench/desk';
import { type Shown, TaskView, type TaskWords } from '../bench/task_view';
import type { Workbench } from '../bench/workbench';
import { later } from '../parts/later';
import '../parts/problem-note';
import { phaseWords, timeLeft } from '../run/run_words';
import { checkForm } from '../state/form';
import type { RecordedRun } from '../state/recorded_run';
import type { RunState } from '../state/run_state';
import { count, counted } from '../words/format';
import './action-choices';
import './compare-open-loops';
import { EvaluationDesk } from './evaluation_desk';
import { type ActionsChoices, type ActionsForm, actionsKind, actionsSettings, fittingChoices } from './kind';
import { LookDesk } from './look_desk';
import './open-loop';
import './own-policy';
import './recorded-joints';
import { ownSettingsOf } from './own_settings';
import type { ActionsParts } from './parts';
import './recording-panel';
import './recording-viewer';
import { sentence } from '../words/sentence';
import { RecordingDesk } from './recording_desk';
import { words } from './words';
import { words as ofPolicy } from './words_policy';

/** The actions task on the page: recordings, choices about joints and cameras, errors joint by joint. */
export class ActionsView extends TaskView<ActionsForm> implements ActionsParts {
  static readonly kind = actionsKind;
  readonly kind = actionsKind;
  form = actionsKind.untouched;
  readonly heldoutUnit = 'frame';
  readonly lengths = ['steps', 'batchSize', 'accumulation', 'horizon', 'frames', 'seed'] as const;
  override readonly takesFolders = true;
  readonly source: RecordingDesk;
  readonly evaluation: EvaluationDesk;
  /** Two adapters that are compared. */
  readonly pair: readonly [EvaluationDesk, EvaluationDesk];
  readonly look: LookDesk;

  readonly #bench: Workbench;

  constructor(bench: Workbench, desk: Desk) {
    super();
    this.#bench = bench;
    this.source = new RecordingDesk(desk, () => this.#recordingOptions);
    this.source.onOpen = () => this.#newRecording();
    this.evaluation = new EvaluationDesk(bench);
    this.pair = [new EvaluationDesk(bench), new EvaluationDesk(bench)];
    this.look = new LookDesk(desk);
  }

  /** Changes what only this task asks. */
  choose(change: Partial<ActionsChoices>): void {
    this.#bench.edit<ActionsForm>({ actions: { ...this.form.actions, ...change } });
  }

  get words(): TaskWords {
    return {
      ...words.task,
      dropMeaning: words.recording.dropMeaning,
      promises: words.recording.promises,
      modelLead: words.model.lead,
      adapterLead: words.adapter.lead,
      presets: words.presets,
      filters: words.filters,
      fields: words.fields,
      run: words.run,
    };
  }

  settings(base: string, name: string): ActionsSettings {
    const { statistics, ...settings } = actionsSettings(this.form, base, name);
    return {
      ...settings,
      ...(statistics && this.#ofBase(base)?.stats ? { statistics } : {}), // elsewhere there is no such choice
      ...(this.isStreamed(base) ? { streamed: true } : {}),
    };
  }

  isStreamed(base: string | null): boolean {
    return this.#ofBase(base)?.streamed ?? false;
  }

  #ofBase(base: string | null) {
    return this.#bench.catalogue?.bases.find(({ id }) => id === base)?.actions;
  }

  effective(): string {
    const { batchSize, accumulation, horizon } = this.form.text;
    const samples = Number(batchSize) * Number(accumulation);
    return words.train.effective(counted(samples, 'sample'), counted(Number(horizon), 'action'));
  }

  override ownSettings(settings: TaskSettings): readonly (readonly [string, string])[] {
    return settings.task === 'actions' ? ownSettingsOf(settings) : [];
  }

  dataPanel() {
    return html`<recording-panel .bench=${this.#bench} .view=${this}></recording-panel>`;
  }

  override aboveBase(): Shown {
    return html`<own-policy .bench=${this.#bench} .view=${this}></own-policy>`;
  }

  override baseFacts({ context, actions }: BaseSummary): Shown {
    const { learning } = words;
    return html`<div title=${words.model.promptLengthMeaning}>
        <dt>${words.model.promptLength}</dt>
        <dd>${counted(context, 'token')}</dd>
      </div>
      ${
        actions
          ? html`<div title=${ofPolicy.chunkMeaning}>
                <dt>${ofPolicy.chunk}</dt>
                <dd>${counted(actions.horizon, 'action')}</dd>
              </div>
              <div class="wide" title=${learning.asTrainedWhy}>
                <dt>${learning.normalization}</dt>
                <dd>${learning.normalizations[actions.normalization ?? 'z-score']}</dd>
              </div>
              <div class="wide" title=${ofPolicy.camerasMeaning}>
                <dt>${ofPolicy.cameras}</dt>
                <dd>${actions.cameras.join(', ')}</dd>
              </div>`
          : nothing
      }`;
  }

  override sizeFields(): Shown {
    return this.#backboneLora(words.model.backboneLora, words.model.backboneLoraMeaning);
  }

  override trainGroup() {
    const content = html`<action-choices .bench=${this.#bench} .view=${this}></action-choices>`;
    return { name: words.train.group, content };
  }

  override stageFields(): Shown {
    return this.#backboneLora(words.train.backbone, words.train.backboneMeaning);
  }

  /** Whether what comes before the action expert is computed again and again. */
  override runNote({ prefix }: RunState): Shown {
    if (!prefix) return nothing;
    const { prefixConstant, prefixEach } = words.run;
    return html`<p class="note"><b>${prefix.constant ? prefixConstant : prefixEach}</b> ${sentence(prefix.reason)}</p>`;
  }

  override resultAt({ openLoops }: RunState, moment: number | null): Shown {
    const { openLoop: said } = words;
    const shown = openLoops.find(({ step }) => step === moment) ?? openLoops.at(-1);
    if (shown) {
      const tall = shown.openLoop.curves.length > 0 ? 'tall' : '';
      return html`<section class=${tall}>${this.#openLoop(shown.openLoop, said.at(count(shown.step)))}</section>`;
    }
    return this.#awaited();
  }

  /** Until something is predicted, the recording itself has the place. */
  #awaited() {
    const { openLoop: said } = words;
    const { report } = this.source;
    if (report?.heldoutFrames === 0)
      return html`<section><h3>${said.title}</h3><p class="hint">${said.none}</p></section>`;
    return html`<section class="tall awaited">
      <h3>${said.title}</h3>
      <p class="hint">${said.waiting}</p>
      ${report ? later(() => html`<recording-viewer .look=${this.look} .report=${report}></recording-viewer>`) : nothing}
    </section>`;
  }

  override tryResult({ adapterId }: EndedRun): (() => void) | null {
    const made = this.#bench.adapters.list.find(({ id }) => id === adapterId);
    if (!made || this.source.report === null) return null;
    return () => {
      this.#bench.show('adapter');
      void this.evaluation.evaluate(made);
    };
  }

  override recordedResult({ openLoops }: RunState, recorded: RecordedRun | null): Shown {
    return html`<recorded-joints .at=${openLoops.at(-1) ?? null} .curve=${recorded?.curve ?? null}></recorded-joints>`;
  }

  /** Predicted against recorded, of the adapter that is tried on the open recording. */
  override belowAdapters(): Shown {
    const { evaluation } = this.evaluation;
    if (!evaluation) return nothing;
    const { adapter } = words;
    const { name, openLoop, progress } = evaluation;
    const problems = progress.problems.map(
      (problem) => html`<problem-note fixed mild .problem=${problem}></problem-note>`,
    );
    if (openLoop) return html`<section>${problems} ${this.#openLoop(openLoop, adapter.tried(name))}</section>`;
    return html`<section>
      ${problems}
      <p class="hint" role="status">${adapter.trying(name)}</p>
      ${this.#progress(progress, adapter.trying(name))}
      <button aria-label=${adapter.stopTrying(name)} @click=${() => this.evaluation.forget()}>${adapter.stop}</button>
    </section>`;
  }

  /** How far an adapter that is tried is. */
  #progress(progress: RunState, label: string) {
    const { phase, secondsLeft } = progress;
    if (!phase || phase.of === 0) return html`<progress aria-label=${label}></progress>`;
    const left = secondsLeft === null ? '' : ` · ${timeLeft(progress)}`;
    return html`<progress aria-label=${label} max=${phase.of} .value=${phase.done}></progress>
      <p class="hint">${phaseWords(progress, words.run.phases)}${left}</p>`;
  }

  /** What it moves, and what it sees. */
  override adapterFacts({ robot, policy }: ListedAdapter): Shown {
    if (!robot) return nothing;
    const { adapter } = words;
    const { name, joints, cameras, horizon } = robot;
    const sees = cameras.length === 0 ? adapter.blind : adapter.cameras(cameras.join(', '));
    return html`<p class="figures" title=${adapter.jointsMeaning(joints.join(', '))}>
      ${adapter.robot(name, counted(joints.length, 'joint'), counted(horizon, 'action'))} · ${sees}${policy ? '' : ` · ${adapter.staysHere}`}
    </p>`;
  }

  override adapterActions(adapter: ListedAdapter): Shown {
    const { adapter: said } = words;
    const { busy } = this.evaluation;
    return html`<button
      aria-label=${said.choose(adapter.name)}
      title=${said.tryMeaning}
      ?disabled=${this.source.report === null || this.#bench.runs.active || busy}
      @click=${() => void this.evaluation.evaluate(adapter)}
    >
      ${said.tryShort}
    </button>`;
  }

  override comparedSamples(pair: Pair): Shown {
    return html`<compare-open-loops
      .bench=${this.#bench}
      .desks=${this.pair}
      .pair=${pair}
      .hindrance=${this.#hindrance}
    ></compare-open-loops>`;
  }

  /** Why two adapters cannot be tried on the recording now; empty where they can. */
  get #hindrance(): string {
    const { adapter } = words;
    const { evaluation, busy } = this.evaluation;
    if (this.source.report === null) return adapter.noRecording;
    if (evaluation && busy) return adapter.trying(evaluation.name);
    return this.#bench.runs.active ? adapter.afterRun : '';
  }

  #openLoop(openLoop: OpenLoop, when: string) {
    const { look, source } = this;
    return html`<open-loop .openLoop=${openLoop} .when=${when} .look=${look} .report=${source.report}></open-loop>`;
  }

  #backboneLora(name: string, meaning: string) {
    const change = (event: Event): void => this.choose({ backboneLora: (event.target as HTMLInputElement).checked });
    return html`<label class="switch">
      <input type="checkbox" .checked=${this.form.actions.backboneLora} @change=${change} />
      <span>${name}</span>
      <span class="meta">${meaning}</span>
    </label>`;
  }

  /** Joints and cameras that were chosen by hand count only for a recording that has them. */
  #newRecording(): void {
    const { report } = this.source;
    for (const desk of [this.evaluation, ...this.pair]) desk.forget();
    this.look.forget();
    if (report) this.form = { ...this.form, actions: fittingChoices(this.form.actions, report) };
    void this.#bench.plan();
  }

  get #recordingOptions(): RecordingOptions | null {
    const wrong = checkForm(this.form);
    if (wrong.heldoutPercent || wrong.seed || wrong.fps) return null;
    const { heldoutPercent, seed, fps } = this.form.text;
    return { heldoutFraction: Number(heldoutPercent) / 100, seed: Number(seed), fps: Number(fps) };
  }
}
