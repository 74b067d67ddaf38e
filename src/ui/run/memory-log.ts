import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MemorySample } from '../../worker/api';
import { kindColours } from '../parts/kind_colours';
import { memoryKinds } from '../parts/memory_parts';
import { scrolledTable } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { idleRun, type RunState } from '../state/run_state';
import { bytes, bytesChange, count } from '../words/format';
import { strings } from '../words/strings';
import { type MemorySpan, memoryChanges, memorySpans } from './memory_log_data';

const height = 56;

/** What a run held on the GPU over its steps: drawn where it changed, in words at each change, and as a table. */
@customElement('memory-log')
export class MemoryLog extends LitElement {
  @property({ attribute: false }) run: RunState = idleRun;
  @state() private open = false;

  static override styles = [
    shared,
    scrolledTable,
    kindColours,
    css`
      .over {
        margin-top: 12px;
      }
      svg {
        display: block;
        width: 100%;
        height: ${height}px;
        margin-top: 4px;
        background: var(--sunken);
      }
      .change {
        color: var(--ink-2);
        font-size: 12px;
        line-height: 18px;
        margin-top: 4px;
      }
      .change b {
        font-weight: 500;
        color: var(--ink);
      }
      summary {
        font-size: 12px;
        margin-top: 4px;
      }
      th,
      td {
        text-align: end;
        white-space: nowrap;
      }
      tbody th {
        text-align: start;
        font-weight: 400;
      }
      @media (forced-colors: active) {
        svg {
          forced-color-adjust: none;
        }
      }
    `,
  ];

  override render() {
    const { memoryLog } = this.run;
    if (memoryLog.length === 0) return nothing;
    const words = strings.memoryLog;
    const spans = memorySpans(this.run);
    const changes = memoryChanges(memoryLog);
    const staged = (this.run.settings?.stages.length ?? 0) > 0;
    return html`
      ${staged ? html`<h3 class="over">${words.title}</h3>${this.#chart(spans, changes.map(inWords))}` : nothing}
      ${changes.map((change) => html`<p class="change">${inWords(change)}</p>`)}
      <details @toggle=${this.#onToggle}>
        <summary>${words.table}</summary>
        ${this.open ? table(memoryLog) : nothing}
      </details>
    `;
  }

  #chart(spans: readonly MemorySpan[], changes: readonly string[]) {
    return html`<svg role="img" aria-label=${strings.memoryLog.chart(changes.join(' '))} viewBox="0 0 1 1" preserveAspectRatio="none">
      ${spans.flatMap(({ from, to, parts }) =>
        parts.map(
          (part) =>
            svg`<rect class=${`kind-${part.kind}`} x=${from} width=${to - from} y=${1 - part.from - part.width} height=${part.width}></rect>`,
        ),
      )}
    </svg>`;
  }

  #onToggle(event: Event): void {
    this.open = (event.target as HTMLDetailsElement).open;
  }
}

/** Two counts that follow each other, before and after a change. */
function inWords([before, after]: readonly [MemorySample, MemorySample]): string {
  const words = strings.memoryLog;
  const [from, to] = [bytes(before.allocatedBytes), bytes(after.allocatedBytes)];
  if (after.moment === 'freed') return words.freed(from, to);
  const change = bytesChange(after.allocatedBytes - before.allocatedBytes);
  const where = words.change(count(before.stage), count(after.stage), count(after.step));
  return `${where}${words.bytes(from, to, change)}`;
}

function table(samples: readonly MemorySample[]) {
  const words = strings.memoryLog;
  const kinds = memoryKinds.filter((kind) => samples.some(({ byKind }) => byKind[kind] > 0));
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${words.caption}>
    <table>
      <caption>
        ${words.caption}
      </caption>
      <thead>
        <tr>
          <th scope="col">${words.moment}</th>
          ${kinds.map((kind) => html`<th scope="col">${strings.memory.kinds[kind][0]}</th>`)}
          <th scope="col">${words.total}</th>
        </tr>
      </thead>
      <tbody>
        ${samples.map(
          ({ moment, stage, step, byKind, allocatedBytes }) => html`<tr>
            <th scope="row">${words.moments[moment](count(stage), count(step))}</th>
            ${kinds.map((kind) => html`<td>${bytes(byKind[kind])}</td>`)}
            <td>${bytes(allocatedBytes)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
