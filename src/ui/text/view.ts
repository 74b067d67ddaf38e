import { html, nothing } from 'lit';
import { defaultSettings } from '../../settings/defaults';
import type {
  AdapterSummary,
  BaseSummary,
  DatasetOptions,
  EndedRun,
  ListedAdapter,
  TaskSettings,
  TextSettings,
} from '../../worker/api';
import { textOf } from '../bench/bench_element';
import type { Pair } from '../bench/compare_desk';
import type { Desk } from '../bench/desk';
import { type ChosenNumber, type Shown, TaskView, type TaskWords } from '../bench/task_view';
import type { Workbench } from '../bench/workbench';
import type { FieldKey } from '../state/fields';
import { checkForm, startOf } from '../state/form';
import type { RecordedRun } from '../state/recorded_run';
import type { RunState } from '../state/run_state';
import { counted, rate } from '../words/format';
import { DataDesk } from './data_desk';
import './compare-texts';
import './data-panel';
import { type TextForm, templateOf, textKind, textSettings, typedLength, typedPrompts } from './kind';
import { learnedWords } from './learned_words';
import { PairDesk } from './pair_desk';
import type { TextParts } from './parts';
import './own-model';
import './recorded-text';
import './run-samples';
import { TrialDesk } from './trial_desk';
import './try-adapter';
import { chosenLength, cutWords } from './window_words';
import { words } from './words';

/** The text task on the page: files of text, prompts that are watched, adapters that are tried on a prompt. */
export class TextView extends TaskView<TextForm> implements TextParts {
  static readonly kind = textKind;
  readonly kind = textKind;
  form = textKind.untouched;
  readonly heldoutUnit = 'window';
  readonly lengths = ['steps', 'batchSize', 'accumulation', 'sequenceLength', 'seed'] as const;
  readonly source: DataDesk;
  readonly trial: TrialDesk;
  readonly pair: PairDesk;

  readonly #bench: Workbench;

  constructor(bench: Workbench, desk: Desk) {
    super();
    this.#bench = bench;
    this.source = new DataDesk(desk, {
      options: () => this.#datasetOptions,
      samples: () => bench.catalogue?.samples ?? [],
    });
    this.source.onOpen = () => void bench.plan();
    this.trial = new TrialDesk(bench);
    this.pair = new PairDesk(bench);
  }

  get words(): TaskWords {
    return {
      ...words.task,
      dropMeaning: words.data.dropMeaning,
      promises: words.data.promises,
      modelLead: words.model.lead,
      adapterLead: words.adapter.lead,
      presets: words.presets,
      filters: words.filters,
      fields: {},
      run: words.run,
    };
  }

  /** The first prompt that base and adapter continue during a run. */
  get samplePrompt(): string {
    return this.#prompts[0] ?? '';
  }

  get #prompts(): readonly string[] {
    const typed = typedPrompts(this.form);
    return typed.length > 0 ? typed : this.source.prompts.slice(0, 1);
  }

  settings(base: string, name: string): TextSettings {
    const { weights } = this.form;
    return {
      ...textSettings(this.form, base, name, this.#prompts, this.source.report?.sequenceLength),
      ...(weights === 'int8' && this.#bench.models.of(base) ? { weights } : {}),
    };
  }

  effective(): string {
    const { batchSize, accumulation } = this.form.text;
    const windows = Number(batchSize) * Number(accumulation);
    const { sequenceLength } = this.settings('', '');
    return words.train.effective(counted(windows, 'window'), counted(windows * sequenceLength, 'token'));
  }

  override adaptersListed(list: readonly ListedAdapter[]): void {
    this.trial.follow(
      list,
      list.filter(({ base }) => this.#bench.viewOfBase(base) === this),
    );
  }

  override adapterImported({ id }: AdapterSummary): void {
    this.trial.choose(id);
  }

  override runEnded(adapterId: string | null): void {
    if (adapterId) this.trial.choose(adapterId);
    else this.trial.forgetCurrent();
  }

  dataPanel() {
    return html`<data-panel .bench=${this.#bench} .view=${this}></data-panel>`;
  }

  override chosen(key: FieldKey): ChosenNumber | null {
    if (key !== 'sequenceLength') return null;
    const { report } = this.source;
    const found = report && chosenLength(report);
    return found ?? { value: String(defaultSettings.sequenceLength), why: words.data.chosenLater };
  }

  override ownSettings(settings: TaskSettings): readonly (readonly [string, string])[] {
    if (settings.task !== 'text') return [];
    const { samplePrompts, weights = 'stored' } = settings;
    return [
      [words.train.samplePrompt, samplePrompts.join(' · ')],
      [words.bring.weights, words.bring.weightsIn[weights]],
    ];
  }

  override runNote({ textData }: RunState): Shown {
    const cut = textData ? cutWords(textData) : '';
    return cut === '' ? nothing : html`<p class="note">${cut}</p>`;
  }

  /** Tokens that the base has room for; 0 while none is known. */
  get context(): number {
    return this.#base?.context ?? 0;
  }

  /** What the base has read; empty where that is not known. */
  get trainedOn(): string {
    return this.#base?.trainedOn ?? '';
  }

  get #base(): BaseSummary | undefined {
    const id = this.#bench.baseOf(textKind.id);
    return this.#bench.catalogue?.bases.find((base) => base.id === id);
  }

  override aboveBase(): Shown {
    return html`<own-model .bench=${this.#bench}></own-model>`;
  }

  override baseFacts(base: BaseSummary): Shown {
    const { model } = words;
    return html`<div title=${model.contextMeaning}>
        <dt>${model.context}</dt>
        <dd>${counted(base.context, 'token')}</dd>
      </div>
      ${
        Number.isNaN(base.heldoutBitsPerByte)
          ? nothing // of a base that does not tell
          : html`<div title=${model.bitsPerByteMeaning}>
              <dt>${model.bitsPerByte}</dt>
              <dd>${base.heldoutBitsPerByte.toFixed(2)}</dd>
            </div>`
      }`;
  }

  override trainTexts(): Shown {
    const { train } = words;
    const edit = (samplePrompt: string): void => this.#bench.edit<TextForm>({ samplePrompt });
    return html`${this.#start()}<div>
        <label for="prompt">${train.samplePrompt}</label>
        <textarea
          id="prompt"
          rows="2"
          placeholder=${this.source.prompts[0] ?? ''}
          aria-describedby="prompt-hint"
          .value=${this.form.samplePrompt}
          @input=${(event: Event) => edit(textOf(event))}
        ></textarea>
        <p class="meta" id="prompt-hint">${train.samplePromptHint}</p>
      </div>`;
  }

  /** The adapter that the run goes on from, where there is one. */
  #start(): Shown {
    const { startingFrom } = startOf(this.form, this.#bench.base ?? '');
    if (!startingFrom) return nothing;
    const { adapter } = words;
    const { name, lora } = startingFrom;
    return html`<p class="note">
      ${adapter.goesOn(name, rate(lora.rank), rate(lora.alpha))}
      <button class="quiet" @click=${() => this.#bench.edit<TextForm>({ startingFrom: null })}>${adapter.beginAnew}</button>
    </p>`;
  }

  override resultAt(run: RunState, moment: number | null): Shown {
    return html`<run-samples .run=${run} .moment=${moment}></run-samples>`;
  }

  override recordedResult({ samples }: RunState, recorded: RecordedRun | null): Shown {
    const prompt = recorded?.events.find((event) => event.kind === 'sample')?.prompt ?? '';
    return html`<recorded-text .prompt=${prompt} .sample=${samples.at(-1) ?? null}></recorded-text>`;
  }

  override learned(summary: EndedRun): string {
    return learnedWords(summary);
  }

  override tryResult({ adapterId }: EndedRun): () => void {
    return () => {
      const { settings } = this.#bench.runs.state;
      this.trial.choose(adapterId, settings?.task === 'text' ? settings.samplePrompts[0] : undefined);
      this.#bench.show('adapter');
    };
  }

  override aboveAdapters(): Shown {
    const { runs } = this.#bench;
    if (!runs.active || runs.state.step === 0) return nothing;
    return html`<div class="row above">
      <button @click=${() => this.trial.choose('current')}>${words.adapter.tryCurrent}</button>
    </div>`;
  }

  override belowAdapters(): Shown {
    if (this.trial.chosen === null) return nothing;
    return html`<section><try-adapter .bench=${this.#bench} .view=${this}></try-adapter></section>`;
  }

  override comparedSamples(pair: Pair): Shown {
    return html`<compare-texts .bench=${this.#bench} .view=${this} .desk=${this.pair} .pair=${pair}></compare-texts>`;
  }

  override isChosen({ id }: ListedAdapter): boolean {
    return id === this.trial.chosen;
  }

  override adapterActions(listed: ListedAdapter): Shown {
    const { adapter } = words;
    const { id, name, base, lora, weights = 'stored' } = listed;
    const goOn = (): void => {
      this.#bench.edit<TextForm>({ startingFrom: lora ? { id, name, base, lora } : null, weights });
      this.#bench.show('train');
    };
    return html`<button aria-label=${adapter.choose(name)} @click=${() => this.trial.choose(id)}>${adapter.tryShort}</button>
      ${
        lora && base === this.#bench.base
          ? html`<button aria-label=${adapter.goOnFrom(name)} title=${adapter.goOnMeaning} @click=${goOn}>${adapter.goOn}</button>`
          : nothing
      }`;
  }

  get #datasetOptions(): DatasetOptions | null {
    const base = this.#bench.baseOf(textKind.id);
    const wrong = checkForm(this.form);
    if (base === null || wrong.sequenceLength || wrong.heldoutPercent || wrong.seed) return null;
    const { heldoutPercent, seed } = this.form.text;
    return {
      base,
      sequenceLength: typedLength(this.form),
      heldoutFraction: Number(heldoutPercent) / 100,
      seed: Number(seed),
      ...templateOf(this.form),
    };
  }
}
