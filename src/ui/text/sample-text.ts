import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { shared } from '../parts/styles';
import { changedWords, type Piece } from './changed_words';
import { sideStyles } from './side_styles';
import { words } from './words';

/** What base and adapter make of one prompt, side by side. */
@customElement('sample-text')
export class SampleText extends LitElement {
  @property() prompt = '';
  @property() base = '';
  @property() adapter = '';
  /** What the adapter wrote before, so that what is new is marked; null: nothing is. */
  @property({ attribute: false }) earlier: string | null = null;
  /** When it was written, in words. */
  @property() when = '';
  /** What is said in place of a text that is not there; empty: it was written and is empty. */
  @property() baseMissing = '';
  @property() adapterMissing = '';
  @property({ type: Boolean }) writing = false;
  /** To be read from afar: the main thing of its page. */
  @property({ type: Boolean, reflect: true }) large = false;

  static override styles = [
    shared,
    sideStyles,
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
      .name {
        margin: 0;
        font-size: 12px;
        line-height: 16px;
        font-weight: 600;
        color: var(--frozen-ink);
      }
      .adapter .name {
        color: var(--trainable-ink);
      }
      .writing .text::after {
        content: '▍';
        color: var(--ink-3);
      }
      .missing {
        color: var(--ink-3);
        margin-top: 4px;
      }
      mark {
        color: inherit;
        background: var(--trainable-soft);
        text-decoration: underline dotted var(--trainable);
        text-decoration-thickness: 1px;
        text-underline-offset: 5px;
      }
      :host([large]) {
        container-type: inline-size;
      }
      :host([large]) .prompt {
        font-size: 16px;
        line-height: 24px;
      }
      :host([large]) .sides {
        grid-template-columns: repeat(2, minmax(0, 1fr));
        margin-top: 12px;
        border-radius: 8px;
      }
      :host([large]) .side {
        padding: 16px 20px 20px;
        min-height: 192px; /* as many lines as a sample of a run has: what is below stays as others come */
      }
      @container (max-width: 639px) {
        :host([large]) .side {
          min-height: 276px;
        }
      }
      :host([large]) .name {
        font-size: 14px;
        line-height: 20px;
      }
      :host([large]) .adapter {
        box-shadow: inset 0 3px var(--trainable);
      }
      :host([large]) .base {
        box-shadow: inset 0 3px var(--frozen);
      }
      :host([large]) .text {
        font-size: 20px;
        line-height: 30px;
        margin-top: 8px;
        max-height: none;
      }
      :host([large]) .base .text {
        color: var(--ink-2);
      }
      @media (max-width: 639px) {
        :host([large]) .sides {
          grid-template-columns: minmax(0, 1fr);
        }
        :host([large]) .side {
          padding: 12px 16px 16px;
          min-height: 220px;
        }
        :host([large]) .text {
          font-size: 18px;
          line-height: 27px;
        }
      }
      @media (prefers-reduced-motion: no-preference) {
        :host([large]) mark {
          animation: arrive 700ms ease-out;
        }
        @keyframes arrive {
          from {
            background: transparent;
          }
        }
      }
    `,
  ];

  override render() {
    const { sample } = words;
    return html`
      <p class="prompt meta"><span>${sample.prompt}: <q>${this.prompt}</q></span>${this.when ? html`<span>${this.when}</span>` : nothing}</p>
      <div class="sides">
        ${this.#side('base', sample.base, this.base, this.baseMissing)}
        ${this.#side('adapter', sample.adapter, this.adapter, this.adapterMissing)}
      </div>
    `;
  }

  #side(kind: 'base' | 'adapter', name: string, text: string, missing: string) {
    return html`<div class=${`side ${kind} ${this.writing ? 'writing' : ''}`}>
      ${this.large ? html`<h3 class="name">${name}</h3>` : html`<h4 class="name">${name}</h4>`}
      ${
        missing
          ? html`<p class="missing">${missing}</p>`
          : html`<p class="text" tabindex=${this.large ? nothing : '0'} role="group" aria-label=${name}>${this.#text(kind, text.trimStart())}</p>`
      }
    </div>`;
  }

  #text(kind: 'base' | 'adapter', text: string) {
    if (text === '' && !this.writing) return words.sample.nothing;
    if (kind === 'base' || this.earlier === null) return text;
    const pieces = changedWords(this.earlier.trimStart(), text);
    // Made anew for each moment, so that what is new arrives anew.
    return keyed(this.when, pieces.map(markedWhereNew));
  }
}

/** The space before a word is not marked with it. */
function markedWhereNew({ text, changed }: Piece): TemplateResult {
  const word = text.trimStart();
  return changed ? html`${text.slice(0, text.length - word.length)}<mark>${word}</mark>` : html`${text}`;
}
