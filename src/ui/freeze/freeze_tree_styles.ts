import { css } from 'lit';

/** Indentation by class: the page's policy allows no style attribute. Deeper levels stay at the deepest one. */
export const levels = css`
  .level-1 {
    --level: 1;
  }
  .level-2 {
    --level: 2;
  }
  .level-3 {
    --level: 3;
  }
  .level-4 {
    --level: 4;
  }
  .level-5 {
    --level: 5;
  }
  .level-6 {
    --level: 6;
  }
  .level-7 {
    --level: 7;
  }
  .level-8 {
    --level: 8;
  }
  .level-9 {
    --level: 9;
  }
`;

export const levelClass = (level: number): string => `level-${Math.min(level, 9)}`;

/** Lines, columns and colours of the parameter tree. */
export const freezeTreeStyles = css`
  :host {
    container-type: inline-size;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
    margin: 8px 0;
  }
  .tools input {
    flex: 1 1 180px;
    width: auto;
  }
  .showing {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 8px;
    align-items: center;
    margin-bottom: 8px;
    overflow-wrap: anywhere;
  }
  .box {
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    overflow: hidden;
  }
  .line {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 142px 104px 52px 60px;
    gap: 0 6px;
    align-items: center;
    padding: 2px 10px 2px 0;
  }
  .heads {
    color: var(--ink-3);
    font-size: 12px;
    line-height: 16px;
    padding-block: 6px;
    border-bottom: 1px solid var(--line);
  }
  .heads > :first-child {
    padding-inline-start: 28px;
  }
  .tree {
    max-height: min(480px, 60vh);
    overflow-y: auto;
  }
  .item {
    cursor: pointer;
    border-inline-start: 4px solid var(--frozen);
    min-height: 28px;
    /* A stacking context each: lines that a key does not change are not painted again. */
    isolation: isolate;
  }
  .item.trains {
    border-inline-start-color: var(--trainable);
  }
  .item.mixed {
    border-image: linear-gradient(var(--frozen) 50%, var(--trainable) 50%) 1;
  }
  .item:hover {
    background: var(--sunken);
  }
  .item:focus-visible {
    outline-offset: -2px;
  }
  .item[aria-selected='true'] {
    background: var(--accent-soft);
  }
  .item.dim {
    color: var(--ink-3);
  }
  .name {
    display: flex;
    gap: 4px;
    align-items: center;
    padding-inline-start: calc(4px + (var(--level) - 1) * 16px);
    font-family: var(--mono);
    font-size: 12px;
    min-width: 0;
  }
  .name > span {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .twist {
    width: 16px;
    height: 16px;
    flex: none;
    transition: transform 80ms;
  }
  [aria-expanded='true'] .twist {
    transform: rotate(90deg);
  }
  .matched {
    display: inline-flex;
    align-items: center;
    gap: 2px;
    flex: none;
    padding: 0 5px;
    border-radius: 8px;
    font-family: var(--sans);
    font-size: 11px;
    line-height: 16px;
    background: var(--accent-soft);
    color: var(--accent);
    border: 1px solid var(--accent);
  }
  .matched svg {
    width: 10px;
    height: 10px;
  }
  .state {
    display: inline-flex;
    gap: 4px;
    align-items: center;
    justify-self: start;
    padding: 0 7px 0 5px;
    border-radius: 10px;
    font-size: 12px;
    line-height: 20px;
    white-space: nowrap;
    background: var(--frozen-soft);
    color: var(--frozen-ink);
  }
  .state svg {
    width: 13px;
    height: 13px;
  }
  .trains .state {
    background: var(--trainable-soft);
    color: var(--trainable-ink);
  }
  .mixed .state {
    color: var(--ink);
    background: linear-gradient(90deg, var(--frozen-soft) 50%, var(--trainable-soft) 50%);
  }
  .shape,
  .figure {
    font-size: 12px;
    color: var(--ink-2);
    overflow-wrap: anywhere;
  }
  .figure {
    text-align: end;
    white-space: nowrap;
  }
  #keys {
    margin-top: 4px;
  }
  .nothing {
    padding: 12px;
  }
  @container (max-width: 540px) {
    .line {
      grid-template-columns: auto minmax(0, 1fr) auto auto;
      gap: 0 12px;
    }
    .item .name {
      grid-column: 1 / -1;
    }
    .item .state {
      margin-inline-start: calc(24px + (var(--level) - 1) * 16px);
    }
    .item {
      padding-block: 4px;
    }
    .heads {
      display: none;
    }
  }
  @container (max-width: 420px) {
    .line {
      grid-template-columns: minmax(0, 1fr) auto auto;
    }
    .shape {
      display: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .twist {
      transition: none;
    }
  }
  @media (forced-colors: active) {
    .item,
    .state {
      forced-color-adjust: none;
    }
  }
`;
