import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { PreviewWindow } from '../../worker/api';
import { shared } from '../parts/styles';
import { count, counted } from '../words/format';
import { type DrawnPiece, drawnPieces } from './window_pieces';
import { words } from './words';

/** Windows shown before the rest is asked for. */
const inSight = 3;

/** The first windows as the model will see them: what is learned, what is only shown, special tokens. */
@customElement('window-preview')
export class WindowPreview extends LitElement {
  @property({ attribute: false }) windows: readonly PreviewWindow[] = [];
  /** The rest is asked for. */
  @state() private open = false;

  static override styles = [
    shared,
    css`
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        margin: 4px 0 8px;
        color: var(--ink-2);
        font-size: 12px;
      }
      li + li,
      details {
        margin-top: 12px;
      }
      .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        font-family: var(--mono);
        font-size: 13px;
        line-height: 20px;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 8px 12px;
        max-height: 184px;
        overflow: auto;
        position: relative;
      }
      .shown {
        color: var(--ink-3);
      }
      .shown::before {
        content: '⟦';
      }
      .shown::after {
        content: '⟧';
      }
      .learned {
        background: var(--trainable-soft);
        color: var(--ink);
        text-decoration: underline solid var(--trainable) 1px;
        text-underline-offset: 4px;
      }
      .special {
        font-size: 11px;
        border: 1px solid var(--line-strong);
        border-radius: 3px;
        padding: 0 3px;
        background: var(--sunken);
        color: var(--ink-2);
        text-decoration: none;
        display: inline-block;
        line-height: 14px;
      }
      .cut {
        color: var(--warn);
      }
    `,
  ];

  override render() {
    const { data } = words;
    return html`
      <p class="legend">
        <span><span class="learned">${data.previewLegendLearned}</span></span>
        <span><span class="shown">${data.previewLegendShown}</span></span>
        <span><span class="special">&lt;bos&gt;</span> ${data.previewLegendSpecial}</span>
      </p>
      <ol>
        ${this.windows.slice(0, inSight).map((window) => this.#window(window))}
      </ol>
      ${
        this.windows.length > inSight
          ? html`<details @toggle=${this.#onToggle}>
              <summary>${data.previewMore(count(this.windows.length - inSight))}</summary>
              ${
                this.open
                  ? html`<ol>
                      ${this.windows.slice(inSight).map((window) => this.#window(window))}
                    </ol>`
                  : nothing
              }
            </details>`
          : nothing
      }
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('windows') || changed.has('open')) requestAnimationFrame(() => this.#showLearned());
  }

  #onToggle(event: Event): void {
    this.open = (event.currentTarget as HTMLDetailsElement).open;
  }

  /** Scrolls to what is learned, where much that is shown stands before it. */
  #showLearned(): void {
    const boxes = [...this.renderRoot.querySelectorAll<HTMLElement>('.text')];
    // All are measured before the first is scrolled: in turns, each would be laid out anew.
    const tops = boxes.map((box) => {
      const learned = box.querySelector<HTMLElement>('.learned');
      return learned ? Math.max(0, learned.offsetTop - box.clientHeight / 2) : 0;
    });
    for (const [index, box] of boxes.entries()) box.scrollTop = tops[index]!;
  }

  #window(window: PreviewWindow) {
    const title = words.data.window(window.file, count(window.line), counted(window.tokens, 'token'));
    return html`<li>
      <p class="meta">
        ${title}
        ${window.truncatedTokens > 0 ? html`<span class="cut"> · ${words.data.truncated(counted(window.truncatedTokens, 'token'))}</span>` : nothing}
      </p>
      <div class="text" tabindex="0" role="group" aria-label=${title}>${drawnPieces(window.pieces).map((piece) => this.#piece(piece))}</div>
    </li>`;
  }

  #piece({ trained, parts }: DrawnPiece) {
    return html`<span class=${trained ? 'learned' : 'shown'}>${parts.map((part) =>
      part.special ? html`<span class="special">${part.text}</span>` : part.text,
    )}</span>`;
  }
}
