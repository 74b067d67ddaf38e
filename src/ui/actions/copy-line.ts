import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { shared } from '../parts/styles';
import { words } from './words';

/** A line to type elsewhere, with a button that copies it. */
@customElement('copy-line')
export class CopyLine extends LitElement {
  @property() line = '';
  /** What the last copying came to, in a word. */
  @state() private said = '';

  static override styles = [
    shared,
    css`
      .line {
        display: flex;
        align-items: start;
        gap: 8px;
        margin-top: 4px;
      }
      code {
        flex: 1;
        min-width: 0;
        padding: 6px 8px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--sunken);
        overflow-wrap: anywhere;
        user-select: all;
      }
    `,
  ];

  override render() {
    return html`<div class="line">
      <code>${this.line}</code>
      <button aria-label=${words.copy.label(this.line)} @click=${() => void this.#copy()}>${words.copy.button}</button>
    </div>
    <p class="meta" role="status">${this.said}</p>`;
  }

  /** A page that may not write to the clipboard selects the line, for the person's own keys. */
  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.line);
      this.said = words.copy.done;
    } catch {
      const code = this.renderRoot.querySelector('code');
      if (code) getSelection()?.selectAllChildren(code);
      this.said = words.copy.selected;
    }
  }
}
