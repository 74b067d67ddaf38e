import { css } from 'lit';

/** What every element shares: type, buttons, fields, tables. Colours come from theme.css. */
export const shared = css`
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h2 {
    font-size: 28px;
    line-height: 36px;
    font-weight: 600;
    letter-spacing: -0.015em;
  }
  h3 {
    font-size: 14px;
    line-height: 20px;
    font-weight: 600;
  }
  .lead {
    font-size: 16px;
    line-height: 24px;
    color: var(--ink-2);
    max-width: 62ch;
    margin-top: 4px;
    text-wrap: pretty;
  }
  .hint,
  .meta {
    color: var(--ink-3);
    font-size: 12px;
    line-height: 16px;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  .stack > * + * {
    margin-top: 16px;
  }
  section + section {
    margin-top: 24px;
  }
  button,
  .button {
    font: inherit;
    font-weight: 500;
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    min-height: 32px;
    padding: 5px 12px;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    cursor: pointer;
    text-decoration: none;
    text-align: center;
  }
  button:hover,
  .button:hover {
    background: var(--sunken);
  }
  button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }
  button.primary:hover {
    background: var(--accent-hover);
    border-color: var(--accent-hover);
  }
  button.large {
    min-height: 48px;
    padding: 12px 24px;
    font-size: 16px;
    font-weight: 600;
  }
  button.quiet {
    border-color: transparent;
    background: transparent;
    color: var(--ink-2);
    font-weight: 400;
    padding: 5px 8px;
  }
  button.quiet:hover {
    background: var(--sunken);
    color: var(--ink);
  }
  button:disabled,
  button:disabled:hover,
  button[aria-disabled='true'],
  button[aria-disabled='true']:hover {
    color: var(--ink-3);
    border-color: var(--line);
    background: transparent;
    cursor: not-allowed;
  }
  button svg,
  .icon {
    width: 16px;
    height: 16px;
    flex: none;
  }
  input[type='text'],
  textarea,
  select {
    font: inherit;
    font-variant-numeric: tabular-nums;
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    min-height: 32px;
    padding: 5px 8px;
    width: 100%;
  }
  textarea {
    resize: vertical;
    display: block;
  }
  [aria-invalid='true'] {
    border-color: var(--danger);
    box-shadow: inset 0 0 0 1px var(--danger);
  }
  .wrong {
    color: var(--danger);
    font-size: 12px;
    line-height: 16px;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
  }
  a {
    color: var(--accent);
  }
  code,
  .mono {
    font-family: var(--mono);
    font-size: 13px;
  }
  summary {
    cursor: pointer;
    border-radius: var(--radius);
    color: var(--ink-2);
    font-weight: 500;
    padding: 4px 0;
  }
  summary:hover {
    color: var(--ink);
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th,
  td {
    text-align: start;
    padding: 4px 12px 4px 0;
    border-bottom: 1px solid var(--line);
    vertical-align: baseline;
    font-weight: 400;
  }
  thead th {
    color: var(--ink-3);
    font-size: 12px;
    line-height: 16px;
  }
  .number {
    text-align: end;
    white-space: nowrap;
  }
  dl.facts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(98px, 1fr));
    gap: 12px;
  }
  dl.facts dt {
    color: var(--ink-3);
    font-size: 12px;
    line-height: 16px;
  }
  dl.facts dd {
    font-size: 16px;
    line-height: 24px;
    font-weight: 500;
  }
  [title]:not(button):not(a) {
    cursor: help;
  }
  progress {
    appearance: none;
    border: 0;
    height: 4px;
    width: 100%;
    display: block;
    border-radius: 2px;
    overflow: hidden;
    background: var(--line);
  }
  progress::-webkit-progress-bar {
    background: var(--line);
  }
  progress::-webkit-progress-value {
    background: var(--accent);
  }
  progress::-moz-progress-bar {
    background: var(--accent);
  }
  .hidden-text {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (pointer: coarse) {
    button,
    .button,
    input[type='text'],
    select {
      min-height: 40px;
    }
  }
  @media (forced-colors: active) {
    button.primary {
      border-width: 2px;
    }
    progress {
      border: 1px solid CanvasText;
      forced-color-adjust: none;
    }
    [aria-current='page'],
    [aria-pressed='true'] {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
    [aria-current='page'] * {
      color: HighlightText;
    }
  }
`;

/** A choice of one among a few, drawn as cards: a radio group. */
export const choices = css`
  .choices {
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 8px;
  }
  /* Four stand in one row or in two of two: never three and one. */
  .choices:has(.choice:nth-of-type(4)) {
    grid-template-columns: repeat(2, minmax(0, 1fr));
  }
  @media (min-width: 1440px) {
    .choices:has(.choice:nth-of-type(4)) {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }
  }
  @media (max-width: 539px) {
    .choices,
    .choices:has(.choice:nth-of-type(4)) {
      grid-template-columns: 1fr;
    }
  }
  .choices legend {
    padding: 0;
    margin-bottom: 8px;
    font-size: 12px;
    line-height: 16px;
    font-weight: 600;
    color: var(--ink-2);
  }
  .choice {
    display: grid;
    grid-template-columns: 16px 1fr;
    gap: 2px 8px;
    align-content: start;
    padding: 11px 12px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    cursor: pointer;
  }
  .choice:hover {
    border-color: var(--ink-3);
  }
  .choice:has(:checked) {
    border-color: var(--accent);
    background: var(--accent-soft);
    box-shadow: inset 0 0 0 1px var(--accent);
  }
  .choice:has(:focus-visible) {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
  }
  .choice input {
    margin: 2px 0 0;
    width: 16px;
    height: 16px;
    outline: none;
  }
  .choice .name {
    font-weight: 500;
  }
  .choice .meta {
    grid-column: 2;
    color: var(--ink-2);
  }
`;
