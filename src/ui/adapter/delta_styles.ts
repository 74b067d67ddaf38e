import { css } from 'lit';

/** Shades of a change, from none to the largest; what is not known is hatched. */
export const deltaShades = css`
  .unknown {
    background: repeating-linear-gradient(45deg, var(--surface) 0 4px, var(--line-strong) 4px 5px);
  }
  .shade-0 {
    background: var(--surface);
  }
  .shade-1 {
    background: color-mix(in oklab, var(--trainable) 12%, var(--surface));
  }
  .shade-2 {
    background: color-mix(in oklab, var(--trainable) 24%, var(--surface));
  }
  .shade-3 {
    background: color-mix(in oklab, var(--trainable) 36%, var(--surface));
  }
  .shade-4 {
    background: color-mix(in oklab, var(--trainable) 48%, var(--surface));
  }
  .shade-5 {
    background: color-mix(in oklab, var(--trainable) 61%, var(--surface));
  }
  .shade-6 {
    background: color-mix(in oklab, var(--trainable) 74%, var(--surface));
  }
  .shade-7 {
    background: color-mix(in oklab, var(--trainable) 87%, var(--surface));
  }
  .shade-8 {
    background: color-mix(in oklab, var(--trainable) 100%, var(--surface));
  }
  @media (forced-colors: active) {
    .unknown,
    [class*='shade-'] {
      forced-color-adjust: none;
    }
  }
`;
