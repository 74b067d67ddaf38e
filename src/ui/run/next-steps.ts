import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { EndedRun, ExportFormat } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** The three things that one does with the adapter of a run that has ended. Fires `new-run` for another one like it. */
@customElement('next-steps')
export class NextSteps extends BenchElement {
  static override styles = [
    shared,
    css`
      :host {
        container-type: inline-size;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 16px;
        margin-top: 8px;
      }
      li {
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--surface);
        padding: 12px 16px 16px;
        display: flex;
        flex-direction: column;
        gap: 4px;
      }
      h4 {
        margin: 0;
        font-size: 16px;
        line-height: 24px;
        font-weight: 600;
      }
      li p {
        color: var(--ink-2);
      }
      .row {
        margin-top: auto;
        padding-top: 8px;
      }
      /* Where three do not stand side by side, each is a line with its buttons at the end. */
      @container (max-width: 719px) {
        ul {
          grid-template-columns: minmax(0, 1fr);
          gap: 8px;
        }
        li {
          display: grid;
          grid-template-columns: minmax(0, 1fr) auto;
          gap: 0 16px;
          align-items: center;
          padding: 12px 16px;
        }
        .row {
          grid-area: 1 / 2 / 3 / 3;
          margin: 0;
          padding: 0;
          justify-content: end;
        }
      }
      @container (max-width: 479px) {
        li {
          grid-template-columns: minmax(0, 1fr);
        }
        .row {
          grid-area: auto;
          margin-top: 8px;
          justify-content: start;
        }
      }
    `,
  ];

  override render() {
    const { summary } = this.bench.runs.state;
    if (!summary) return nothing;
    const { next } = strings.run;
    return html`
      <h3>${next.title}</h3>
      <ul>
        ${this.#try(summary)} ${this.#take(summary)}
        <li>
          <h4>${next.goOn}</h4>
          <p>${next.goOnMeaning}</p>
          <div class="row"><button @click=${this.#again}>${next.again}</button></div>
        </li>
      </ul>
    `;
  }

  #try(summary: EndedRun) {
    const { next } = strings.run;
    const act = this.bench.view.tryResult(summary);
    return html`<li>
      <h4>${next.try}</h4>
      <p>${act ? this.bench.view.words.run.tryMeaning : next.tryLater}</p>
      <div class="row"><button class="primary" ?disabled=${act === null} @click=${() => act?.()}>${this.bench.view.words.run.tryIt}</button></div>
    </li>`;
  }

  #take({ adapterId }: EndedRun) {
    const { next, download, downloadPeft, downloadGguf } = strings.run;
    const said: Partial<Record<ExportFormat, string>> = { openpi: download, peft: downloadPeft, gguf: downloadGguf };
    const made = this.bench.adapters.list.find(({ id }) => id === adapterId);
    return html`<li>
      <h4>${next.take}</h4>
      <p>${next.takeMeaning}</p>
      <div class="row">
        ${(made?.formats ?? (['openpi'] as const)).map((format) => (said[format] ? this.#file(adapterId, format, said[format]) : nothing))}
      </div>
    </li>`;
  }

  /** @param said what the button does, for those who do not see its arrow */
  #file(id: string, format: ExportFormat, said: string) {
    const [name, meaning] = strings.adapter.formats[format];
    return html`<button aria-label=${said} title=${meaning} @click=${() => void this.bench.adapters.download(id, format)}>
      ${icons.kept} ${name}
    </button>`;
  }

  #again(): void {
    this.dispatchEvent(new CustomEvent('new-run', { bubbles: true, composed: true }));
  }
}
