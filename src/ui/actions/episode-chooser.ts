import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { textOf } from '../bench/bench_element';
import { shared } from '../parts/styles';
import { count } from '../words/format';
import { seconds } from './look_format';
import { words } from './words_look';

/** An episode that can be chosen. */
export interface ChoosableEpisode {
  /** Its number in the recording. */
  readonly index: number;
  readonly seconds: number;
  readonly heldout: boolean;
}

/** More than these are a list to choose from. */
const MAX_BLOCKS = 60;

/** Which episode is looked at: a block for each, as long as it is; those that are held out are marked. */
@customElement('episode-chooser')
export class EpisodeChooser extends LitElement {
  @property({ attribute: false }) episodes: readonly ChoosableEpisode[] = [];
  @property({ type: Number }) chosen = 0;

  static override styles = [
    shared,
    css`
      fieldset {
        border: 0;
        margin: 0;
        padding: 0;
        min-width: 0;
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
      }
      .block {
        position: relative;
        flex: 0 1 auto;
        display: inline-flex;
        align-items: center;
        gap: 4px;
        min-height: 32px;
        padding: 5px 10px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface);
        cursor: pointer;
      }
      .block.heldout {
        border-style: dashed;
      }
      .block:has(:checked) {
        border-color: var(--accent);
        background: var(--accent-soft);
        box-shadow: inset 0 0 0 1px var(--accent);
      }
      .block:has(:focus-visible) {
        outline: 2px solid var(--focus);
        outline-offset: 2px;
      }
      .block input {
        position: absolute;
        opacity: 0;
        inset: 0;
        margin: 0;
        cursor: pointer;
      }
      .held {
        font-size: 12px;
        font-weight: 600;
      }
      .list {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      select {
        width: auto;
        max-width: 100%;
      }
      @media (forced-colors: active) {
        .block:has(:checked) {
          outline: 3px solid Highlight;
        }
      }
    `,
  ];

  override render() {
    if (this.episodes.length > MAX_BLOCKS) return this.#list();
    return html`<fieldset>
      <legend class="hidden-text">${words.episode}</legend>
      ${this.episodes.map(
        (
          episode,
        ) => html`<label class=${episode.heldout ? 'block heldout' : 'block'} title=${episode.heldout ? words.heldoutMeaning : nothing}>
          <input
            type="radio"
            name="episode"
            value=${episode.index}
            .checked=${episode.index === this.chosen}
            @change=${this.#onChange}
          />
          <b><span class="hidden-text">${words.episode} </span>${count(episode.index)}</b>
          <span class="meta">${seconds(episode.seconds)}</span>
          ${episode.heldout ? html`<span class="held">${words.heldout}</span>` : nothing}
        </label>`,
      )}
    </fieldset>`;
  }

  #list() {
    return html`<label class="list">
      ${words.episode}
      <select @change=${this.#onChange}>
        ${this.episodes.map(({ index, seconds: length, heldout }) => {
          const name = words.episodeOf(count(index), seconds(length));
          return html`<option value=${index} ?selected=${index === this.chosen}>
            ${heldout ? `${name} · ${words.heldout}` : name}
          </option>`;
        })}
      </select>
    </label>`;
  }

  #onChange(event: Event): void {
    this.dispatchEvent(new CustomEvent<number>('choose', { detail: Number(textOf(event)) }));
  }
}
