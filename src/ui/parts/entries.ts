import { css } from 'lit';

/** Lists of what is kept: of each a name with what is said of it, and what can be done. */
export const entries = css`
  li {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: center;
    gap: 8px 16px;
    margin-top: 8px;
  }
  .name {
    font-weight: 500;
    overflow-wrap: anywhere;
  }
`;
