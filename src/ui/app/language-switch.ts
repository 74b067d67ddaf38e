import { css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement, textOf } from '../bench/bench_element';
import { shared } from '../parts/styles';
import { type Language, language, languages, speak } from '../words/language';
import { strings } from '../words/strings';

/** Each language in its own words. */
const names: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };

/** The language of the page. */
@customElement('language-switch')
export class LanguageSwitch extends BenchElement {
  static override styles = [
    shared,
    css`
      select {
        border-color: transparent;
        background: transparent;
        color: var(--ink-2);
        width: auto;
        max-width: 96px;
      }
      select:hover {
        background: var(--sunken);
      }
    `,
  ];

  override render() {
    return html`<select aria-label=${strings.header.language} title=${strings.header.language} @change=${this.#choose}>
      ${languages.map((one) => html`<option value=${one} lang=${one} ?selected=${one === language()}>${names[one]}</option>`)}
    </select>`;
  }

  async #choose(event: Event): Promise<void> {
    const chosen = languages.find((one) => one === textOf(event));
    if (!chosen) return;
    await speak(chosen).catch((error) => this.bench.languageFailed(error));
    this.bench.changed();
  }
}
