import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { DeviceReport as Report } from '../../worker/api';
import { icons } from '../parts/icons';
import { pageFeatures } from '../parts/page_features';
import { bytes } from '../words/format';
import '../parts/problem-note';
import { shared } from '../parts/styles';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import { pageAbilities } from './page_abilities';

/** What this browser and this GPU can and cannot do, in plain words. Fires `close`. */
@customElement('device-report')
export class DeviceReport extends LitElement {
  @property({ attribute: false }) report!: Report;
  /** What the window has, beside what the trainer's thread reports. */
  @property({ attribute: false }) features = pageFeatures();

  static override styles = [
    shared,
    css`
      section {
        background: var(--raised);
        border: 1px solid var(--line-strong);
        border-radius: 8px;
        box-shadow: 0 8px 32px rgb(0 0 0 / 24%);
        padding: 16px;
        max-height: calc(100vh - 80px);
        overflow: auto;
      }
      .head {
        display: flex;
        align-items: start;
        justify-content: space-between;
        gap: 8px;
      }
      .name {
        color: var(--ink-2);
        margin-bottom: 12px;
      }
      li {
        display: grid;
        grid-template-columns: 16px 1fr;
        gap: 0 8px;
        padding: 8px 0;
        border-top: 1px solid var(--line);
      }
      section:focus {
        outline: none;
      }
      li .icon {
        margin-top: 2px;
        color: var(--accent);
      }
      .missing .icon {
        color: var(--ink-3);
      }
      .ability {
        font-weight: 500;
      }
      .value {
        float: inline-end;
        font-weight: 500;
        padding-inline-start: 12px;
      }
      li p.meta {
        grid-column: 2;
      }
    `,
  ];

  override render() {
    const { report } = this;
    return html`<section role="dialog" aria-label=${strings.header.deviceTitle} tabindex="-1">
      <div class="head">
        <h2>${strings.header.deviceTitle}</h2>
        <button class="quiet" aria-label=${strings.close} @click=${() => this.dispatchEvent(new CustomEvent('close'))}>${icons.close}</button>
      </div>
      <p class="name">${sentence(report.name)}</p>
      ${report.problem ? html`<problem-note fixed .problem=${report.problem}></problem-note>` : nothing}
      <ul>
        ${[...report.abilities, ...pageAbilities(this.features)].map((ability) =>
          this.#line(
            ability.available,
            sentence(ability.name),
            ability.available ? strings.header.yes : strings.header.no,
            sentence(ability.meaning),
          ),
        )}
        ${report.usable ? this.#limits() : nothing}
      </ul>
    </section>`;
  }

  #limits() {
    const { header } = strings;
    return html`
      ${this.#line(true, header.largestBuffer, bytes(this.report.maxBufferBytes), header.largestBufferMeaning)}
      ${this.#line(true, header.largestBinding, bytes(this.report.maxBindingBytes), header.largestBindingMeaning)}
    `;
  }

  #line(available: boolean, name: string, value: string, meaning: string) {
    return html`<li class=${available ? '' : 'missing'}>
      ${available ? icons.check : icons.no}
      <p><span class="value">${value}</span><span class="ability">${name}</span></p>
      <p class="meta">${meaning}</p>
    </li>`;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('section')?.focus();
  }
}
