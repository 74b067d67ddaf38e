import type { SentencePair } from './sentence_patterns';

/** What is said where PEFT folders are read, runs are listed and tabs meet, in Chinese. */
export const peftSentencesZh: readonly SentencePair[] = [
  // adapter/metadata.ts
  ['Its training_config.json is no JSON.', '其中的 training_config.json 不是 JSON。'],
  // adapter/peft_config.ts
  ['Its adapter_config.json is no JSON.', '其中的 adapter_config.json 不是 JSON。'],
  ['Take a fresh copy of the folder.', '请重新取一份这个文件夹。'],
  ['Its {0} is no number.', '其中的 {0} 不是数字。'],
  ['A PEFT adapter with {0} is not plain LoRA.', '带有 {0} 的 PEFT 适配器不是普通的 LoRA。'],
  ['Choose one with peft_type LORA and nothing besides.', '请选择 peft_type 为 LORA 且没有其他特性的适配器。'],
  // adapter/peft_files.ts
  [
    'A PEFT adapter is the two files adapter_config.json and adapter_model.safetensors.',
    'PEFT 适配器由 adapter_config.json 和 adapter_model.safetensors 两个文件组成。',
  ],
  ['Choose both, or the .zip that this page writes.', '请同时选择两者，或选择本页面写出的 .zip。'],
  ['The archive cannot be read: {0}', '压缩包无法读取：{0}'],
  // adapter/peft_import.ts
  ['No tensor is LoRA of a model that this page has.', '没有张量是本页面某个模型的 LoRA。'],
  ['The base "{0}" has no such part.', '基座“{0}”没有这个部分。'],
  [
    'Its factors have rank {0}; its training_config.json says {1}.',
    '它的因子的秩是 {0}，而其中的 training_config.json 说是 {1}。',
  ],
  ['Choose a PEFT folder of one of the models of this page.', '请选择本页面某个模型的 PEFT 文件夹。'],
  [
    'The folder does not name its base. Its tensors fit "{0}"; on another base of the same shape they mean nothing.',
    '文件夹没有说明基座。它的张量与“{0}”相符；在形状相同的另一个基座上它们没有意义。',
  ],
  ['{0} modules have no factors in the file: theirs are zero.', '有 {0} 个模块在文件中没有因子：取为零。'],
  [
    'The folder does not tell of which robot it is: names of joints, and how their numbers are normalised.',
    '文件夹没有说明属于哪台机器人：关节的名称，以及数值如何归一化。',
  ],
  [
    'Choose a folder with the training_config.json that this page writes.',
    '请选择带有本页面所写 training_config.json 的文件夹。',
  ],
  // adapter/peft_modules.ts
  ["It has one of LoRA's two factors.", '它只有 LoRA 两个因子中的一个。'],
  ['Its factors have no rank.', '它的因子没有秩。'],
  ['The models of this page have no module of this name.', '本页面的模型没有这个名字的模块。'],
  ['Choose an adapter of one of them.', '请选择其中某个模型的适配器。'],
  // adapter/run_records.ts
  ['the list of runs', '历次训练的列表'],
  // worker/other_tabs.ts
  [
    'Another tab of this page is training too: both are slower, and share the memory of the GPU.',
    '本页面的另一个标签页也在训练：两者都会变慢，并共用 GPU 的显存。',
  ],
  ['Pause or stop one of them, unless there is room for both.', '除非两者都放得下，请暂停或停止其中一个。'],
  // worker/trainer.ts
  ['There is no file to import.', '没有可以导入的文件。'],
  ['Choose one.', '请选择一个。'],
];
