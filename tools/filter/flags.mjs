/** Names of openpi's models, as in main.ts, which needs the packages. */
export const MODELS = [
  'full',
  'pg_lora',
  'ae_lora',
  'all_lora',
  'dummy',
  'text_2b_lora',
  'pi05',
  'pi05_pg_lora',
  'pi05_ae_lora',
  'pi05_all_lora',
  'pi0_fast',
  'pi0_fast_lora',
];

/** @satisfies {import('../flags.mjs').Command} */
export const command = {
  name: 'filter',
  what: 'What a freeze filter freezes, and what is wrong with it, as JSON.',
  usage: "--model NAME --freeze 'EXPR'",
  groups: {
    '': {
      model: {
        value: 'NAME',
        help: `one of openpi's models: ${MODELS.join(', ')}; needless where a pasted configuration names it`,
      },
      tree: {
        value: 'FILE.json',
        help: 'in place of a model: an object of paths and shapes, such as {"PaliGemma/llm/final_norm/scale": [2048]}',
      },
      freeze: { value: 'EXPR', also: ['filter'], help: 'a filter, or the lines of Python that make one' },
      'freeze-file': { value: 'FILE', also: ['filter-file'], help: 'the same from a file' },
      ema: {
        help: "counts openpi's moving average of the parameters, as a TrainConfig without ema_decay=None does",
      },
    },
  },
  examples: [`npm --silent run filter -- --model ae_lora --freeze 'Not(PathRegex(".*lora.*"))'`],
  exit: 'Exit 0 where a run can be made; 1 where the filter, or a file, cannot be read, and where nothing is left to train; 2 for a mistake on the command line.',
};
