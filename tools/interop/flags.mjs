/** @satisfies {import('../flags.mjs').Command} */
export const command = {
  name: 'interop',
  what: "Trains adapters of tiny models of the hub, exports them, and compares what other people's programs make of the files: peft and transformers in Python, llama.cpp by node-llama-cpp. tools/interop/README.md says how to install them.",
  usage: '--python FILE [DIR…]',
  groups: {
    '': {
      python: { value: 'FILE', help: 'a Python that has the packages of tools/interop/requirements.txt' },
      out: { value: 'DIR', help: 'where the exported files are kept (default: nowhere)' },
    },
  },
  files:
    "folders of golden cases of the hub, or of the page's text base (default: public/base/text and all of test/fixtures/golden)",
  examples: ['npm run interop -- --python VENV/bin/python'],
  exit: 'Exit 0 where all agree, 1 where not, 2 for a mistake on the command line.',
};
