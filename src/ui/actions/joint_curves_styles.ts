import { css } from 'lit';

/** How a line looks, in the charts and in the legend: thick and grey beneath, thin and coloured above, dashed. */
export const lineStyles = css`
  .line-recorded,
  .line-action {
    color: var(--line-strong);
    stroke-width: 5;
  }
  .line-predicted,
  .line-state {
    color: var(--accent);
    stroke-width: 1.75;
  }
  .line-base {
    color: var(--ink-3);
    stroke-width: 1.25;
    stroke-dasharray: 4 3;
  }
  .sample {
    width: 24px;
    height: 12px;
    flex: none;
  }
  .sample path {
    fill: none;
    stroke: currentcolor;
  }
  @media (forced-colors: active) {
    .sample {
      forced-color-adjust: none;
    }
  }
`;

export const jointCurvesStyles = css`
  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 272px), 1fr));
    gap: 16px 24px;
  }
  figure {
    min-width: 0;
  }
  figcaption {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 12px;
    font-size: 12px;
    line-height: 20px;
  }
  .joint {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .values {
    display: flex;
    flex-wrap: wrap;
    gap: 0 12px;
  }
  .value {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .value .sample {
    width: 16px;
  }
  svg[role] {
    display: block;
    width: 100%;
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: 4px;
    cursor: crosshair;
    touch-action: pan-y;
    overflow: hidden;
  }
  svg[role] path {
    fill: none;
    stroke: currentcolor;
    stroke-linejoin: round;
  }
  svg[role] .line-base {
    stroke-linejoin: miter;
  }
  .grid {
    color: var(--line);
    stroke-width: 1;
  }
  .chunk {
    color: var(--line);
    stroke-width: 1;
    stroke-dasharray: 2 3;
  }
  .now {
    color: var(--ink);
    stroke-width: 1;
  }
  .pointed {
    color: var(--ink-3);
    stroke-width: 1;
    stroke-dasharray: 3 3;
  }
  text {
    fill: var(--ink-2);
    font: 11px / 16px var(--sans);
    paint-order: stroke;
    stroke: var(--surface);
    stroke-width: 3px;
  }
  .dot {
    fill: var(--ink);
    stroke: var(--surface);
    stroke-width: 1.5;
  }
  @media (forced-colors: active) {
    svg[role] {
      forced-color-adjust: none;
    }
  }
`;
