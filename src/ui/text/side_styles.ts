import { css } from 'lit';

/** Texts beside each other, one below the other where it is narrow. */
export const sideStyles = css`
  .sides {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 160px), 1fr));
    gap: 1px;
    background: var(--line);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    overflow: hidden;
    margin-top: 4px;
  }
  .side {
    background: var(--surface);
    padding: 8px 12px;
    min-height: 72px;
  }
  .text {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    margin-top: 4px;
    max-height: 200px;
    overflow: auto;
  }
`;
