import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { written } from '../../settings/numbers';
import type { Problem, SettingPlace } from '../../worker/api';
import { textOf } from '../bench/bench_element';
import type { ChosenNumber, TaskWords } from '../bench/task_view';
import { checkField, type FieldKey, fields } from '../state/fields';
import { unitAfter } from '../words/nouns';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import { shared } from './styles';

/** One number of the form: label, unit, definition, and what is wrong with it beside it. Fires `edit` with the text. */
@customElement('number-field')
export class NumberField extends LitElement {
  @property({ attribute: false }) key!: FieldKey;
  @property() value = '';
  /** Words of numbers that mean something else than usual, where this may be one of them. */
  @property({ attribute: false }) own: TaskWords['fields'] = {};
  /** Why the trainer takes another number only, where it does. */
  @property({ attribute: false }) refusal: Problem | null = null;
  /** Set anew to bring the field into view, with the focus in it. */
  @property({ attribute: false }) pointed: SettingPlace | null = null;
  /** Where the same number is asked for more than once: the definition is a title, not a line. */
  @property({ type: Boolean }) brief = false;
  /** What the data choose where the field is left empty, and why. */
  @property({ attribute: false }) chosen: ChosenNumber | null = null;

  static override styles = [
    shared,
    css`
      label {
        display: block;
        font-weight: 500;
        margin-bottom: 4px;
      }
      .box {
        position: relative;
        display: flex;
        align-items: baseline;
        gap: 8px;
      }
      input[type='text'] {
        width: 88px;
        flex: none;
      }
      .unit {
        color: var(--ink-3);
        font-size: 12px;
        white-space: nowrap;
      }
      .meta {
        margin-top: 4px;
        max-width: 36ch;
      }
    `,
  ];

  override render() {
    const [label, unit, meaning] = this.own[this.key] ?? strings.fields[this.key];
    const found = checkField(this.key, this.value);
    const { integer, min, max } = fields[this.key];
    const wrong = found ? strings.fieldProblem(found, written(min), written(max)) : this.#refused();
    return html`
      <label for="input" title=${this.brief ? meaning : nothing}>${label}</label>
      <div class="box">
        <input
          id="input"
          type="text"
          inputmode=${integer ? 'numeric' : 'decimal'}
          autocomplete="off"
          .value=${this.value}
          placeholder=${this.chosen?.value ?? nothing}
          aria-invalid=${wrong === '' ? 'false' : 'true'}
          aria-describedby="unit chosen meaning wrong"
          @input=${(event: Event) => this.dispatchEvent(new CustomEvent('edit', { detail: textOf(event) }))}
        />
        <span class="unit" id="unit">${unitAfter(Number(this.value || this.chosen?.value), unit)}</span>
      </div>
      <p class="wrong" id="wrong" role="status">${wrong}</p>
      <p class="meta" id="chosen">${this.#chosenWords()}</p>
      <p class="meta" id="meaning" ?hidden=${this.brief}>${meaning}</p>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('pointed') || !this.pointed) return;
    const folded = this.closest('details');
    if (folded) folded.open = true;
    this.scrollIntoView({ block: 'center' });
    this.focus();
  }

  #refused(): string {
    const { what = '', fix = '' } = this.refusal ?? {};
    return [what, fix].filter(Boolean).map(sentence).join(' ');
  }

  #chosenWords() {
    if (this.value.trim() !== '') return fields[this.key].fromData ? strings.emptyForChosen : nothing;
    return this.chosen?.why ?? nothing;
  }

  override focus(): void {
    this.renderRoot.querySelector('input')?.focus();
  }
}
