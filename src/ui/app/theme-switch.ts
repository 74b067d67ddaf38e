import { css, html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';
import { applyTheme, rememberedTheme, type Theme } from './theme';

const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** System, light or dark. */
@customElement('theme-switch')
export class ThemeSwitch extends LitElement {
  @state() private theme: Theme = rememberedTheme();

  static override styles = [
    shared,
    css`
      .group {
        display: flex;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 1px;
      }
      button.quiet {
        min-height: 28px;
        min-width: 28px;
        padding: 4px;
        border-radius: 4px;
      }
      button[aria-pressed='true'] {
        background: var(--sunken);
        color: var(--ink);
        border-color: var(--line);
      }
    `,
  ];

  override render() {
    return html`<div class="group" role="group" aria-label=${strings.header.theme}>
      ${themes.map((theme) => {
        const name = `${strings.header.theme}: ${strings.header.themes[theme]}`;
        return html`<button class="quiet" aria-pressed=${this.theme === theme} aria-label=${name} title=${name} @click=${() => this.#choose(theme)}>
          ${icons[theme]}
        </button>`;
      })}
    </div>`;
  }

  #choose(theme: Theme): void {
    this.theme = theme;
    applyTheme(theme);
  }
}
