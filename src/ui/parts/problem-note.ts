import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Problem } from '../../worker/api';
import { applyProposal } from '../bench/apply_proposal';
import type { Corner } from '../bench/desk';
import type { PlacedProblem } from '../bench/notices';
import type { Workbench } from '../bench/workbench';
import { fieldOf } from '../state/fields';
import { count } from '../words/format';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import { icons } from './icons';
import { shared } from './styles';

/** Problems that are listed beside the first; a folder may hold thousands of files. */
const SHOWN = 12;

/** A problem where it happened: what, where, what to do. Stays until it is dismissed; fires `dismiss`, and `remedy` to have settings put right. */
@customElement('problem-note')
export class ProblemNote extends LitElement {
  @property({ attribute: false }) problem!: Problem;
  /** False where the problem goes away by itself once it is put right. */
  @property({ type: Boolean }) fixed = false;
  /** True where a button leads to the field of the setting that the problem is about; fires `field`. */
  @property({ type: Boolean }) linked = false;
  /** True where the work went on in spite of it. */
  @property({ type: Boolean, reflect: true }) mild = false;

  static override styles = [
    shared,
    css`
      .note {
        display: grid;
        grid-template-columns: 16px 1fr auto;
        align-items: start;
        gap: 8px;
        padding: 11px 12px;
        border: 1px solid var(--danger);
        border-inline-start-width: 4px;
        border-radius: var(--radius);
        background: var(--danger-soft);
        overflow-wrap: anywhere;
      }
      .icon {
        margin-top: 2px;
        color: var(--danger);
      }
      :host([mild]) .note {
        border-color: var(--warn);
        background: var(--warn-soft);
      }
      :host([mild]) .note > .icon {
        color: var(--warn);
      }
      .what {
        font-weight: 500;
      }
      ul {
        margin-top: 8px;
        display: grid;
        gap: 4px;
      }
      .where {
        color: var(--ink-2);
        font-family: var(--mono);
        font-size: 12px;
      }
      .remedy {
        margin-top: 8px;
      }
      button.quiet {
        min-height: 24px;
        padding: 0 4px;
        margin: -2px -4px 0 0;
      }
    `,
  ];

  override render() {
    const { what, where, fix, remedy, setting } = this.problem;
    return html`<div class="note" role="alert">
      ${icons.warn}
      <div>
        <p class="what">${sentence(what)}</p>
        ${where ? html`<p class="where"><span class="hidden-text">${strings.problem.where}: </span>${sentence(where)}</p>` : nothing}
        ${fix ? html`<p><span class="hidden-text">${strings.problem.fix}: </span>${sentence(fix)}</p>` : nothing}
        ${this.#others()}
        ${setting && this.linked ? html`<button class="remedy" @click=${this.#goTo}>${strings.problem.goTo(strings.fields[fieldOf(setting.name)][0])}</button>` : nothing}
        ${remedy ? html`<button class="remedy" @click=${this.#remedy}>${strings.auto.remedy(remedy.name)}</button>` : nothing}
      </div>
      ${
        this.fixed
          ? nothing
          : html`<button class="quiet" aria-label=${`${strings.dismiss}: ${sentence(what)}`} title=${strings.dismiss} @click=${this.#dismiss}>${icons.close}</button>`
      }
    </div>`;
  }

  #goTo(): void {
    this.dispatchEvent(new CustomEvent('field'));
  }

  #remedy(): void {
    this.dispatchEvent(new CustomEvent('remedy'));
  }

  /** What went wrong besides. */
  #others() {
    const { others = [] } = this.problem;
    if (others.length === 0) return nothing;
    return html`<ul>
      ${others.slice(0, SHOWN).map(({ what, where }) => html`<li><span class="where">${sentence(where ?? '')}</span> ${sentence(what)}</li>`)}
      ${others.length > SHOWN ? html`<li>${strings.problem.more(count(others.length - SHOWN))}</li>` : nothing}
    </ul>`;
  }

  #dismiss(): void {
    this.dispatchEvent(new CustomEvent('dismiss'));
  }
}

/** The problems that belong to `place`, in the task that is shown, the latest last. */
export function problemsAt(bench: Workbench, place: Corner): TemplateResult | typeof nothing {
  const here = bench.problems.filter(
    (known) => known.place === place && (known.task === null || known.task === bench.task),
  );
  if (here.length === 0) return nothing;
  return html`<div class="problems">
    ${here.map(
      (known) => html`<problem-note
        linked
        .problem=${known.problem}
        @field=${() => goTo(bench, known.problem)}
        @dismiss=${() => bench.dismiss(known.id)}
        @remedy=${() => putRight(bench, known)}
      ></problem-note>`,
    )}
  </div>`;
}

/** Brings a person to the field of the setting that a problem is about. */
export function goTo(bench: Workbench, { setting }: Problem): void {
  if (setting) bench.showSetting(setting);
}

/** Sets what the problem says would put it right. */
function putRight(bench: Workbench, { id, problem: { remedy } }: PlacedProblem): void {
  if (!remedy) return;
  bench.dismiss(id);
  applyProposal(bench, remedy.settings, strings.auto.remedied(remedy.name));
}
