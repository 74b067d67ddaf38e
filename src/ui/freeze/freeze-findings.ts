import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { FreezeFinding } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { editFilter, filterShown } from '../bench/filter_shown';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { count } from '../words/format';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';

/** What is wrong with the filter: how bad, why, where, and the repair. */
@customElement('freeze-findings')
export class FreezeFindings extends BenchElement {
  static override styles = [
    shared,
    css`
      ul {
        display: grid;
        gap: 8px;
        margin-top: 8px;
      }
      li {
        display: grid;
        grid-template-columns: 16px minmax(0, 1fr);
        gap: 8px;
        padding: 11px 12px;
        border: 1px solid var(--line-strong);
        border-inline-start-width: 4px;
        border-radius: var(--radius);
        background: var(--surface);
        overflow-wrap: anywhere;
      }
      li > .icon {
        margin-top: 2px;
      }
      .error {
        border-color: var(--danger);
        background: var(--danger-soft);
      }
      .error > .icon,
      .error b {
        color: var(--danger);
      }
      .warning {
        border-color: var(--warn);
        background: var(--warn-soft);
      }
      .warning > .icon,
      .warning b {
        color: var(--warn);
      }
      .repair {
        display: flex;
        flex-wrap: wrap;
        gap: 0 12px;
        align-items: start;
        margin-top: 8px;
      }
      details {
        flex: 1;
        min-width: 0;
      }
      .repair code {
        display: block;
        margin-top: 4px;
        white-space: pre-wrap;
        padding: 6px 8px;
        border-radius: var(--radius);
        background: var(--bg);
        border: 1px solid var(--line);
        color: var(--ink);
      }
      button.quiet {
        min-height: 24px;
        padding: 0 4px;
        margin-inline-start: 4px;
        text-decoration: underline;
        font-size: 12px;
      }
      .fine {
        display: flex;
        gap: 6px;
        align-items: center;
        margin-top: 4px;
      }
      .fine .icon {
        color: var(--accent);
      }
    `,
  ];

  protected override drawnFrom() {
    const { good, report } = this.bench.studio;
    return [good, report?.filter === null];
  }

  override render() {
    const { studio } = strings;
    const { good, report } = this.bench.studio;
    if (!good || !report?.filter) return nothing; // a text that is no filter says so itself
    const { findings } = good.filter;
    return html`
      <h3 class="hidden-text">${studio.findings}</h3>
      ${
        findings.length === 0
          ? html`<p class="fine">${icons.check} ${studio.noFindings}</p>`
          : html`<ul>${findings.map((finding) => this.#finding(finding))}</ul>`
      }
    `;
  }

  #finding(finding: FreezeFinding) {
    const { studio } = strings;
    const { severity, message, at, repair } = finding;
    return html`<li class=${severity}>
      ${severity === 'note' ? icons.note : icons.warn}
      <div>
        <p>
          <b>${studio.severity[severity]}.</b> ${sentence(message)}
          <button class="quiet" aria-label=${studio.goTo(studio.place(count(at.line), count(at.column)))} @click=${() => this.bench.studio.pointAt(at)}>
            ${studio.place(count(at.line), count(at.column))}
          </button>
        </p>
        ${
          repair === null
            ? nothing
            : html`<div class="repair">
                <button class="primary" @click=${() => this.#repair(repair)}>${icons.check} ${studio.repair}</button>
                <details>
                  <summary>${studio.repairTo}</summary>
                  <code>${repair}</code>
                </details>
              </div>`
        }
      </div>
    </li>`;
  }

  #repair(freeze: string): void {
    const { bench } = this;
    const { task, studio } = bench;
    const before = filterShown(bench);
    const isExample = studio.example !== null;
    editFilter(bench, freeze);
    bench.note(strings.studio.repaired, {
      // Back to where it came from: an example never gets into the form by this way.
      take: () => (isExample ? studio.showExample(before) : bench.edit({ freeze: before })),
      holds: () => bench.task === task && filterShown(bench) === freeze,
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'freeze-findings': FreezeFindings;
  }
}
