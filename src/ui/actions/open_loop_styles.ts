import { css } from 'lit';

export const openLoopStyles = css`
  .when {
    font-weight: 400;
    color: var(--ink-3);
  }
  .won {
    margin-top: 4px;
    max-width: 62ch;
    font-size: 16px;
    line-height: 24px;
    font-weight: 500;
    text-wrap: pretty;
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
  .errors,
  episode-chooser {
    margin-top: 12px;
  }
  .meta {
    margin-top: 8px;
  }
`;
