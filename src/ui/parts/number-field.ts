import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { textOf } from '../bench/bench_element';
import type { FieldKey } from '../state/defaults';
import { checkField, fields } from '../state/settings';
import type { Task } from '../state/task';
import { rate } from '../words/format';
import { strings } from '../words/strings';
import { shared } from './styles';

/** One number of the form: label, unit, definition, and what is wrong with it beside it. Fires `edit` with the text. */
@customElement('number-field')
export class NumberField extends LitElement {
  @property({ attribute: false }) key!: FieldKey;
  @property() value = '';
  /** Some fields count other things in the actions task. */
  @property() task: Task = 'text';
  /** Where the same number is asked for more than once: the definition is a title, not a line. */
  @property({ type: Boolean }) brief = false;

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
    const [label, unit, meaning] = wordsOf(this.key, this.task);
    const found = checkField(this.key, this.value);
    const { integer, min, max } = fields[this.key];
    return html`
      <label for="input" title=${this.brief ? meaning : nothing}>${label}</label>
      <div class="box">
        <input
          id="input"
          type="text"
          inputmode=${integer ? 'numeric' : 'decimal'}
          autocomplete="off"
          .value=${this.value}
          aria-invalid=${found ? 'true' : 'false'}
          aria-describedby="unit meaning wrong"
          @input=${(event: Event) => this.dispatchEvent(new CustomEvent('edit', { detail: textOf(event) }))}
        />
        <span class="unit" id="unit">${unit}</span>
      </div>
      <p class="wrong" id="wrong" role="status">${found ? strings.fieldProblem(found, rate(min), rate(max)) : nothing}</p>
      <p class="meta" id="meaning" ?hidden=${this.brief}>${meaning}</p>
    `;
  }

  override focus(): void {
    this.renderRoot.querySelector('input')?.focus();
  }
}

function wordsOf(key: FieldKey, task: Task): readonly [label: string, unit: string, meaning: string] {
  const own: Partial<Record<FieldKey, readonly [string, string, string]>> = strings.actionsFields;
  return (task === 'actions' ? own[key] : undefined) ?? strings.fields[key];
}
