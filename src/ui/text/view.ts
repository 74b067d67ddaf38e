import { html, nothing } from 'lit';
import { defaultSettings } from '../../settings/defaults';
import type {
  AdapterSummary,
  BaseSummary,
  DatasetOptions,
  EndedRun,
  ListedAdapter,
  TextSettings,
} from '../../worker/api';
import { textOf } from '../bench/bench_element';
import type { Desk } from '../bench/desk';
import { type ChosenNumber, type Shown, TaskView, type TaskWords } from '../bench/task_view';
import type { Workbench } from '../bench/workbench';
import type { FieldKey } from '../state/fields';
import { checkForm } from '../state/form';
import type { RunState } from '../state/run_state';
import { count, counted } from '../words/format';
import { DataDesk } from './data_desk';
import './data-panel';
import { type TextForm, textKind, textSettings, typedLength } from './kind';
import type { TextParts } from './parts';
import './sample-text';
import { TrialDesk } from './trial_desk';
import './try-adapter';
import { chosenLength, cutWords, evaluatedWords } from './window_words';
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
  }

  get words(): TaskWords {
    return {
      ...words.task,
      dropMeaning: words.data.dropMeaning,
      modelLead: words.model.lead,
      adapterLead: words.adapter.lead,
      nameHint: words.train.nameHint,
      presets: words.presets,
      filters: words.filters,
      fields: {},
      run: words.run,
    };
  }

  /** The prompt that base and adapter continue during a run. */
  get samplePrompt(): string {
    return this.form.samplePrompt || this.source.prompts[0] || '';
  }

  settings(base: string, name: string): TextSettings {
    const { samplePrompt } = this;
    const prompts = samplePrompt === '' ? [] : [samplePrompt];
    return textSettings(this.form, base, name, prompts, this.source.report?.sequenceLength);
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

  override evaluatedOn({ textData }: RunState): string {
    return textData ? evaluatedWords(textData) : '';
  }

  override runNote(run: RunState): Shown {
    const notes = [this.evaluatedOn(run), run.textData ? cutWords(run.textData) : ''].filter((note) => note !== '');
    return notes.length === 0 ? nothing : html`${notes.map((note) => html`<p class="note">${note}</p>`)}`;
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
    return html`<div>
        <label for="prompt">${train.samplePrompt}</label>
        <input
          id="prompt"
          type="text"
          autocomplete="off"
          placeholder=${this.source.prompts[0] ?? ''}
          aria-describedby="prompt-hint"
          .value=${this.form.samplePrompt}
          @input=${(event: Event) => edit(textOf(event))}
        />
        <p class="meta" id="prompt-hint">${train.samplePromptHint}</p>
      </div>`;
  }

  override belowMemory({ status, settings, samples }: RunState): Shown {
    if (status === 'idle' || settings?.task !== 'text' || settings.samplePrompts.length === 0) return nothing;
    return html`<section>
      <h3>${words.sample.title}</h3>
      ${samples.length === 0 ? html`<p class="hint">${words.sample.waiting}</p>` : nothing}
      ${samples.map(
        (sample) => html`<sample-text
          .prompt=${sample.prompt}
          .base=${sample.base}
          .adapter=${sample.adapter}
          .when=${words.sample.atStep(count(sample.step))}
        ></sample-text>`,
      )}
    </section>`;
  }

  override resultActions({ adapterId }: EndedRun): Shown {
    const go = (): void => {
      this.trial.choose(adapterId);
      this.#bench.show('adapter');
    };
    return html`<button @click=${go}>${words.run.tryIt}</button>`;
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

  override isChosen({ id }: ListedAdapter): boolean {
    return id === this.trial.chosen;
  }

  override adapterActions({ id, name }: ListedAdapter): Shown {
    const { adapter } = words;
    return html`<button aria-label=${adapter.choose(name)} @click=${() => this.trial.choose(id)}>${adapter.tryShort}</button>`;
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
    };
  }
}
