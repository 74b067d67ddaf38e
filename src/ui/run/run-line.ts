import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { stepsOf } from '../../settings/stages';
import { BenchElement } from '../bench/bench_element';
import { shared } from '../parts/styles';
import { counted } from '../words/format';
import { strings } from '../words/strings';

/** The form in one line while the run has the stage: what, on what, how long. Fires `toggle-form`. */
@customElement('run-line')
export class RunLine extends BenchElement {
  @property({ type: Boolean }) open = false;

  static override styles = [
    shared,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: center;
        gap: 4px 16px;
      }
      h2 {
        font-size: 20px;
        line-height: 28px;
        overflow-wrap: anywhere;
      }
      .what {
        font-size: 14px;
        line-height: 20px;
        font-weight: 400;
        letter-spacing: 0;
        color: var(--ink-2);
      }
    `,
  ];

  override render() {
    const { runs, view } = this.bench;
    const { settings, name } = runs.state;
    if (!settings) return html``;
    const base = this.bench.catalogue?.bases.find(({ id }) => id === settings.base)?.name ?? settings.base;
    const steps = counted(stepsOf(settings), 'step');
    return html`<div class="line">
      <h2>${name} <span class="what">${strings.run.line(view.words.name, base, steps)}</span></h2>
      <button class="quiet" aria-expanded=${this.open} @click=${() => this.dispatchEvent(new CustomEvent('toggle-form'))}>
        ${this.open ? strings.run.foldForm : runs.active ? strings.run.showForm : strings.run.newRun}
      </button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'run-line': RunLine;
  }
}
