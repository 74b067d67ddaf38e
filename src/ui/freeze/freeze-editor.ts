import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { BenchElement, textOf } from '../bench/bench_element';
import type { Place } from '../bench/freeze_desk';
import '../parts/problem-note';
import { fieldLabel } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/**
 * The filter's text. Behind the field stands the same text once more, which gives the field its height and carries the
 * marks: the character at fault, or the part that was chosen.
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
        font-size: 13px;
        line-height: 20px;
        padding: 8px;
        margin: 0;
        border: 1px solid transparent;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        tab-size: 4;
        letter-spacing: 0;
      }
      .echo {
        min-height: 58px;
        color: transparent;
        background: var(--surface);
        border-radius: var(--radius);
      }
      textarea {
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
      .meta,
      .wrong-place {
        margin-top: 8px;
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
    const { form, plans } = this.bench;
    const { report, mistaken } = this.bench.studio;
    const mistake = report?.text === form.freeze ? report.mistake : null;
    const other = report?.mistake || plans.problem?.setting ? null : plans.problem; // a number's is shown at its field
    return html`
      <label for="expression">${freeze.expression}</label>
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
          .value=${form.freeze}
          @input=${(event: Event) => this.bench.edit({ freeze: textOf(event) })}
        ></textarea>
      </div>
      ${
        report?.mistake && mistaken
          ? html`<div class="wrong-place">
              <problem-note fixed .problem=${report.mistake.problem}></problem-note>
              <button class="quiet" @click=${() => this.#goToFault()}>${studio.goTo(report.mistake.problem.where ?? '')}</button>
            </div>`
          : nothing
      }
      ${other ? html`<div class="wrong-place"><problem-note fixed .problem=${other}></problem-note></div>` : nothing}
      <p class="meta" id="language">${freeze.language} ${studio.pasteHint}</p>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { pointed } = this.bench.studio;
    if (pointed === this.#pointed) return;
    this.#pointed = pointed;
    if (pointed) this.#select(pointed);
  }

  /** The text in three pieces, the middle one marked; a mark behind the end takes the width of a letter. */
  #echo() {
    const { form, studio } = this.bench;
    const text = form.freeze;
    const { report } = studio;
    const isCurrent = report?.text === text;
    const fault = isCurrent ? report.mistake : null;
    const place = fault ? { start: fault.offset, end: fault.offset + 1 } : isCurrent ? studio.chosenPart : null;
    // The last line is drawn even where it is empty.
    if (!place) return `${text}\u200b`;
    const middle = text.slice(place.start, place.end);
    const shown = middle === '' || middle === '\n' ? `\u00a0${middle}` : middle;
    return html`${text.slice(0, place.start)}<mark class=${fault ? 'fault' : 'part'}>${shown}</mark>${text.slice(place.end)}\u200b`;
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

declare global {
  interface HTMLElementTagNameMap {
    'freeze-editor': FreezeEditor;
  }
}
