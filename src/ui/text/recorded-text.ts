import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { shared } from '../parts/styles';
import type { RunState } from '../state/run_state';
import { count } from '../words/format';
import { words } from './words';

/** Of a recorded run: what base and adapter answer to its prompt, as far as it has come. */
@customElement('recorded-text')
export class RecordedText extends LitElement {
  @property() prompt = '';
  /** The latest; null before the first evaluation. */
  @property({ attribute: false }) sample: RunState['samples'][number] | null = null;

  static override styles = [
    shared,
    css`
      :host {
        container-type: inline-size;
      }
      .prompt {
        display: flex;
        justify-content: space-between;
        gap: 0 12px;
        min-height: 16px;
      }
      .sides {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 8px 24px;
        margin-top: 8px;
      }
      .side {
        border-inline-start: 4px solid var(--frozen);
        padding-inline-start: 12px;
      }
      .side.adapter {
        border-color: var(--trainable);
      }
      h3 {
        font-size: 12px;
        line-height: 16px;
        font-weight: 600;
        color: var(--frozen-ink);
      }
      .adapter h3 {
        color: var(--trainable-ink);
      }
      .text {
        font-size: 16px;
        line-height: 24px;
        overflow-wrap: anywhere;
        margin-top: 4px;
        min-height: 96px; /* four lines, which no sample exceeds: nothing moves as others come */
      }
      @container (max-width: 440px) {
        .sides {
          grid-template-columns: minmax(0, 1fr);
        }
        .text {
          min-height: 72px;
        }
      }
    `,
  ];

  override render() {
    const { sample: said } = words;
    const { sample } = this;
    return html`
      <p class="prompt meta">
        <span>${this.prompt === '' ? nothing : html`${said.prompt}: <q>${this.prompt}</q>`}</span>
        <span>${sample ? said.atStep(count(sample.step)) : nothing}</span>
      </p>
      <div class="sides">
        ${this.#side('base', said.base, sample?.base)} ${this.#side('adapter', said.adapter, sample?.adapter)}
      </div>
    `;
  }

  #side(kind: 'base' | 'adapter', name: string, text: string | undefined) {
    return html`<div class=${`side ${kind}`}>
      <h3>${name}</h3>
      <p class="text">${text?.trim() ?? '…'}</p>
    </div>`;
  }
}
