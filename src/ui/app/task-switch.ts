import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { TaskId } from '../../settings/task';
import { BenchElement } from '../bench/bench_element';
import { segments } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** One button a task; locked during a run. */
@customElement('task-switch')
export class TaskSwitch extends BenchElement {
  static override styles = [
    shared,
    segments,
    css`
      button.quiet {
        padding: 3px 10px;
        flex: 1;
      }
      button[aria-pressed='true'] {
        border-color: var(--line-strong);
        font-weight: 500;
      }
    `,
  ];

  override render() {
    return html`<div class="group" role="group" aria-label=${strings.task.label}>${this.bench.tasks.map((task) => this.#button(task))}</div>`;
  }

  #button(task: TaskId) {
    const { words } = this.bench.viewOf(task);
    const locked = this.bench.runs.active && task !== this.bench.task;
    return html`<button
      class="quiet"
      aria-pressed=${task === this.bench.task}
      aria-disabled=${locked ? 'true' : nothing}
      title=${locked ? strings.task.busy : words.meaning}
      @click=${() => this.bench.switchTask(task)}
    >
      ${words.name}
    </button>`;
  }
}
