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

/** What an empty Data panel promises, side by side. */
export const promises = css`
  .promises {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(144px, 1fr));
    gap: 16px 24px;
    margin-top: 32px;
    color: var(--ink-2);
  }
  .promises dt {
    font-weight: 600;
    color: var(--ink);
  }
  @media (max-width: 479px) {
    .promises {
      grid-template-columns: 1fr;
    }
  }
`;
