import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { DatasetReport } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { isFirstScreen } from '../bench/first_screen';
import { atField } from '../bench/setting_places';
import './file-list';
import { icons } from '../parts/icons';
import type { FieldKey } from '../state/fields';
import { count, counted } from '../words/format';
import '../parts/number-field';
import '../parts/problem-note';
import { problemsAt } from '../parts/problem-note';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';
import './window-preview';
import { sentence } from '../words/sentence';
import type { TextParts } from './parts';
import { betterLength, cutWords } from './window_words';
import { words } from './words';

/** Open data: the sample in one press, or files; then what was read and how the model will see it. */
@customElement('data-panel')
export class DataPanel extends BenchElement {
  @property({ attribute: false }) view!: TextParts;

  static override styles = [
    shared,
    css`
      .start {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
        margin-top: 16px;
      }
      .only {
        margin: 8px 0 0 -8px;
      }
      .drop {
        margin-top: 16px;
        border: 1px dashed var(--line-strong);
        border-radius: 8px;
        padding: 16px;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 12px 24px;
      }
      .drop p:first-child {
        font-weight: 500;
      }
      .drop .hint {
        max-width: 48ch;
      }
      .problems {
        margin-top: 16px;
        display: grid;
        gap: 8px;
      }
      .reading {
        margin-top: 16px;
      }
      section {
        margin-top: 24px;
      }
      .head {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: 8px;
        margin-bottom: 8px;
      }
      .fault {
        margin-bottom: 8px;
      }
      .counts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(208px, 1fr));
        gap: 16px 24px;
      }
      .counts dl {
        grid-column: 1 / -1;
      }
      dl.facts .meta {
        font-size: 12px;
        line-height: 16px;
        font-weight: 400;
      }
      .cut {
        margin-top: 16px;
        padding: 12px 16px;
        border-radius: var(--radius);
        border-inline-start: 4px solid var(--warn);
        background: var(--warn-soft);
      }
      .cut button {
        margin-top: 8px;
      }
    `,
  ];

  override render() {
    const { source: data } = this.view;
    const report = this.bench.beginning ? null : data.report; // the run is about to take its place
    return html`
      <h2>${strings.data.title}</h2>
      <p class="lead">${words.data.lead}</p>
      ${this.view.trainedOn ? html`<p class="hint">${words.data.language(sentence(this.view.trainedOn))}</p>` : nothing}
      ${isFirstScreen(this.bench) ? nothing : this.#start()} ${this.#drop()} ${report ? nothing : this.#openOnly()}
      ${problemsAt(this.bench, 'data')}
      ${
        data.reading === null
          ? nothing
          : html`<div class="reading" role="status">
              <p class="hint">${data.reading === 0 ? words.data.readingSample : words.data.reading(counted(data.reading, 'file'))}</p>
              <progress aria-label=${strings.path.reading}></progress>
            </div>`
      }
      ${report ? this.#report(report) : nothing}
    `;
  }

  /** The first screen has this button above. */
  #start() {
    const { runs, device, samples } = this.bench;
    const [first] = samples;
    if (!first) return nothing;
    const { source: data } = this.view;
    const blocked = runs.active || this.bench.beginning !== null || data.reading !== null || device?.usable === false;
    const own = data.files.length > 0 && data.ready;
    return html`
      <div class="start">
        ${
          own
            ? html`<button class="primary large" ?disabled=${blocked} @click=${() => void this.bench.start()}>
                ${icons.play} ${words.data.filesButton}
              </button>`
            : nothing
        }
        <button
          class=${own ? '' : 'primary large'}
          title=${sentence(first.description)}
          ?disabled=${blocked}
          @click=${() => void this.bench.fineTuneSample(first.id)}
        >
          ${own ? nothing : icons.play} ${strings.data.sampleButton}
        </button>
      </div>
    `;
  }

  #openOnly() {
    return html`<div class="row only">
      ${this.bench.samples.map(
        (sample) =>
          html`<button class="quiet" ?disabled=${this.bench.runs.active} @click=${() => void this.view.source.openSample(sample.id)}>
            ${strings.data.openSample(sentence(sample.title))}
          </button>`,
      )}
    </div>`;
  }

  #drop() {
    return html`<div class="drop">
      <div>
        <p>${words.data.drop}</p>
        <p class="hint">${words.data.kinds}</p>
      </div>
      <button ?disabled=${this.bench.runs.active} @click=${() => this.renderRoot.querySelector<HTMLInputElement>('input[type="file"]')?.click()}>
        ${words.data.pick}
      </button>
      <input type="file" multiple hidden aria-label=${words.data.pick} @change=${this.#onPick} />
    </div>`;
  }

  #report(report: DatasetReport) {
    const { fault } = this.view.source;
    return html`
      <section>
        <div class="head">
          <h3>${words.data.files}</h3>
          <button class="quiet" ?disabled=${this.bench.runs.active} @click=${() => void this.view.source.close()}>${words.data.clear}</button>
        </div>
        ${fault ? html`<problem-note class="fault" fixed .problem=${fault}></problem-note>` : nothing}
        <file-list .bench=${this.bench} .data=${this.view.source}></file-list>
      </section>
      <section class="counts" aria-label=${words.data.counts}>
        ${this.#counts(report)} ${this.#number('sequenceLength')} ${this.#number('heldoutPercent')}
      </section>
      ${this.#cut(report)}
      ${
        report.preview.length === 0
          ? nothing
          : html`<section>
              <h3>${words.data.preview}</h3>
              <window-preview .windows=${report.preview}></window-preview>
            </section>`
      }
    `;
  }

  #number(key: FieldKey) {
    return html`<number-field
      .key=${key}
      .own=${this.view.words.fields}
      .value=${this.bench.form.text[key]}
      .refusal=${atField(this.bench, key).refusal}
      .pointed=${atField(this.bench, key).pointed}
      .chosen=${this.view.chosen(key)}
      @edit=${(event: CustomEvent<string>) => this.bench.editNumber(key, event.detail)}
    ></number-field>`;
  }

  /** What no window has room for, with one way to the length that has. */
  #cut(report: DatasetReport) {
    const sentence = cutWords(report);
    if (sentence === '') return nothing;
    const { data } = words;
    const better = betterLength(report, this.view.context);
    const use = (length: number) => () => this.bench.editNumber('sequenceLength', String(length));
    return html`<div class="cut" role="status">
      <p><b>${sentence}</b></p>
      <p>${better === null ? data.cutsLeast : better.cutsNone ? data.cutsNone : data.cutsLess}</p>
      ${better ? html`<button ?disabled=${this.bench.runs.active} @click=${use(better.length)}>${data.useLength(count(better.length))}</button>` : nothing}
    </div>`;
  }

  #counts(report: DatasetReport) {
    const { data } = words;
    const { heldoutWindows, evaluatedWindows = heldoutWindows } = report;
    const evaluated = evaluatedWindows < heldoutWindows ? data.evaluated(count(evaluatedWindows)) : '';
    const facts: readonly (readonly [name: string, value: number, meaning: string, note?: string])[] = [
      [data.windows, report.windows, data.windowsMeaning],
      [data.heldoutWindows, heldoutWindows, data.heldoutMeaning, evaluated],
      [data.examples, report.examples, data.examplesMeaning],
      [data.tokens, report.tokens, data.tokensMeaning],
      [data.trained, report.trainedTokens, data.trainedMeaning],
    ];
    return html`<dl class="facts">
      ${facts.map(
        ([name, value, meaning, note]) => html`<div title=${meaning}>
          <dt>${name}</dt>
          <dd>${count(value)}</dd>
          ${note ? html`<dd class="meta">${note}</dd>` : nothing}
        </div>`,
      )}
    </dl>`;
  }

  #onPick(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length > 0) void this.bench.take(files);
  }
}
