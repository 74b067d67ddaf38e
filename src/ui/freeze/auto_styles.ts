import { css } from 'lit';

/** How the table of proposals looks: on a narrow panel each row is a card. */
export const autoStyles = css`
  :host {
    container-type: inline-size;
  }
  form {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
    margin-top: 12px;
  }
  form label {
    font-weight: 500;
  }
  form input[type='text'] {
    width: 88px;
  }
  .state:empty,
  .wrong:empty {
    display: none;
  }
  .answer {
    margin-top: 12px;
  }
  .answer[aria-busy='true'] {
    opacity: 0.6;
  }
  .stale {
    padding: 4px 12px;
    margin-bottom: 8px;
    border-inline-start: 4px solid var(--warn);
    background: var(--warn-soft);
    border-radius: var(--radius);
  }
  table {
    margin-top: 8px;
  }
  tbody th {
    font-weight: 500;
    min-width: 144px;
  }
  .recommended > * {
    background: var(--accent-soft);
  }
  .recommended > :first-child {
    box-shadow: inset 4px 0 0 var(--accent);
    padding-inline-start: 12px;
  }
  .way {
    white-space: nowrap;
  }
  .badge {
    display: inline-flex;
    gap: 4px;
    align-items: center;
    font-size: 12px;
    line-height: 16px;
    font-weight: 600;
    color: var(--accent);
  }
  .why,
  .reason,
  .twice {
    display: block;
    font-size: 12px;
    line-height: 16px;
    font-weight: 400;
    color: var(--ink-2);
  }
  .reason {
    display: flex;
    gap: 4px;
    color: var(--ink);
  }
  .reason .icon {
    color: var(--danger);
  }
  .unfit > td {
    color: var(--ink-3);
  }
  .use {
    text-align: end;
    padding-inline-end: 8px;
  }
  .use button {
    min-height: 28px;
    padding: 2px 12px;
  }
  @container (max-width: 560px) {
    thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    table,
    tbody {
      display: block;
    }
    tbody tr {
      display: grid;
      grid-template-columns: repeat(4, auto) 1fr;
      gap: 4px 16px;
      padding: 8px 0;
      border-bottom: 1px solid var(--line);
      align-items: start;
    }
    tbody th,
    tbody td {
      border: 0;
      padding: 0;
      text-align: start;
    }
    tbody .number {
      text-align: start;
    }
    tbody th {
      grid-column: 1 / -1;
    }
    .recommended > * {
      background: none;
    }
    tbody tr.recommended {
      background: var(--accent-soft);
      box-shadow: inset 4px 0 0 var(--accent);
      padding-inline-start: 12px;
    }
    .recommended > :first-child {
      box-shadow: none;
      padding-inline-start: 0;
    }
    tbody td[data-column]::before {
      content: attr(data-column);
      display: block;
      font-size: 12px;
      line-height: 16px;
      color: var(--ink-3);
    }
    .use {
      align-self: end;
      text-align: end;
    }
  }
  @container (max-width: 400px) {
    tbody tr {
      grid-template-columns: repeat(3, auto) 1fr;
    }
    .use {
      grid-column: 1 / -1;
      text-align: start;
    }
    .use:empty {
      display: none;
    }
  }
`;
