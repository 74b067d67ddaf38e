import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { KeptModel, OpenedModel } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import type { Remembered } from '../bench/handles';
import { shared } from '../parts/styles';
import { WhenSeen } from '../parts/when_seen';
import { bytes } from '../words/format';
import { words } from './words';

/** Models that one click opens: those kept in this browser, those on the disk that it can find again; the way to more of them. */
@customElement('kept-models')
export class KeptModels extends BenchElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 8px;
        grid-template-columns: minmax(0, 1fr);
      }
      h4 {
        margin: 0;
        font-weight: 600;
      }
      li + li {
        margin-top: 8px;
      }
      .name {
        font-weight: 500;
        overflow-wrap: anywhere;
      }
    `,
  ];

  constructor() {
    super();
    new WhenSeen(this, () => {
      void this.bench.models.kept.look();
      void this.bench.models.handles.look();
    });
  }

  override render() {
    const { keep: said } = words;
    const { kept, handles } = this.bench.models;
    const opened = this.bench.models.of(this.bench.base);
    const rows = [
      ...(kept.kept?.models ?? []).map((model) => this.#kept(model)),
      ...handles.remembered.filter(({ name }) => !kept.has(name)).map((one) => this.#remembered(one)),
    ];
    return html`<p><a href="./download.html" target="_blank">${said.download}</a> <span class="hint">${said.downloadHint}</span></p>
      ${
        rows.length > 0
          ? html`<h4>${said.title}</h4>
              <ul>
                ${rows}
              </ul>`
          : nothing
      }
      ${opened && !kept.has(opened.name) ? this.#copy(opened) : nothing}`;
  }

  #kept(model: KeptModel) {
    const { keep: said } = words;
    const { name, complete } = model;
    const off = this.bench.runs.active || this.bench.models.opening;
    const size = bytes(model.bytes);
    return html`<li class="row">
      <span class="name">${name}</span>
      <span class="meta">${complete ? said.here(size) : said.part(size)}</span>
      ${
        complete
          ? html`<button ?disabled=${off} aria-label=${said.of(said.open, name)} @click=${() => void this.bench.models.kept.open(model)}>${said.open}</button>`
          : nothing
      }
      <button ?disabled=${off} aria-label=${said.of(said.remove, name)} title=${said.frees(size)} @click=${() => void this.bench.models.kept.remove(model)}>${said.remove}</button>
    </li>`;
  }

  #remembered(one: Remembered) {
    const { keep: said } = words;
    const off = this.bench.runs.active || this.bench.models.opening;
    return html`<li class="row">
      <span class="name">${one.name}</span>
      <span class="meta">${said.onDisk}</span>
      <button ?disabled=${off} aria-label=${said.of(said.again, one.name)} @click=${() => void this.bench.models.handles.reopen(one)}>${said.again}</button>
      <button aria-label=${said.of(said.forget, one.name)} @click=${() => void this.bench.models.handles.forget(one.name)}>${said.forget}</button>
    </li>`;
  }

  #copy(model: OpenedModel) {
    const { keep: said } = words;
    const { copying, kept } = this.bench.models.kept;
    if (copying)
      return html`<p role="status">${said.copying(bytes(copying.done), bytes(copying.total))}</p>
        <progress aria-label=${said.keep(bytes(copying.total))} max=${copying.total} value=${copying.done}></progress>
        <div class="row"><button @click=${() => void this.bench.models.kept.stop()}>${said.stop}</button></div>`;
    return html`<div class="row">
      <button ?disabled=${this.bench.runs.active} @click=${() => void this.bench.models.kept.keep(model)}>${said.keep(bytes(model.copyBytes))}</button>
      ${kept?.freeBytes != null ? html`<span class="hint">${said.room(bytes(kept.freeBytes))}</span>` : nothing}
    </div>`;
  }
}
