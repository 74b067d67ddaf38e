import { css, html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** Below everything: whose work this is. notices.txt is made by the build. */
@customElement('app-footer')
export class AppFooter extends LitElement {
  static override styles = [
    shared,
    css`
      footer {
        height: 41px;
        display: flex;
        align-items: center;
        justify-content: end; /* at the other side is the place of passing notes */
        padding-inline: calc(var(--edge) - 8px);
        border-top: 1px solid var(--line);
        color: var(--ink-3);
        font-size: 12px;
        line-height: 16px;
      }
      a {
        color: inherit;
        padding: 8px;
      }
      a:hover {
        color: var(--accent);
      }
    `,
  ];

  override render() {
    // In a tab of its own: a run goes on in this one.
    return html`<footer><a href="./notices.txt" target="_blank">${strings.licences}</a></footer>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'app-footer': AppFooter;
  }
}
