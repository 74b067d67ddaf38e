import { css } from 'lit';

/** Colours of the runs that are compared, by the class of their mark. They are told apart by letter and dash too. */
export const runColours = css`
  .run-0 {
    color: var(--accent);
  }
  .run-1 {
    color: var(--trainable-ink);
  }
  .run-2 {
    color: var(--frozen-ink);
  }
  .run-3 {
    color: var(--kind-activations);
  }
  .run-4 {
    color: var(--danger);
  }
  .letter {
    font-weight: 700;
  }
`;
