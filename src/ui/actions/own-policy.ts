import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { OpenedModel } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import '../models/bring-model';
import '../models/kept-prefixes';
import { switches } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { big, bytes } from '../words/format';
import { sentence } from '../words/sentence';
import type { ActionsParts } from './parts';
import { words } from './words_policy';

/** A policy that a person brings, how a base is read, and what is kept of frames. */
@customElement('own-policy')
export class OwnPolicy extends BenchElement {
  @property({ attribute: false }) view!: ActionsParts;

  static override styles = [
    shared,
    switches,
    css`
      ul {
        list-style: disc;
        margin: 8px 0 0;
        padding-inline-start: 20px;
      }
      li,
      p {
        overflow-wrap: anywhere;
      }
      .switch,
      kept-prefixes {
        margin-top: 16px;
      }
      .meta {
        max-width: 62ch;
      }
    `,
  ];

  override render() {
    const opened = this.bench.models.of(this.bench.base);
    return html`<bring-model .bench=${this.bench} heading=${words.title} lead=${words.lead}>
        ${opened ? html`<div>${this.#facts(opened)}</div>` : nothing}
      </bring-model>
      ${this.#streamed()} <kept-prefixes .bench=${this.bench}></kept-prefixes>`;
  }

  #facts({ name, family, naming = 'openpi', parameters, fileBytes, storedAs, actions, notes }: OpenedModel) {
    return html`<p>${words.facts(name, family, naming, big(parameters), bytes(fileBytes), storedAs.join(', '))}</p>
      ${actions?.stats ? html`<p>${words.stats}</p>` : nothing}
      ${
        notes.length > 0
          ? html`<ul>
              ${notes.map(({ what, fix }) => html`<li>${sentence(what)} ${fix ? sentence(fix) : nothing}</li>`)}
            </ul>`
          : nothing
      }`;
  }

  #streamed() {
    const locked = this.view.isStreamed(this.bench.base);
    const change = (event: Event): void => this.view.choose({ streamed: (event.target as HTMLInputElement).checked });
    return html`<label class="switch">
      <input type="checkbox" .checked=${locked || this.view.form.actions.streamed} ?disabled=${locked} @change=${change} />
      <span>${words.streamed}</span>
      <span class="meta">${words.streamedMeaning} ${locked ? words.streamedLocked : nothing}</span>
    </label>`;
  }
}
