import { css } from 'lit';

/** Colours of frozen and trainable parameters where they fill a surface that carries words; hatched means frozen. */
export const mapColours = css`
  :host {
    --ice: light-dark(#c3e2f7, #1f5a86);
    --ice-stripe: light-dark(#8fc4ea, #3878a8);
    --fire: light-dark(#f2994a, #a9520f);
    --on-map: light-dark(#12202d, #ffffff);
  }
  .ice {
    fill: var(--ice);
  }
  .stripe {
    fill: var(--ice-stripe);
  }
`;

/** The picture of all parameters. */
export const freezeMapStyles = [
  mapColours,
  css`
    :host {
      display: flex;
      flex-direction: column;
      container-type: inline-size;
      isolation: isolate;
    }
    .map {
      display: block;
      width: 100%;
      flex: 1;
      min-height: clamp(240px, calc(100vh - 566px), 560px);
      border-radius: var(--radius);
      overflow: hidden;
      user-select: none;
    }
    .tile {
      cursor: pointer;
      outline: none;
    }
    .tile rect {
      stroke: var(--bg);
      stroke-width: 1px;
    }
    .tile .thin {
      stroke-width: 0.25px;
    }
    .trains rect {
      fill: var(--fire);
    }
    .dim {
      opacity: 0.3;
    }
    text {
      fill: var(--on-map);
      font-size: 12px;
      pointer-events: none;
      paint-order: stroke;
      stroke-linejoin: round;
    }
    .frozen text {
      stroke: var(--ice);
      stroke-width: 4px;
    }
    .head {
      pointer-events: none;
    }
    .head rect {
      fill: none;
      stroke: var(--bg);
      stroke-width: 3px;
    }
    .head text {
      font-weight: 600;
    }
    .cursor {
      fill: none;
      pointer-events: none;
      stroke: var(--ink);
      stroke-width: 3px;
    }
    .chosen {
      stroke: var(--focus);
      stroke-dasharray: 6 3;
    }
    .map:focus-within .pointed {
      stroke: var(--focus);
    }
    .readout {
      display: flex;
      gap: 8px;
      align-items: center;
      min-height: 24px;
    }
    .told {
      white-space: nowrap;
      overflow: hidden;
    }
    .readout code {
      font-size: 12px;
      overflow: hidden;
      text-overflow: ellipsis;
      direction: rtl; /* the end of a path tells more than its beginning */
      unicode-bidi: plaintext;
    }
    .state {
      display: inline-flex;
      gap: 4px;
      align-items: center;
      font-weight: 600;
    }
    .state.frozen {
      color: var(--frozen-ink);
    }
    .state.trains {
      color: var(--trainable-ink);
    }
    @container (max-width: 479px) {
      .roomy {
        display: none;
      }
    }
    @media (forced-colors: active) {
      .map {
        forced-color-adjust: none;
      }
    }
  `,
];
