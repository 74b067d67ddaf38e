import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { stagesOf } from '../../settings/stages';
import type { TaskSettings } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { shared } from '../parts/styles';
import type { FieldKey } from '../state/fields';
import { count, rate } from '../words/format';
import { unitAfter } from '../words/nouns';
import { strings } from '../words/strings';

/** The settings that the run which is shown was started with, beside it. */
@customElement('run-settings')
export class RunSettings extends BenchElement {
  static override styles = [
    shared,
    css`
      dl {
        display: grid;
        gap: 12px;
        margin-top: 12px;
      }
      div {
        display: flex;
        justify-content: space-between;
        gap: 16px;
      }
      dt {
        color: var(--ink-2);
      }
      dd {
        text-align: end;
        overflow-wrap: anywhere;
      }
      .filter {
        display: block;
      }
      .filter dd {
        text-align: start;
        margin-top: 4px;
        color: var(--ink-2);
      }
    `,
  ];

  override render() {
    const { settings } = this.bench.runs.state;
    if (!settings) return nothing;
    return html`
      <h3>${strings.run.settings}</h3>
      <dl>
        ${this.#numbers(settings).map(([key, value]) => {
          const [label, unit] = this.bench.view.words.fields[key] ?? strings.fields[key];
          return html`<div><dt>${label}</dt><dd>${rate(value)} ${unitAfter(value, unit)}</dd></div>`;
        })}
        ${stagesOf(settings).map(
          ({ freeze, index }) => html`<div class="filter">
            <dt>${settings.stages.length > 0 ? strings.stages.filter(count(index + 1)) : strings.freeze.expression}</dt>
            <dd class="mono">${freeze}</dd>
          </div>`,
        )}
      </dl>
    `;
  }

  /** Fields that are settings of the same name. */
  #numbers(settings: TaskSettings): readonly (readonly [FieldKey, number])[] {
    const keys: readonly FieldKey[] = [...this.bench.view.lengths, 'learningRate', 'loraRank', 'loraAlpha'];
    return keys.map((key) => [key, Number(Reflect.get(settings, key))]);
  }
}
