import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { BenchElement, textOf } from '../bench/bench_element';
import { atField, refusalOf } from '../bench/setting_places';
import { setupOn } from '../bench/setup_link';
import { icons } from '../parts/icons';
import type { FieldKey } from '../state/fields';
import { big, bytes } from '../words/format';
import '../parts/number-field';
import { problemsAt } from '../parts/problem-note';
import '../run/run-controls';
import { checkForm } from '../state/form';
import { presetOf, withPreset } from '../state/presets';
import './stages-editor';
import { switches } from '../parts/panel_styles';
import { choices, shared } from '../parts/styles';
import { strings } from '../words/strings';

type Group = { readonly id: keyof typeof strings.train.groups; readonly keys: readonly FieldKey[] };

/** The numbers that every task asks for, after those of length and batch. */
const groups: readonly Group[] = [
  { id: 'optimizer', keys: ['learningRate', 'warmupSteps', 'endLearningRatePercent', 'weightDecay', 'clipNorm'] },
  { id: 'watching', keys: ['evaluateEvery', 'patience', 'checkpointEvery'] },
];

type Switch = 'earlyStop' | 'keepBest' | 'recompute';

/** Presets by purpose, the name, the prompt to watch, everything else folded under Advanced. */
@customElement('train-panel')
export class TrainPanel extends BenchElement {
  @state() private open = false;

  static override styles = [
    shared,
    switches,
    choices,
    css`
      .choices,
      .texts,
      details,
      stages-editor,
      run-controls,
      .problems {
        margin-top: 16px;
      }
      .problems {
        display: grid;
        gap: 8px;
      }
      .texts,
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(208px, 1fr));
        gap: 16px;
      }
      .texts label {
        display: block;
        font-weight: 500;
        margin-bottom: 4px;
      }
      .texts .meta {
        margin-top: 4px;
      }
      fieldset.group {
        border: 0;
        border-top: 1px solid var(--line);
        margin: 12px 0 0;
        padding: 12px 0 0;
        min-width: 0;
      }
      .group legend {
        font-size: 12px;
        font-weight: 600;
        color: var(--ink-2);
        padding: 0 8px 0 0;
      }
      .confirm {
        margin-top: 16px;
        padding: 12px 16px;
        border-radius: var(--radius);
        border-inline-start: 4px solid var(--warn);
        background: var(--warn-soft);
      }
      .confirm .row {
        margin-top: 8px;
      }
      .effective {
        margin-top: 8px;
      }
      .link {
        margin: 8px 0 0 -8px;
      }
      kbd {
        font: inherit;
      }
    `,
  ];

  /** Begins at the title: Tab goes on from there. */
  override focus(): void {
    this.renderRoot.querySelector('h2')?.focus();
  }

  override render() {
    const { train } = strings;
    const { form, runs, view } = this.bench;
    const { kind } = view;
    const preset = presetOf(kind, form);
    return html`
      <h2 tabindex="-1">${train.title}</h2>
      <p class="lead">${train.lead}</p>
      <fieldset class="choices">
        <legend>${preset ? train.presets : `${train.presets}: ${train.custom.toLowerCase()}`}</legend>
        ${kind.presets.map(
          ({ id }) => html`<label class="choice">
            <input type="radio" name="preset" .checked=${preset === id} @change=${() => this.bench.edit(withPreset(kind, this.bench.form, id))} />
            <span class="name">${view.words.presets[id]?.[0]}</span>
            <span class="meta">${view.words.presets[id]?.[1]}</span>
          </label>`,
        )}
      </fieldset>
      ${this.#texts()} ${this.#advanced()} <stages-editor .bench=${this.bench}></stages-editor> ${problemsAt(this.bench, 'train')}
      ${this.bench.askingToTrainEverything ? this.#confirm() : nothing}
      ${runs.active ? html`<p class="hint effective">${train.running}</p>` : this.bench.askingToTrainEverything ? nothing : this.#start()}
    `;
  }

  #start() {
    return html`
      <run-controls .bench=${this.bench}></run-controls>
      <p class="hint effective">${this.bench.settings ? this.bench.view.effective() : ''} ${strings.train.shortcut}.</p>
      <button class="quiet link" @click=${this.#copyLink}>${icons.link}${strings.link.copy}</button>
    `;
  }

  async #copyLink(): Promise<void> {
    const { origin, pathname, search } = location;
    const address = `${origin}${pathname}${search}#train?${setupOn(this.bench)}`;
    const { copied, refused } = strings.link;
    // Browsers refuse it without a secure address, and where a person has said so.
    const said = await navigator.clipboard?.writeText(address).then(
      () => copied,
      () => refused,
    );
    this.bench.note(said ?? refused);
  }

  #texts() {
    const { train } = strings;
    const { bench } = this;
    return html`<div class="texts">
      <div>
        <label for="name">${train.name}</label>
        <input
          id="name"
          type="text"
          autocomplete="off"
          placeholder=${bench.adapterName}
          .value=${bench.form.name}
          @input=${(event: Event) => bench.edit({ name: textOf(event) })}
        />
      </div>
      ${bench.view.trainTexts()}
    </div>`;
  }

  #advanced() {
    const { form, view } = this.bench;
    const own = view.trainGroup();
    const wrong = Object.keys(checkForm(form)).length > 0 || refusalOf(this.bench) !== null;
    return html`<details ?open=${this.open || wrong} @toggle=${(event: Event) => this.#onToggle(event)}>
      <summary>${strings.train.advanced}</summary>
      ${[{ id: 'run' as const, keys: view.lengths }, ...groups].map(
        (group) => html`<fieldset class="group">
          <legend>${strings.train.groups[group.id]}</legend>
          <div class="fields">
            ${group.keys.map(
              (key) => html`<number-field
                .key=${key}
                .own=${view.words.fields}
                .value=${this.bench.form.text[key]}
                .refusal=${atField(this.bench, key).refusal}
                .pointed=${atField(this.bench, key).pointed}
                .chosen=${view.chosen(key)}
                @edit=${(event: CustomEvent<string>) => this.bench.editNumber(key, event.detail)}
              ></number-field>`,
            )}
            ${group.id === 'run' ? this.#switch('recompute', strings.train.recompute, strings.train.recomputeMeaning) : nothing}
            ${group.id === 'watching' ? this.#switch('earlyStop', strings.train.earlyStop, strings.train.earlyStopMeaning) : nothing}
            ${group.id === 'watching' ? this.#switch('keepBest', strings.train.keepBest, strings.train.keepBestMeaning) : nothing}
          </div>
        </fieldset>`,
      )}
      ${
        own
          ? html`<fieldset class="group">
              <legend>${own.name}</legend>
              ${own.content}
            </fieldset>`
          : nothing
      }
    </details>`;
  }

  #switch(key: Switch, label: string, meaning: string) {
    return html`<label class="switch">
      <input
        type="checkbox"
        .checked=${this.bench.form[key]}
        @change=${(event: Event) => this.bench.edit({ [key]: (event.target as HTMLInputElement).checked })}
      />
      <span>${label}</span>
      <span class="meta">${meaning}</span>
    </label>`;
  }

  #confirm() {
    const { plan } = this.bench.plans;
    if (!plan) return nothing;
    const { freeze } = strings;
    const all = plan.stages?.find(({ frozenLeaves }) => frozenLeaves === 0) ?? plan;
    return html`<div class="confirm" role="alert">
      <p><b>${freeze.nothingFrozen}</b> ${freeze.nothingFrozenDetail(big(all.trainableParameters), bytes(all.totalBytes))}</p>
      <div class="row">
        <button class="primary" @click=${() => void this.bench.start(true)}>${freeze.confirm(bytes(all.totalBytes))}</button>
        <button @click=${() => this.bench.show('freeze')}>${freeze.back}</button>
      </div>
    </div>`;
  }

  #onToggle(event: Event): void {
    this.open = (event.target as HTMLDetailsElement).open;
  }
}
