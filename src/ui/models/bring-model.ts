import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import { inFolder } from '../bench/dropped_files';
import { pageFeatures } from '../parts/page_features';
import { shared } from '../parts/styles';
import './kept-models';
import { words } from './words';

const FEATURES = pageFeatures();

/** Where a person brings a model of their own. What is known of it once it is open is put inside. */
@customElement('bring-model')
export class BringModel extends BenchElement {
  @property() heading = '';
  /** What may be brought. */
  @property() lead = '';

  static override styles = [
    shared,
    css`
      .bring {
        margin-top: 16px;
        border: 1px dashed var(--line);
        border-radius: 8px;
        padding: 16px;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 8px;
      }
    `,
  ];

  override render() {
    const { models, runs } = this.bench;
    const off = runs.active || models.opening;
    return html`<section class="bring" aria-label=${this.heading}>
      <h3>${this.heading}</h3>
      <p class="hint">${this.lead}</p>
      <div class="row">
        ${
          FEATURES.folderInput || models.handles.canRemember
            ? html`<button ?disabled=${off} @click=${() => this.#pick('folder')}>${words.folder}</button>`
            : nothing
        }
        <button ?disabled=${off} @click=${() => this.#pick('files')}>${words.files}</button>
      </div>
      <input id="folder" type="file" webkitdirectory hidden aria-label=${words.folder} @change=${this.#onPick} />
      <input id="files" type="file" multiple hidden aria-label=${words.files} @change=${this.#onPick} />
      <kept-models .bench=${this.bench}></kept-models>
      ${models.opening ? html`<p role="status">${words.opening}</p>` : nothing}
      <slot></slot>
    </section>`;
  }

  #pick(id: 'folder' | 'files'): void {
    if (this.bench.models.handles.canRemember) void this.bench.models.handles.pick(id);
    else this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.click();
  }

  #onPick(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])].map(inFolder);
    input.value = ''; // the same files may be chosen again
    if (files.length > 0) void this.bench.models.open(files);
  }
}
