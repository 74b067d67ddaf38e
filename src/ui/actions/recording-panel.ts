import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RecordingReport } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { inFolder, isHidden } from '../bench/dropped_files';
import { isFirstScreen } from '../bench/first_screen';
import { icons } from '../parts/icons';
import { pageFeatures } from '../parts/page_features';
import { problemsAt } from '../parts/problem-note';
import { count, counted } from '../words/format';
import './recording-columns';
import './recording-joints';
import './recording-report';
import './recording-viewer';
import { shared } from '../parts/styles';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import type { ActionsParts } from './parts';
import type { RecordingRow } from './recording_desk';
import { words } from './words';

/** Open a robot's recording: its folder, or files; then what was read of it. */
@customElement('recording-panel')
export class RecordingPanel extends BenchElement {
  @property({ attribute: false }) features = pageFeatures();
  @property({ attribute: false }) view!: ActionsParts;

  static override styles = [
    shared,
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
      .start .quiet:first-child {
        margin: -8px 0 0 -8px;
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
      .choose,
      .viewer {
        margin-top: 16px;
      }
      .rows,
      .join {
        margin-top: 8px;
      }
      .rows li {
        display: grid;
        grid-template-columns: 16px 1fr auto;
        gap: 0 8px;
        align-items: start;
        padding: 8px 0;
        border-bottom: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      .rows .icon {
        margin-top: 2px;
      }
      .rows problem-note {
        margin-top: 4px;
      }
      .rows button {
        min-height: 24px;
        padding: 0 4px;
      }
    `,
  ];

  override render() {
    const { source: recording } = this.view;
    const report = this.bench.beginning ? null : recording.report; // the run is about to take its place
    return html`
      <h2>${strings.data.title}</h2>
      <p class="lead">${words.recording.lead}</p>
      ${report ? this.#start() : nothing} ${this.#drop()} ${report ? nothing : this.#sample()}
      ${problemsAt(this.bench, 'data')}
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
              <button @click=${() => void recording.stopReading()}>${icons.stop} ${words.recording.stopReading}</button>
            </div>`
      }
      ${recording.columns.length > 0 && recording.reading === null ? html`<recording-columns .bench=${this.bench} .recording=${recording}></recording-columns>` : nothing}
      ${
        recording.report === null && recording.joints.length > 0 && recording.reading === null
          ? html`<section class="choose">
              <h3>${words.recording.jointsChoose}</h3>
              <recording-joints .bench=${this.bench} .recording=${recording}></recording-joints>
            </section>`
          : nothing
      }
      ${report ? this.#report(report) : nothing}
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
    const busy = runs.active || this.bench.beginning !== null || recording.reading !== null;
    return html`<div class="row start">
      ${
        isFirstScreen(this.bench)
          ? nothing
          : html`<button
              class="primary large"
              title=${sentence(sample.description)}
              ?disabled=${busy || device?.usable === false}
              @click=${() => void this.bench.fineTuneSample(sample.id)}
            >
              ${icons.play} ${strings.data.sampleButton}
            </button>`
      }
      <button class="quiet" ?disabled=${busy} @click=${() => void recording.openSample(sample.id)}>
        ${strings.data.openSample(sentence(sample.title))}
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
        <p class="hint">${said.kinds} ${this.view.source.report ? said.replaces : nothing} ${folderInput ? nothing : strings.abilities.folderInput.missing}</p>
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
    const { source } = this.view;
    const said = words.recording;
    const several = source.rows.length > 1;
    return html`<div class="head">
        <h3>${several ? said.rows(count(source.rows.length)) : `${said.title}: ${source.name}`}</h3>
        <button class="quiet" ?disabled=${this.bench.runs.active} @click=${() => void source.close()}>${several ? said.closeAll : said.close}</button>
      </div>
      ${several ? html`<ul class="rows">${source.rows.map((row) => this.#row(row))}</ul>` : nothing}
      ${this.#join()}
      <recording-viewer class="viewer" .look=${this.view.look} .report=${report}></recording-viewer>
      <recording-report .bench=${this.bench} .view=${this.view} .report=${report}></recording-report>`;
  }

  #row(row: RecordingRow) {
    const said = words.recording;
    const { source } = this.view;
    const episodes = row.problem ? 0 : source.episodesOf(row);
    const fate =
      episodes === null ? [] : [episodes === 0 ? said.rowLeftOut : said.rowEpisodes(counted(episodes, 'episode'))];
    return html`<li>
      ${episodes === 0 ? icons.no : icons.check}
      <div>
        <p>${row.name}</p>
        <p class="meta">${[...fate, counted(row.files.length, 'file')].join(' · ')}</p>
        ${row.problem ? html`<problem-note fixed .problem=${row.problem}></problem-note>` : nothing}
      </div>
      <button
        class="quiet"
        aria-label=${said.remove(row.name)}
        ?disabled=${this.bench.runs.active || source.reading !== null}
        @click=${() => void source.remove(row)}
      >
        ${said.removeShort}
      </button>
    </li>`;
  }

  /** Another recording beside those that are open. */
  #join() {
    const said = words.recording;
    const busy = this.bench.runs.active || this.view.source.reading !== null;
    return html`<div class="row join">
      <span class="hint">${said.join}</span>
      ${this.features.folderInput ? html`<button ?disabled=${busy} @click=${() => this.#pick('folder', true)}>${said.joinFolder}</button>` : nothing}
      <button ?disabled=${busy} @click=${() => this.#pick('files', true)}>${said.joinFiles}</button>
    </div>`;
  }

  #pick(id: 'folder' | 'files', joins = false): void {
    this.#joins = joins;
    this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.click();
  }

  /** Whether what is being picked stands beside what is open, or takes its place. */
  #joins = false;

  #onPick(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])].map(inFolder);
    input.value = '';
    const seen = files.filter(({ path }) => !path.split('/').some(isHidden));
    if (seen.length === 0) return;
    void (this.#joins ? this.view.source.join(seen) : this.bench.takeFolder(seen));
    this.#joins = false;
  }
}
