import { css } from 'lit';

export const downloadStyles = css`
  main {
    max-width: 800px;
    margin: 0 auto;
    padding: 24px 16px;
    display: grid;
    gap: 16px;
    /* Long names and addresses break; tables scroll by themselves. */
    grid-template-columns: minmax(0, 1fr);
  }
  h1 {
    margin: 0;
    font-size: 28px;
    line-height: 36px;
    font-weight: 600;
    letter-spacing: -0.015em;
  }
  h2 {
    font-size: 16px;
    line-height: 24px;
  }
  form,
  section {
    display: grid;
    gap: 8px;
    grid-template-columns: minmax(0, 1fr);
  }
  section + section {
    margin-top: 0;
  }
  label {
    font-weight: 500;
  }
  .problem {
    padding: 11px 12px;
    border: 1px solid var(--danger);
    border-inline-start-width: 4px;
    border-radius: var(--radius);
    background: var(--danger-soft);
    overflow-wrap: anywhere;
  }
  .what,
  .name {
    font-weight: 500;
    overflow-wrap: anywhere;
  }
  .said:empty {
    display: none;
  }
  .scroll {
    overflow-x: auto;
  }
  .number {
    padding-inline-end: 16px;
  }
  li + li {
    margin-top: 8px;
  }
`;
