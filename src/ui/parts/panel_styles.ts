import { css } from 'lit';

/** A box to tick, with its name and what it means under it. */
export const switches = css`
  .switch {
    display: grid;
    grid-template-columns: 16px 1fr;
    gap: 0 8px;
    align-content: start;
    font-weight: 400;
  }
  .switch input {
    width: 16px;
    height: 16px;
    margin: 2px 0 0;
  }
  .switch .meta {
    grid-column: 2;
    margin-top: 4px;
  }
`;

/** A long table that scrolls in its box. */
export const scrolledTable = css`
  .scroll {
    max-height: 240px;
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }
  table {
    font-size: 12px;
  }
  caption {
    text-align: start;
    padding: 4px 8px;
    color: var(--ink-3);
  }
  th,
  td {
    padding: 2px 8px;
  }
`;

/** Buttons side by side of which one is pressed. */
export const segments = css`
  .group {
    display: flex;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    padding: 1px;
  }
  button.quiet {
    min-height: 28px;
    border-radius: 4px;
  }
  button[aria-pressed='true'] {
    background: var(--sunken);
    color: var(--ink);
    border-color: var(--line);
  }
`;

/** The name above a field. */
export const fieldLabel = css`
  label {
    font-weight: 500;
    display: block;
    margin-bottom: 4px;
  }
`;
