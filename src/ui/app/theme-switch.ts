import { css, html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { icons } from '../parts/icons';
import { segments } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { applyTheme, rememberedTheme, type Theme } from '../parts/theme';
import { strings } from '../words/strings';

const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** System, light or dark. */
@customElement('theme-switch')
export class ThemeSwitch extends LitElement {
  @state() private theme: Theme = rememberedTheme();

  static override styles = [
    shared,
    segments,
    css`
      button.quiet {
        min-width: 28px;
        padding: 4px;
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
