import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RecordingReport } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { inFolder } from '../bench/dropped_files';
import { icons } from '../parts/icons';
import { pageFeatures } from '../parts/page_features';
import { problemsAt } from '../parts/problem-note';
import { counted } from '../words/format';
import './recording-columns';
import './recording-report';
import { promises } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';
import type { ActionsParts } from './parts';
import { words } from './words';

/** Open a robot's recording: its folder, or files; then what was read of it. */
@customElement('recording-panel')
export class RecordingPanel extends BenchElement {
  @property({ attribute: false }) features = pageFeatures();
  @property({ attribute: false }) view!: ActionsParts;

  static override styles = [
    shared,
    promises,
    css`
      .drop {
        margin-top: 16px;
        border: 1px dashed var(--line-strong);
        border-radius: 8px;
        padding: 16px;
        display: grid;
        gap: 12px;
      }
      .drop p:first-child {
        font-weight: 500;
      }
      .drop .hint {
        max-width: 62ch;
        margin-top: 4px;
      }
      .start,
      .reading {
        margin-top: 16px;
      }
      .start .hint {
        margin: 8px 0;
      }
      .reading button {
        margin-top: 8px;
      }
      .problems {
        margin-top: 16px;
        display: grid;
        gap: 8px;
      }
      .head {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: 8px;
        margin-top: 24px;
      }
    `,
  ];

  override render() {
    const { source: recording } = this.view;
    return html`
      <h2>${strings.data.title}</h2>
      <p class="lead">${words.recording.lead}</p>
      ${recording.report ? this.#start() : this.#sample()} ${this.#drop()} ${problemsAt(this.bench, 'data')}
      ${
        recording.reading === null
          ? nothing
          : html`<div class="reading" role="status">
              <p class="hint">${words.recording.reading(counted(recording.reading, 'file'))}</p>
              <progress
                aria-label=${strings.path.reading}
                max=${recording.progress?.of ?? nothing}
                value=${recording.progress?.done ?? nothing}
              ></progress>
              <button @click=${() => void recording.close()}>${icons.stop} ${words.recording.stopReading}</button>
            </div>`
      }
      ${recording.columns.length > 0 && recording.reading === null ? html`<recording-columns .bench=${this.bench} .recording=${recording}></recording-columns>` : nothing}
      ${recording.report ? this.#report(recording.report) : this.#promises()}
    `;
  }

  #start() {
    const { runs, device } = this.bench;
    const { source: recording } = this.view;
    const blocked = runs.active || recording.reading !== null || device?.usable === false;
    return html`<div class="row start">
      <button class="primary large" ?disabled=${blocked} @click=${() => void this.bench.start()}>
        ${icons.play} ${words.recording.start}
      </button>
    </div>`;
  }

  #sample() {
    const [sample] = this.bench.samples;
    if (!sample) return nothing;
    const { runs, device } = this.bench;
    const { source: recording } = this.view;
    const busy = runs.active || recording.reading !== null;
    return html`<div class="start">
      <button
        class="primary large"
        ?disabled=${busy || device?.usable === false}
        @click=${() => void this.bench.fineTuneSample(sample.id)}
      >
        ${icons.play} ${strings.data.sampleButton}
      </button>
      <p class="hint">${strings.data.sampleHint(sample.title)}<br />${sample.description}</p>
      <button class="quiet" ?disabled=${busy} @click=${() => void recording.openSample(sample.id)}>
        ${strings.data.openSample(sample.title)}
      </button>
    </div>`;
  }

  #drop() {
    const { recording: said } = words;
    const { active } = this.bench.runs;
    const { folderInput } = this.features;
    return html`<div class="drop">
      <div>
        <p>${said.drop}</p>
        <p class="hint">${said.kinds} ${folderInput ? nothing : strings.abilities.folderInput.missing}</p>
      </div>
      <div class="row">
        ${folderInput ? html`<button ?disabled=${active} @click=${() => this.#pick('folder')}>${said.pickFolder}</button>` : nothing}
        <button ?disabled=${active} @click=${() => this.#pick('files')}>${said.pickFiles}</button>
      </div>
      <input id="folder" type="file" webkitdirectory hidden aria-label=${said.pickFolder} @change=${this.#onPick} />
      <input id="files" type="file" multiple hidden aria-label=${said.pickFiles} @change=${this.#onPick} />
    </div>`;
  }

  #report(report: RecordingReport) {
    return html`<div class="head">
        <h3>${words.recording.title}: ${this.view.source.name}</h3>
        <button class="quiet" ?disabled=${this.bench.runs.active} @click=${() => void this.view.source.close()}>${words.recording.close}</button>
      </div>
      <recording-report .bench=${this.bench} .report=${report}></recording-report>`;
  }

  #promises() {
    return html`<dl class="promises">
      ${words.recording.promises.map(
        ([name, meaning]) => html`<div>
          <dt>${name}</dt>
          <dd>${meaning}</dd>
        </div>`,
      )}
    </dl>`;
  }

  #pick(id: 'folder' | 'files'): void {
    this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.click();
  }

  #onPick(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])].map(inFolder);
    input.value = '';
    const seen = files.filter(({ path }) => !path.split('/').some((part) => part.startsWith('.')));
    if (seen.length > 0) void this.bench.takeFolder(seen);
  }
}
