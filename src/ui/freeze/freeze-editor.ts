import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { FreezeFinding } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { editFilter, filterShown, useFilter } from '../bench/filter_shown';
import type { Place } from '../bench/freeze_desk';
import { icons } from '../parts/icons';
import '../parts/problem-note';
import { fieldLabel } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { count } from '../words/format';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import { linesOf } from './editor_lines';

/**
 * The filter's text. Behind the field stands the same text once more, line by line, which gives the field its height and carries the
 * marks: in the gutter the lines that a finding speaks of, in the text the character at fault, or the part that was chosen.
 */
@customElement('freeze-editor')
export class FreezeEditor extends BenchElement {
  @query('textarea') private readonly field!: HTMLTextAreaElement;

  #pointed: Place | null = null;

  static override styles = [
    shared,
    fieldLabel,
    css`
      .field {
        display: grid;
      }
      .echo,
      textarea {
        grid-area: 1 / 1;
        font-family: var(--mono);
        font-size: 12px;
        line-height: 20px;
        padding: 8px 8px 8px 0;
        margin: 0;
        border: 1px solid transparent;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        tab-size: 4;
        letter-spacing: 0;
      }
      .echo {
        min-height: 58px;
        background: var(--surface);
        border-radius: var(--radius);
      }
      .line {
        display: grid;
        grid-template-columns: 28px minmax(0, 1fr);
      }
      .line code {
        font: inherit;
        color: transparent;
      }
      .gutter {
        display: flex;
        justify-content: end;
        align-items: center;
        height: 20px; /* a line's, whatever it holds */
        padding-inline-end: 6px;
        color: var(--ink-3);
        font-size: 12px;
      }
      .line.error {
        background: var(--danger-soft);
      }
      .line.error .gutter {
        color: var(--danger);
      }
      .line.warning {
        background: var(--warn-soft);
      }
      .line.warning .gutter {
        color: var(--warn);
      }
      textarea {
        padding-inline-start: 28px;
        background: transparent;
        border-color: var(--line-strong);
        overflow: hidden;
        resize: none;
        height: 100%;
      }
      mark {
        color: transparent;
        border-radius: 2px;
        background: var(--accent-soft);
        box-shadow: 0 0 0 1px var(--accent);
      }
      mark.fault {
        background: var(--danger-soft);
        box-shadow: 0 0 0 1px var(--danger), 0 3px 0 0 var(--danger);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0 8px;
        align-items: baseline;
        min-height: 28px;
      }
      .head label {
        margin: 0;
        margin-inline-end: auto;
      }
      .head button {
        min-height: 24px;
        padding: 1px 8px;
        font-size: 12px;
        line-height: 16px;
      }
      .meta,
      .wrong-place {
        margin-top: 4px;
      }
      @media (forced-colors: active) {
        mark {
          outline: 2px solid Highlight;
        }
      }
    `,
  ];

  override render() {
    const { freeze, studio } = strings;
    const { bench } = this;
    const { report, mistaken, example } = bench.studio;
    const mistake = report?.text === filterShown(bench) ? report.mistake : null;
    const { problem } = bench.plans;
    const other = report?.mistake || example !== null || problem?.setting ? null : problem; // a number's is shown at its field
    return html`
      <div class="head">
        <label for="expression">${freeze.expression}</label>
        ${example === null ? nothing : html`<button @click=${() => useFilter(bench, filterShown(bench))}>${studio.takeExample}</button>`}
      </div>
      <div class="field">
        <div class="echo" aria-hidden="true">${this.#echo()}</div>
        <textarea
          id="expression"
          rows="1"
          spellcheck="false"
          autocapitalize="off"
          autocomplete="off"
          aria-describedby="language"
          aria-invalid=${mistake ? 'true' : 'false'}
          .value=${filterShown(bench)}
          @input=${(event: Event) => editFilter(bench, textOf(event))}
        ></textarea>
      </div>
      ${
        report?.mistake && mistaken
          ? html`<div class="wrong-place">
              <problem-note fixed .problem=${report.mistake.problem}></problem-note>
              <button class="quiet" @click=${() => this.#goToFault()}>${studio.goTo(sentence(report.mistake.problem.where ?? ''))}</button>
            </div>`
          : nothing
      }
      ${other ? html`<div class="wrong-place"><problem-note fixed .problem=${other}></problem-note></div>` : nothing}
      <p class="meta" id="language" title=${freeze.language}>${example === null ? studio.pasteHint : studio.exampleNote}<span class="hidden-text"> ${freeze.language}</span></p>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { pointed } = this.bench.studio;
    if (pointed === this.#pointed) return;
    this.#pointed = pointed;
    if (pointed) this.#select(pointed);
  }

  /** The text again, invisible, with the marks. */
  #echo() {
    const { studio } = this.bench;
    const text = filterShown(this.bench);
    const { report } = studio;
    const isCurrent = report?.text === text;
    const fault = isCurrent ? report.mistake : null;
    const place = fault ? { start: fault.offset, end: fault.offset + 1 } : isCurrent ? studio.chosenPart : null;
    const findings = isCurrent ? (report.filter?.findings ?? []) : [];
    return linesOf(text, place).map(({ number, before, marked, after }) => {
      const finding = worstOf(findings, number);
      return html`<div class=${`line ${finding?.severity ?? ''}`}>
        <span class="gutter">${finding ? (finding.severity === 'note' ? icons.note : icons.warn) : count(number)}</span
        ><code>${before}${marked === null ? nothing : html`<mark class=${fault ? 'fault' : 'part'}>${marked}</mark>`}${after}\u200b</code>
      </div>`;
    });
  }

  #goToFault(): void {
    const { report } = this.bench.studio;
    if (report?.mistake) this.#select({ start: report.mistake.offset, end: report.mistake.offset + 1 });
  }

  #select({ start, end }: Place): void {
    this.field.focus();
    this.field.setSelectionRange(start, end);
    this.field.scrollIntoView({ block: 'nearest' });
  }
}

const severities = ['error', 'warning', 'note'] as const;

/** The gravest of the findings that speak of a line. */
const worstOf = (findings: readonly FreezeFinding[], line: number): FreezeFinding | undefined =>
  findings
    .filter(({ at }) => at.line === line)
    .sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity))[0];

declare global {
  interface HTMLElementTagNameMap {
    'freeze-editor': FreezeEditor;
  }
}
