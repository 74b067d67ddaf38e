import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { EpisodeReport, Problem, RecordingReport } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { atField } from '../bench/setting_places';
import { count, counted, rate } from '../words/format';
import '../parts/number-field';
import '../parts/problem-note';
import { shared } from '../parts/styles';
import './learning-choices';
import type { ActionsParts } from './parts';
import './recording-cameras';
import './recording-joints';
import { sentence } from '../words/sentence';
import { words as own } from './words';

/** What was read of a recording: its layout, episodes, joints, cameras, and what could not be read. */
@customElement('recording-report')
export class RecordingReportView extends BenchElement {
  @property({ attribute: false }) view!: ActionsParts;
  @property({ attribute: false }) report!: RecordingReport;

  static override styles = [
    shared,
    css`
      :host {
        margin-top: 8px;
      }
      section {
        margin-top: 24px;
      }
      dl.facts {
        grid-template-columns: repeat(auto-fill, minmax(128px, 1fr));
      }
      .facts > * {
        overflow-wrap: anywhere;
      }
      h3 {
        margin-bottom: 8px;
      }
      .split {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 176px;
        gap: 16px 24px;
        align-items: start;
      }
      .scroll {
        max-height: 248px;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 0 12px;
        background: var(--surface);
      }
      thead th {
        position: sticky;
        top: 0;
        background: var(--surface);
        padding-top: 8px;
      }
      td,
      tbody th {
        overflow-wrap: anywhere;
      }
      .use {
        white-space: nowrap;
      }
      .heldout {
        font-weight: 600;
      }
      .names {
        color: var(--ink-2);
        overflow-wrap: anywhere;
      }
      .names b {
        font-weight: 500;
        color: var(--ink);
      }
      details,
      .quiet-joints,
      .prompt {
        margin-top: 8px;
      }
      .quiet-joints {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .prompt label {
        display: block;
        font-weight: 500;
        margin-bottom: 4px;
      }
      .prompt .meta {
        margin-top: 4px;
      }
      dd .meta {
        font-weight: 400;
      }
      .problems {
        display: grid;
        gap: 8px;
      }
      @media (max-width: 479px) {
        .split {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  override render() {
    const words = own.recording;
    const { report } = this;
    return html`
      ${this.#facts()} ${this.#problems()}
      <section class="split">
        ${this.#episodes()}
        <div class="stack">${this.#field('heldoutPercent')} ${/lerobot/i.test(report.layout) ? nothing : this.#field('fps')}</div>
      </section>
      <section>
        <h3>${words.joints}</h3>
        ${this.#joints(report)}
      </section>
      <section><recording-cameras .bench=${this.bench} .view=${this.view} .report=${report}></recording-cameras></section>
      <section><learning-choices .bench=${this.bench} .view=${this.view} .report=${report}></learning-choices></section>
    `;
  }

  #facts() {
    const words = own.recording;
    const { report } = this;
    const facts: readonly (readonly [string, string, string])[] = [
      [words.layout, sentence(report.layout), words.layoutMeaning],
      [words.robot, report.robot || words.unknown, words.robotMeaning],
      [words.fps, rate(report.fps), words.fpsMeaning],
      [words.episodeCount, this.#episodeCount(), words.episodesMeaning],
      [words.frames, count(report.frames), words.framesMeaning],
      [words.heldoutFrames, count(report.heldoutFrames), words.heldoutMeaning],
    ];
    return html`<dl class="facts">
      ${facts.map(
        ([name, value, meaning]) => html`<div title=${meaning}>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
      )}
    </dl>`;
  }

  /** Beside what was promised, where that is another number. */
  #episodeCount(): string {
    const { episodes, promisedEpisodes } = this.report;
    const present = count(episodes.length);
    if (promisedEpisodes === null || promisedEpisodes === episodes.length) return present;
    return `${present} ${own.recording.promised(count(promisedEpisodes))}`;
  }

  #episodes() {
    const words = own.recording;
    const { episodes } = this.report;
    const label = words.episodes(count(episodes.length));
    return html`<div>
      <h3>${label}</h3>
      <div class="scroll" tabindex="0" role="group" aria-label=${label}>
        <table>
          <thead>
            <tr>
              <th scope="col">${words.episode}</th>
              <th scope="col" class="number">${words.frames}</th>
              <th scope="col">${words.use}</th>
              <th scope="col">${words.taskColumn}</th>
            </tr>
          </thead>
          <tbody>
            ${episodes.map((episode) => this.#episode(episode))}
          </tbody>
        </table>
      </div>
      ${this.#prompt()}
    </div>`;
  }

  #episode(episode: EpisodeReport) {
    const words = own.recording;
    return html`<tr>
      <th scope="row">
        ${count(episode.index)}
        ${episode.source ? html`<span class="meta">${episode.source.recording} ${count(episode.source.index)}</span>` : nothing}
      </th>
      <td class="number">${count(episode.frames)}</td>
      <td class="use">${episode.heldout ? html`<b class="heldout">${words.heldout}</b>` : words.training}</td>
      <td>${episode.task || words.noTask}</td>
    </tr>`;
  }

  /** Asks for words where the recording has none. */
  #prompt() {
    const words = own.recording;
    const { source } = this.view;
    const silent = this.report.episodes.filter(({ task }) => task === '' || task === source.prompt);
    if (silent.length === 0) return nothing;
    return html`<div class="prompt">
      <label for="prompt">${words.prompt}</label>
      <input
        id="prompt"
        type="text"
        maxlength="500"
        aria-describedby="prompt-meaning"
        .value=${source.prompt}
        @change=${(event: Event) => void source.choosePrompt(textOf(event).trim())}
      />
      <p class="meta" id="prompt-meaning">${words.promptMeaning(counted(silent.length, 'episode'))}</p>
    </div>`;
  }

  /** Names of the joints, once where state and action have the same; then which to leave out. */
  #joints({ joints: { state, action }, allJoints }: RecordingReport) {
    const words = own.recording;
    const { source } = this.view;
    const line = (title: string, names: readonly string[]) =>
      html`<p class="names"><b>${title} (${count(names.length)})</b> ${names.join(', ')}</p>`;
    const chosen = allJoints.flatMap((joint, place) => (joint.chosen ? [{ ...joint, place }] : []));
    const left = allJoints.length - chosen.length;
    const quiet = chosen.filter((joint) => joint.quiet);
    const moving = chosen.filter((joint) => !joint.quiet).map(({ place }) => place);
    const said = quiet.map(({ name, quiet: why }) => `${name} ${why ? own.joints.quiet[why] : ''}`).join(', ');
    const busy = this.bench.runs.active || source.reading !== null;
    return html`
      ${state.join('\n') === action.join('\n') ? line(words.jointsBoth, action) : [line(words.jointsAction, action), line(words.jointsState, state)]}
      ${left > 0 ? html`<p class="names">${words.jointsLeftOut(counted(left, 'joint'))}</p>` : nothing}
      ${
        quiet.length > 0 && moving.length > 0
          ? html`<div class="quiet-joints">
              <p class="names">${words.jointsQuiet(said)}</p>
              <button ?disabled=${busy} @click=${() => void source.chooseJoints(moving)}>
                ${words.jointsDropQuiet(counted(quiet.length, 'joint'))}
              </button>
            </div>`
          : nothing
      }
      <details>
        <summary>${words.jointsChoose}</summary>
        <recording-joints .bench=${this.bench} .recording=${source}></recording-joints>
      </details>
    `;
  }

  #problems() {
    const { problems } = this.report;
    if (problems.length === 0) return nothing;
    return html`<section>
      <h3>${own.recording.problems}</h3>
      <div class="problems">${problems.map((problem) => html`<problem-note fixed mild .problem=${withTimes(problem)}></problem-note>`)}</div>
    </section>`;
  }

  #field(key: 'heldoutPercent' | 'fps') {
    return html`<number-field
      .key=${key}
      .own=${own.fields}
      .value=${this.bench.form.text[key]}
      .pointed=${atField(this.bench, key).pointed}
      @edit=${(event: CustomEvent<string>) => this.bench.editNumber(key, event.detail)}
    ></number-field>`;
  }
}

/** A problem that says how often it was met, where its sentence does not. */
function withTimes(problem: Problem): Problem {
  const { what, count: times = 1 } = problem;
  return times === 1 || what.includes(String(times))
    ? problem
    : { ...problem, what: own.recording.times(sentence(what), count(times)) };
}
