import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { FoundModel, KeptModel } from '../../download/api';
import { shared } from '../parts/styles';
import { bytes, duration } from '../words/format';
import { sentence } from '../words/sentence';
import type { DownloadDesk } from './download_desk';
import { downloadStyles } from './download_styles';
import { words } from './words';

/** All of download.html: an address, what is there, how far it is, what is kept. */
@customElement('download-page')
export class DownloadPage extends LitElement {
  @property({ attribute: false }) desk!: DownloadDesk;
  /** A link may bring it; nothing is asked before the person wants it. */
  @state() private address = decodeURIComponent(location.hash.slice(1));
  @state() private tokenizer = '';

  static override styles = [shared, downloadStyles];

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('desk')) this.desk.subscribe(() => this.requestUpdate());
  }

  override render() {
    const { found, work, said } = this.desk;
    return html`<main>
      <p><a href="./index.html#model">${words.back}</a></p>
      <h1>${words.title}</h1>
      <p class="lead">${words.lead}</p>
      ${this.#form()}
      ${work.kind === 'looking' ? html`<div class="row"><p role="status">${words.looking}</p>${this.#stop()}</div>` : nothing}
      ${this.#problem()}
      ${found ? this.#found(found) : nothing}
      ${work.kind === 'fetching' ? this.#progress(work.name) : nothing}
      <p role="status" class="said">${said}</p>
      ${this.#kept()}
    </main>`;
  }

  #form() {
    const off = this.desk.work.kind !== 'idle';
    const isGguf = /\.gguf\s*$/i.test(this.address.replace(/[?#].*/, ''));
    return html`<form @submit=${this.#look}>
      <label>
        ${words.address}
        <input type="text" inputmode="url" autocomplete="url" spellcheck="false" .value=${this.address} aria-describedby="address-hint"
          @input=${(event: Event) => {
            this.address = (event.target as HTMLInputElement).value;
          }} />
      </label>
      <p class="hint" id="address-hint">${words.addressHint}</p>
      ${
        isGguf
          ? html`<label>
                ${words.tokenizer}
                <input type="text" inputmode="url" spellcheck="false" .value=${this.tokenizer} aria-describedby="tokenizer-hint"
                  @input=${(event: Event) => {
                    this.tokenizer = (event.target as HTMLInputElement).value;
                  }} />
              </label>
              <p class="hint" id="tokenizer-hint">${words.tokenizerHint}</p>`
          : nothing
      }
      <div class="row"><button ?disabled=${off || this.address.trim() === ''}>${words.look}</button></div>
    </form>`;
  }

  #look(event: Event): void {
    event.preventDefault(); // it goes to no server
    void this.desk.look(this.address, this.tokenizer);
  }

  #problem() {
    const { problem } = this.desk;
    if (!problem) return nothing;
    return html`<div class="problem" role="alert">
      <p class="what">${sentence(problem.what)}</p>
      ${problem.where ? html`<p class="mono">${sentence(problem.where)}</p>` : nothing}
      ${problem.fix ? html`<p>${sentence(problem.fix)}</p>` : nothing}
    </div>`;
  }

  #found(model: FoundModel) {
    const { kept } = this.desk;
    const known = model.files.every((file) => file.bytes !== null);
    const total = bytes(model.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0));
    return html`<section aria-label=${model.name}>
      <h2>${model.name}</h2>
      ${this.#files(model.files, model.name, ({ stated }) => (stated ? words.stated : words.unstated))}
      <div class="row">
        <button class="primary" @click=${() => void this.desk.fetch(model)}>${known ? words.fetch(total) : words.fetchUnknown}</button>
        ${kept?.freeBytes != null ? html`<span class="hint">${words.free(bytes(kept.freeBytes))}</span>` : nothing}
      </div>
    </section>`;
  }

  #files(files: KeptModel['files'], name: string, hash: (file: KeptModel['files'][number]) => unknown) {
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${words.files(name)}>
      <table>
        <thead>
          <tr>
            <th scope="col">${words.file}</th>
            <th scope="col" class="number">${words.size}</th>
            <th scope="col">${words.hash}</th>
          </tr>
        </thead>
        <tbody>
          ${files.map(
            (file) => html`<tr>
              <th scope="row">${file.name}</th>
              <td class="number">${file.bytes === null ? words.unknownSize : bytes(file.bytes)}</td>
              <td>${hash(file)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #progress(name: string) {
    const { progress } = this.desk;
    const { done, total, secondsLeft } = progress ?? { done: 0, total: null, secondsLeft: Number.NaN };
    return html`<section aria-label=${name}>
      <p>${words.fetching(name, progress?.file ?? '')}</p>
      <progress aria-label=${name} max=${total ?? nothing} value=${total === null ? nothing : done}></progress>
      <p class="meta">${this.#howFar(done, total, secondsLeft)}</p>
      <div class="row">${this.#stop()}</div>
    </section>`;
  }

  #stop() {
    return html`<button @click=${() => void this.desk.stop()}>${words.stop}</button>`;
  }

  #howFar(done: number, total: number | null, secondsLeft: number): string {
    if (total === null) return words.progressUnknown(bytes(done));
    if (!Number.isFinite(secondsLeft)) return words.part(bytes(done), bytes(total));
    return words.progress(bytes(done), bytes(total), duration(secondsLeft));
  }

  #kept() {
    const models = this.desk.kept?.models ?? [];
    return html`<section aria-label=${words.kept}>
      <h2>${words.kept}</h2>
      ${models.length === 0 ? html`<p class="hint">${words.none}</p>` : html`<ul>${models.map((model) => this.#row(model))}</ul>`}
    </section>`;
  }

  #row(model: KeptModel) {
    const off = this.desk.work.kind !== 'idle';
    const { name, complete } = model;
    const size = bytes(model.bytes);
    const state = model.of === null ? words.partUnknown(size) : words.part(size, bytes(model.of));
    const hash = ({ sha256, stated }: KeptModel['files'][number]) =>
      sha256 === null ? nothing : html`<code>${sha256}</code> ${stated ? words.same : words.unstated}`;
    return html`<li>
      <div class="row">
        <span class="name">${name}</span>
        <span class="meta">${complete ? words.whole(size) : state}</span>
        ${complete || model.from === null ? nothing : html`<button ?disabled=${off} aria-label=${words.of(words.resume, name)} @click=${() => void this.desk.resume(model)}>${words.resume}</button>`}
        <button ?disabled=${off} aria-label=${words.of(words.remove, name)} @click=${() => void this.desk.remove(model)}>${words.remove}</button>
      </div>
      <details>
        <summary>${words.files(name)}</summary>
        ${this.#files(model.files, name, hash)}
      </details>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'download-page': DownloadPage;
  }
}
