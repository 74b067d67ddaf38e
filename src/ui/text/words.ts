import type { TaskWords } from '../bench/task_view';
import { inLanguage } from '../words/language';

const english = {
  task: { name: 'Text', meaning: 'Fine-tune a language model on text' },

  presets: {
    quick: ['Quick look', '60 steps: see within a minute or two whether the data teaches anything.'],
    careful: ['Careful', '400 steps at a lower learning rate, with larger effective batches.'],
    small: ['Least memory', 'One window at a time, activations computed twice instead of kept.'],
  },

  filters: {
    adapters: ['Adapters only', 'Least memory. The base stays untouched; the adapter can be taken away on its own.'],
    norms: ['Adapters and norms', 'Also the small scale vectors between layers.'],
    everything: ['Everything', 'All parameters. Gradients and optimizer state for each of them.'],
  },

  data: {
    lead: 'What the model should learn from: your files, or a sample.',
    filesButton: 'Fine-tune on this data',
    drop: 'Drop files here or anywhere on the page',
    pick: 'Choose files…',
    kinds:
      'Text (.txt, .md, .html, .docx, .epub), chats (.jsonl, .json, exports of messengers), tables (.csv, .tsv, .parquet), archives of them (.zip, .gz).',
    language: (trainedOn: string) =>
      `The base has read nothing but ${trainedOn}. Text in another language takes more tokens, and it knows none of it.`,
    reading: (files: string) => `Reading and cutting ${files} into windows…`,
    readingSample: 'Reading the sample…',
    files: 'Files',
    file: 'File',
    format: 'Format',
    size: 'Size',
    examples: 'Examples',
    remove: (name: string) => `Remove ${name}`,
    added: (files: string) => `${files} added.`,
    waits: (name: string, more: number) =>
      `${name} waits for a choice of yours${more > 0 ? `, as ${more} more do` : ''}: see its row.`,
    refused: (name: string, why: string, more: number) =>
      more === 0 ? `1 refused: ${name}. ${why}` : `${more + 1} refused, the first of them ${name}. ${why}`,
    wrongFields: 'The data are not read while a setting is wrong.',
    wrongFieldsFix: 'Correct the field that is marked, here or under Advanced on Train.',
    nothing: 'Nothing of these files can be learned.',
    nothingFix: 'See beside each file why, and what to do.',
    nothingYetFix: 'Choose beside the file how it is to be read.',
    lineFault: 'not enough to train on',
    cut: (examples: string, length: string, share: string) =>
      `${examples} had something cut, which no window of ${length} tokens has room for: ${share} of all tokens of conversations.`,
    useLength: (length: string) => `Use windows of ${length} tokens`,
    cutsNone: 'Nothing is cut then. Longer windows take more memory and time.',
    cutsLess: 'It is the longest that this base has room for: less is cut then, but something still is.',
    cutsLeast: 'This base has no room for longer windows. Shorten these examples, or learn them as they are.',
    chosen: {
      longest: (length: string, longest: string) =>
        `Chosen from your data: the longest conversation, ${longest}, fits into a window of ${length}.`,
      base: (length: string, longest: string) =>
        `Chosen from your data: the longest conversation has ${longest}, and this base has room for ${length}. What is longer goes over several windows.`,
      text: (length: string) =>
        `Chosen from your data: ${length} is usual for text, which goes on from window to window.`,
    },
    chosenLater: 'Chosen from your data once they are read.',
    evaluated: (windows: string) => `each evaluation takes ${windows}`,
    clear: 'Close this data',
    counts: 'Counts',
    windows: 'Training windows',
    windowsMeaning:
      'Pieces of text of at most the window length, in tokens. One step learns from batch × accumulation of them.',
    heldoutWindows: 'Held-out windows',
    heldoutMeaning: 'Never trained on. The loss on them tells whether the model learns or only memorises.',
    examplesMeaning: 'Records, conversations or documents in the files.',
    tokens: 'Tokens',
    tokensMeaning: 'Pieces of words, as the model reads text.',
    trained: 'Learned tokens',
    trainedMeaning: 'Tokens whose prediction counts in the loss. Prompts are read but not learned.',
    preview: 'First windows, as the model will see them',
    previewMore: (windows: string) => `${windows} more`,
    previewLegendLearned: 'learned',
    previewLegendShown: 'shown, not learned',
    previewLegendSpecial: 'control token of the model; marks that stand in your data look like text',
    window: (file: string, line: string, tokens: string) => `${file}, line ${line} · ${tokens}`,
    truncated: (tokens: string) => `${tokens} cut off: the example is longer than the window`,
    voice: (of: string) => `Whose messages are learned of ${of}`,
    voiceOf: (name: string, messages: string) => `${name} (${messages})`,
    eachItsOwn: 'in each chat the one that is named below',
    choose: 'choose…',
    latin1: 'Read as Latin-1 (Windows-1252)',
    isLatin1: 'It is read as Latin-1 (Windows-1252): see below whether its letters are right.',
    utf8: 'Read as UTF-8 again',
    /** Its name to those who do not see in which row it stands. */
    forFile: (button: string, name: string) => `${button}: ${name}`,
    columnsTitle: (file: string) => `Columns of ${file}`,
    promptColumn: 'Prompt (shown, not learned)',
    completionColumn: 'Completion (learned)',
    noPrompt: 'none: learn the whole text',
    promises: [
      ['Private', 'No upload, no server, no network needed.'],
      ['Real', 'A LoRA adapter, measured on text it has not seen.'],
      ['Yours', 'Leaves as one .safetensors file or a PEFT folder.'],
    ],
    dropMeaning: 'Text, chats and tables go to Data; a .safetensors adapter goes to Adapter.',
    line: (windows: string, heldout: string) => `${windows}, ${heldout} held out`,
    noData: 'Open some data first.',
    noDataFix: 'Drop a file on the page, or use the sample on the Data panel.',
  },

  model: {
    lead: 'The base stays as it is: a small adapter beside it learns.',
    context: 'Longest window',
    contextMeaning: 'The longest text, in tokens, that the base was trained on.',
    bitsPerByte: 'Held-out bits per byte',
    bitsPerByteMeaning:
      'How many bits the base needs for each byte of text it has never seen. Lower is better; guessing bytes evenly takes 8.',
  },

  bring: {
    title: 'A model of your own',
    lead: 'The base that ships is small enough for this page, and writes no more than phrases. Bring a model that you have on your disk: a folder of the Hugging Face hub (config.json, tokenizer.json, .safetensors), or a .gguf with its tokenizer.json. It is read here, and goes nowhere.',
    facts: (name: string, family: string, layers: string, size: string, stored: string) =>
      `${name}: ${family}, ${layers}, ${size} of files, weights in ${stored}.`,
    template: 'Conversations are written as',
    noTemplate: 'not at all',
    templates: { plain: 'plain text', chatml: 'ChatML', gemma: 'Gemma', llama3: 'Llama 3' },
    weights: 'Frozen weights',
    weightsIn: { stored: 'as in the files', int8: 'in 8 bits' },
    weightsMeaning:
      '8 bits take about half the memory of BF16, and are not exact: each row of a matrix is rounded to 255 steps. In the test cases, tiny models with random weights, that changed the loss by 0.24 % at most.',
    known: 'Models that are known to work',
    knownLead:
      'Families: Gemma 1, 2 and 3, Llama, SmolLM2, Qwen2, Qwen2.5 and Qwen3. Memory is that of a step with rank 8 and one window of 512 tokens, activations computed twice.',
    model: 'Model',
    parameters: 'Parameters',
    download: 'Files',
    memory: 'GPU memory',
    where: 'Where it lies',
    gated: 'after agreeing to its terms there',
  },

  train: {
    samplePrompt: 'Prompts to watch',
    samplePromptHint: 'One a line. Base and adapter continue each of them at every evaluation.',
    effective: (windows: string, tokens: string) => `Each step learns from ${windows}, ${tokens} at most.`,
  },

  run: {
    tokensPerSecondMeaning: 'Tokens trained each second, padding left out.',
    lossTitle: 'Loss, nats a token',
    lossMeaning: 'How surprised the model is by each next token, on average. Lower is better.',
    tryIt: 'Try it on a prompt',
    tryMeaning: 'Base and adapter go on from what you write, side by side.',
    learned: {
      better: (before: string, after: string) =>
        `Guessing the next token of text it never saw is now like choosing among ${after} equally likely ones; for the base it was among ${before}.`,
      worse: (before: string, after: string) =>
        `It got worse: guessing the next token of text it never saw is now like choosing among ${after} equally likely ones; for the base it was among ${before}.`,
      nothing: (before: string) =>
        `Next to nothing was learned: guessing the next token of text it never saw is like choosing among ${before} equally likely ones, with the adapter and without.`,
      lost: 'With the adapter, the model has lost what the base knew: its loss is no finite number.',
    },
    phases: {},
  } satisfies TaskWords['run'] & Record<string, unknown>,

  sample: {
    title: 'Sample text',
    waiting: (step: string) => `Writes at the first evaluation, at step ${step}.`,
    noAdapterYet: 'Nothing is trained yet: the adapter begins as the base.',
    notKept: 'What was written at this evaluation was not kept.',
    beforeTraining: 'before training',
    marked: 'Marked',
    markedMeaning: 'is what the evaluation before did not have.',
    base: 'base',
    adapter: 'with adapter',
    prompt: 'Prompt',
    atStep: (step: string) => `at step ${step}`,
    nothing: '(nothing)',
  },

  adapter: {
    lead: 'What you have trained, kept in this browser.',
    tryShort: 'Try',
    goOn: 'Train on',
    goOnFrom: (name: string) => `Train on from ${name}`,
    goOnMeaning: 'The next run begins with this adapter, in place of a new one.',
    goesOn: (name: string, rank: string, alpha: string) =>
      `The run begins with ${name}: its rank ${rank} and alpha ${alpha} hold, in place of those under Model.`,
    beginAnew: 'Begin with a new adapter',
    choose: (name: string) => `Try ${name}`,
    tryCurrent: 'Try the run in progress',
    tryTitle: (name: string) => `Try ${name}`,
    current: 'the run in progress',
    prompt: 'Prompt',
    promptHint: 'What should it continue?',
    chat: 'Ask as a question in a chat',
    chatMeaning: 'Puts the prompt into the turn format that chat data is trained with.',
    maxTokens: 'Length',
    maxTokensUnit: 'tokens at most',
    temperature: 'Temperature',
    temperatureMeaning: '0 always takes the likeliest token; higher is more varied.',
    topK: 'Top-k',
    topKMeaning: 'Only among this many of the likeliest tokens; 0 is among all.',
    topP: 'Top-p',
    topPMeaning: 'Only among the fewest tokens that together have this share of the probability; 1 is among all.',
    speed: {
      base: (tokens: string) => `base: ${tokens} tokens/s`,
      adapter: (tokens: string) => `with adapter: ${tokens} tokens/s`,
    },
    generate: 'Write',
    generateBoth: 'Write with both',
    bothMeaning: 'The likeliest token each time, up to 80: what differs is what they learned.',
    stop: 'Stop',
    writing: 'Writing…',
    noPrompt: 'Enter a prompt first.',
  },
} as const;

/** Words of the text task. */
export const words = inLanguage(english, () => import('./words_zh'));
