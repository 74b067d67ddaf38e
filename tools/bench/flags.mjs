/** What is measured in one page, in order: memory first, before anything else is counted. */
export const IN_ONE_PAGE = ['memory', 'constant_prefix', 'matmul', 'lora_step', 'llama_lora_step'];

/** All that is measured, as it is called in what is printed. */
export const MEASURES = [...IN_ONE_PAGE, 'recording_import', 'page_speed', 'default_run', 'default_actions_run'];

/** @satisfies {import('../flags.mjs').Command} */
export const command = {
  name: 'bench',
  what: 'Measures kernels against jax-js, training steps, memory against the plan, the default runs and the reading of a recording, in a headless Chromium, for some minutes. Prints JSON. A model of true size: npm run bench:model.',
  usage: '[--only NAME]',
  groups: {
    '': { only: { value: 'NAME', choices: MEASURES, several: true, help: `one measure: ${MEASURES.join(', ')}` } },
  },
  examples: ['npm --silent run bench', 'npm --silent run bench -- --only llama_lora_step'],
};
