import { css } from 'lit';

export const openLoopStyles = css`
  .when {
    font-weight: 400;
    color: var(--ink-3);
  }
  .won {
    margin-top: 4px;
    font-weight: 500;
  }
  .scroll {
    max-height: 288px;
    background: var(--surface);
    margin-top: 8px;
  }
  tbody th {
    overflow-wrap: anywhere;
    min-width: 96px;
  }
  thead th {
    position: sticky;
    top: 0;
    background: var(--surface);
  }
  .best {
    font-weight: 700;
  }
  .best .icon {
    width: 12px;
    height: 12px;
    vertical-align: -2px;
    margin-inline-end: 2px;
    stroke-width: 2.5;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: center;
    gap: 4px 12px;
    margin-top: 16px;
  }
  label {
    display: flex;
    align-items: center;
    gap: 8px;
    font-size: 12px;
    color: var(--ink-2);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0 16px;
    margin-top: 4px;
    font-size: 12px;
    color: var(--ink-2);
  }
  .key {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .line {
    width: 20px;
    height: 0;
    border-top: 2px solid currentcolor;
  }
  .line.recorded {
    color: var(--line-strong);
    border-top-width: 5px;
  }
  .line.predicted {
    color: var(--accent);
  }
  .line.base {
    color: var(--ink-3);
    border-top-style: dashed;
    border-top-width: 1px;
  }
  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(144px, 1fr));
    gap: 12px;
    padding: 8px;
    max-height: 480px;
  }
  figcaption {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 8px;
    font-size: 12px;
    line-height: 16px;
    overflow-wrap: anywhere;
  }
  .joint {
    font-weight: 500;
  }
  svg[role] {
    display: block;
    width: 100%;
    height: 60px;
    margin-top: 2px;
    background: var(--bg);
    border-radius: 4px;
  }
  path {
    fill: none;
    vector-effect: non-scaling-stroke;
  }
  path.recorded {
    stroke: var(--line-strong);
    stroke-width: 5;
    stroke-linejoin: round;
  }
  path.predicted {
    stroke: var(--accent);
    stroke-width: 1.5;
  }
  path.base {
    stroke: var(--ink-3);
    stroke-width: 1;
    stroke-dasharray: 3 2;
  }
  path.chunk {
    stroke: var(--line);
    stroke-width: 1;
  }
  .best path {
    stroke: currentcolor;
  }
  @media (forced-colors: active) {
    svg[role] {
      forced-color-adjust: none;
    }
  }
`;
