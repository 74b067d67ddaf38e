import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { shared } from '../parts/styles';
import { words } from './words';

/** What base and adapter make of one prompt, side by side. */
@customElement('sample-text')
export class SampleText extends LitElement {
  @property() prompt = '';
  @property() base = '';
  @property() adapter = '';
  /** When it was written, in words. */
  @property() when = '';
  @property({ type: Boolean }) writing = false;

  static override styles = [
    shared,
    css`
      .prompt {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 12px;
      }
      .prompt q {
        color: var(--ink);
        overflow-wrap: anywhere;
      }
      .sides {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(160px, 1fr));
        gap: 1px;
        background: var(--line);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        overflow: hidden;
        margin-top: 4px;
      }
      .side {
        background: var(--surface);
        padding: 8px 12px;
        min-height: 72px;
      }
      h4 {
        margin: 0;
        font-size: 12px;
        line-height: 16px;
        font-weight: 600;
        color: var(--frozen-ink);
      }
      .adapter h4 {
        color: var(--trainable-ink);
      }
      .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        margin-top: 4px;
        max-height: 200px;
        overflow: auto;
      }
      .writing .text::after {
        content: '▍';
        color: var(--ink-3);
      }
    `,
  ];

  override render() {
    const { sample } = words;
    return html`
      <p class="prompt meta"><span>${sample.prompt}: <q>${this.prompt}</q></span>${this.when ? html`<span>${this.when}</span>` : nothing}</p>
      <div class="sides">
        ${this.#side('base', sample.base, this.base)} ${this.#side('adapter', sample.adapter, this.adapter)}
      </div>
    `;
  }

  #side(kind: 'base' | 'adapter', name: string, text: string) {
    return html`<div class=${`side ${kind} ${this.writing ? 'writing' : ''}`}>
      <h4>${name}</h4>
      <p class="text" tabindex="0" role="group" aria-label=${name}>${text === '' && !this.writing ? words.sample.nothing : text.trimStart()}</p>
    </div>`;
  }
}
