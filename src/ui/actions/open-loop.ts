import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ActionCurve, CameraReport, OpenLoop, RecordingReport } from '../../worker/api';
import { icons } from '../parts/icons';
import { later } from '../parts/later';
import { scrolledTable } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { count, counted, quantity } from '../words/format';
import { strings } from '../words/strings';
import { type JointRows, timesAt } from './curve_data';
import './episode-chooser';
import './episode-player';
import { LookElement } from './look_element';
import { chunkStarts, type JointErrors, jointErrors, jointsWon, predictors, worseThanBase } from './open_loop_data';
import { openLoopStyles } from './open_loop_styles';
import { words as own } from './words';
import { words as said } from './words_look';

/**
 * Predicted against recorded actions of held-out episodes: what was learned in a sentence, the curves large, with what the
 * cameras saw where the recording is open, and the errors of every joint as a table.
 */
@customElement('open-loop')
export class OpenLoopView extends LookElement {
  @property({ attribute: false }) openLoop!: OpenLoop;
  /** At which step, or with which adapter: a few words. */
  @property() when = '';
  /** Of the recording that is open; null where none is. */
  @property({ attribute: false }) report: RecordingReport | null = null;
  /** Number of the episode that the person chose; the first one until then. */
  @state() private episode: number | null = null;

  #rows: readonly JointErrors[] = [];
  #drawn: Drawn | null = null;

  static override styles = [shared, scrolledTable, openLoopStyles];

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('openLoop')) this.#rows = jointErrors(this.openLoop);
    const shown = this.#shown();
    if (!shown) this.#drawn = null;
    else if (this.#drawn?.curve !== shown) this.#drawn = drawnOf(this.openLoop, shown);
  }

  override render() {
    const words = own.openLoop;
    const drawn = this.#drawn;
    return html`
      <h3>${words.title} <span class="when">${this.when}</span></h3>
      <p class="won">${this.#learned()}</p>
      ${drawn ? later(() => this.#player(drawn)) : nothing}
      ${later(
        () => html`<details class="errors">
          <summary>${said.errors}</summary>
          ${this.#table()}
        </details>`,
      )}
    `;
  }

  /** Where the adapter is best, and where it made things worse. */
  #learned(): string {
    const won = jointsWon(this.#rows);
    const all = counted(this.#rows.length, 'joint');
    const worse = worseThanBase(this.#rows);
    const first = won > 0 ? own.openLoop.won(count(won), all) : said.learned.none(all);
    if (worse.length > 0) return `${first} ${said.learned.worse(counted(worse.length, 'joint'), worse.join(', '))}`;
    const better = this.#rows.every(({ errors }) => errors.adapter < errors.base);
    return better ? `${first} ${said.learned.better}` : first;
  }

  #player({ curve, rows, times, starts }: Drawn) {
    const words = own.openLoop;
    const { curves, fps } = this.openLoop;
    const choosable = curves.map(({ episode, frames }) => ({
      index: episode,
      seconds: (frames - 1) / fps,
      heldout: this.report?.episodes.find(({ index }) => index === episode)?.heldout ?? false,
    }));
    return html`
      <episode-chooser
        .episodes=${choosable}
        .chosen=${curve.episode}
        @choose=${(event: CustomEvent<number>) => {
          this.episode = event.detail;
        }}
      ></episode-chooser>
      <p class="meta">${words.chunks(counted(curve.horizon, 'frame'))}</p>
      <episode-player
        .look=${this.look}
        .episode=${curve.episode}
        .times=${times}
        .rows=${rows}
        .starts=${starts}
        .chartHeight=${168}
        .cameras=${this.#cameras(curve)}
        .describe=${this.#describe}
      ></episode-player>
    `;
  }

  #table() {
    const words = own.openLoop;
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${words.caption}>
      <table>
        <caption>
          ${words.caption}
        </caption>
        <thead>
          <tr>
            <th scope="col">${words.joint}</th>
            ${predictors.map((by) => html`<th scope="col" class="number" title=${words.predictors[by][1]}>${words.predictors[by][0]}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.#rows.map(
            (row) => html`<tr>
              <th scope="row">${row.joint}</th>
              ${predictors.map((by) => this.#error(row.errors[by], row.best.includes(by)))}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #error(value: number, best: boolean) {
    const text = Number.isNaN(value) ? strings.run.none : quantity(value);
    if (!best) return html`<td class="number">${text}</td>`;
    return html`<td class="number best">${icons.check}<span class="hidden-text">${own.openLoop.best}: </span>${text}</td>`;
  }

  /** Those of the open recording, if it is the one that was predicted: its actions are then the same. */
  #cameras({ episode, frames, recorded }: ActionCurve): readonly CameraReport[] {
    const seen = this.report?.cameras.filter(({ available }) => available) ?? [];
    if (seen.length === 0 || !this.report?.episodes.some(({ index }) => index === episode)) return none;
    const action = this.look.curves(episode)?.action;
    const same = frames > 0 && recorded.every((value, place) => value === action?.[place]);
    return same ? seen : none;
  }

  #describe = (joint: string): string => {
    const error = this.#rows.find((row) => row.joint === joint)?.errors.adapter ?? Number.NaN;
    return own.openLoop.chart(joint, count(this.#shown()?.episode ?? 0), quantity(error));
  };

  #shown(): ActionCurve | undefined {
    const { curves } = this.openLoop;
    return curves.find(({ episode }) => episode === this.episode) ?? curves[0];
  }
}

const none: readonly CameraReport[] = [];

/** A curve as it is drawn. */
interface Drawn {
  readonly curve: ActionCurve;
  readonly rows: readonly JointRows[];
  readonly times: Float32Array;
  readonly starts: readonly number[];
}

function drawnOf({ joints, fps }: OpenLoop, curve: ActionCurve): Drawn {
  const { recorded, predicted, base, frames } = curve;
  return {
    curve,
    rows: [
      { id: 'recorded', joints, rows: recorded },
      { id: 'base', joints, rows: base },
      { id: 'predicted', joints, rows: predicted },
    ],
    times: timesAt(fps, frames),
    starts: chunkStarts(curve),
  };
}
