import { css } from 'lit';

export const episodePlayerStyles = css`
  :host {
    margin-top: 12px;
  }
  .scene {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr));
    gap: 16px 24px;
    align-items: start;
  }
  .scene > * {
    max-width: 560px;
  }
  /* It goes with the curves once the pictures above it are scrolled away, and never covers one. */
  time-scrubber {
    position: sticky;
    top: var(--above, 0px);
    z-index: 1;
    margin-top: 12px;
    padding: 8px 0;
    background: var(--bg);
    border-bottom: 1px solid var(--line);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: start;
    gap: 4px 24px;
    margin: 12px 0;
  }
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
  }
  .key {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 28px;
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  .key input {
    width: 16px;
    height: 16px;
    margin: 0;
    flex: none;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 0 16px;
    padding: 4px 0;
  }
  details + details,
  joint-curves + details {
    margin-top: 12px;
  }
  .scroll {
    background: var(--surface);
    margin-top: 4px;
  }
  tbody th {
    overflow-wrap: anywhere;
  }
`;
