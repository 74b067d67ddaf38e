import { css } from 'lit';

/** Fill and background of a kind of memory, by class: the same wherever bytes are drawn. */
export const kindColours = css`
  .kind-frozen {
    fill: var(--kind-frozen);
    background: var(--kind-frozen);
  }
  .kind-trainable {
    fill: var(--kind-trainable);
    background: var(--kind-trainable);
  }
  .kind-gradients {
    fill: var(--kind-gradients);
    background: var(--kind-gradients);
  }
  .kind-moments {
    fill: var(--kind-moments);
    background: var(--kind-moments);
  }
  .kind-activations {
    fill: var(--kind-activations);
    background: var(--kind-activations);
  }
  .kind-workspace {
    fill: var(--kind-workspace);
    background: var(--kind-workspace);
  }
  .kind-prefix {
    fill: var(--kind-prefix);
    background: var(--kind-prefix);
  }
  .kind-inputs {
    fill: var(--kind-inputs);
    background: var(--kind-inputs);
  }
  .kind-staging {
    fill: var(--kind-staging);
    background: var(--kind-staging);
  }
  .kind-sampler {
    fill: var(--kind-sampler);
    background: var(--kind-sampler);
  }
`;
