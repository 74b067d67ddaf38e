import type { SentencePair } from './sentence_patterns';

/** What is said where PEFT folders are read, runs are listed and tabs meet, in Chinese. */
export const peftSentencesZh: readonly SentencePair[] = [
  // adapter/hub_import.ts
  ['No tensor is LoRA of the model that is open.', '没有张量是已打开模型的 LoRA。'],
  [
    'Choose a PEFT folder of this model, or open the model that it was trained on.',
    '请选择这个模型的 PEFT 文件夹，或打开它训练时所用的模型。',
  ],
  [
    'The adapter is of the model "{0}", and no model of the hub is open.',
    '这个适配器属于模型“{0}”，而现在没有打开任何 Hub 模型。',
  ],
  [
    'The adapter is of a model of the hub, and none is open.',
    '这个适配器属于某个 Hub 模型，而现在没有打开任何这样的模型。',
  ],
  ['Open the model that it was trained on, then import the adapter.', '请先打开它训练时所用的模型，再导入适配器。'],
  [
    'The tensors fit "{0}", which is open; on another base of the same shape they mean nothing.',
    '张量与已打开的“{0}”相符；在形状相同的另一个基座上它们没有意义。',
  ],
  [
    'The adapter was trained on other files than those that are open ({0}…). {1}',
    '这个适配器训练时所用的文件与已打开的不同（{0}…）。<1>',
  ],
  ['The adapter names "{0}" as its base. {1}', '这个适配器说它的基座是“{0}”。<1>'],
  ['The folder does not name its base. {0}', '文件夹没有说明基座。<0>'],
  ['The model that is open has no linear of this name.', '已打开的模型没有这个名字的线性层。'],
  [
    'Its factors have rank {0}; its adapter_config.json says {1}.',
    '它的因子的秩是 {0}，而其中的 adapter_config.json 说是 {1}。',
  ],
  [
    '{0} modules have factors that target_modules leaves out: they are not taken.',
    '有 {0} 个模块的因子不在 target_modules 之内：没有采用。',
  ],
  // adapter/metadata.ts
  ['Its training_config.json is no JSON.', '其中的 training_config.json 不是 JSON。'],
  // adapter/peft_config.ts
  ['Its adapter_config.json is no JSON.', '其中的 adapter_config.json 不是 JSON。'],
  ['Its lora_alpha makes its factors infinite.', '它的 lora_alpha 使各因子变为无穷大。'],
  ['Take a fresh copy of the folder.', '请重新取一份这个文件夹。'],
  ['Its {0} is no number.', '其中的 {0} 不是数字。'],
  ['bias "{0}"', 'bias "{0}"'],
  ['target_modules that are neither a list nor text', '既非列表也非文本的 target_modules'],
  ['Its {0} is no rank.', '其中的 {0} 不能作为秩。'],
  ['A PEFT adapter with {0} is not plain LoRA.', '带有 {0} 的 PEFT 适配器不是普通的 LoRA。'],
  ['Choose one with peft_type LORA and nothing besides.', '请选择 peft_type 为 LORA 且没有其他特性的适配器。'],
  // adapter/peft_files.ts
  [
    'A PEFT adapter is the two files adapter_config.json and adapter_model.safetensors.',
    'PEFT 适配器由 adapter_config.json 和 adapter_model.safetensors 两个文件组成。',
  ],
  ['Choose both, or the .zip that this page writes.', '请同时选择两者，或选择本页面写出的 .zip。'],
  ['The archive cannot be read: {0}.', '压缩包无法读取：{0}。'],
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
  // worker/runs.ts
  [
    'The adapter also changes parameters of the base, and a run cannot go on from it.',
    '这个适配器还改动了基座的参数，无法从它继续训练。',
  ],
  ['Begin anew, or choose another adapter to go on from.', '请重新开始，或选择另一个适配器来继续。'],
  // worker/saving.ts
  [
    'What this browser had kept of the run was cleared: a new checkpoint was made at step {0}, and the run goes on.',
    '这个浏览器为这次训练保存的内容已被清除：已在第 {0} 步建立新的检查点，训练继续进行。',
  ],
  [
    'Adapters that were kept here may be gone too: import them again from the files that you have.',
    '保存在这里的适配器可能也已丢失：请用您手中的文件重新导入。',
  ],
  [
    'The checkpoint of step {0} could not be kept. The run goes on, but what it learns is lost if this tab is closed before its end.',
    '第 {0} 步的检查点无法保存。训练继续进行，但如果在结束前关闭这个标签页，之后学到的内容会丢失。',
  ],
  [
    'The adapter could not be kept in this browser: it is gone when this tab is closed.',
    '适配器无法保存在这个浏览器中：关闭这个标签页后它就没有了。',
  ],
  ['Download it now. It is kept as soon as there is room.', '请立即下载。一有空间就会保存它。'],
  [
    'The last checkpoint of the run is damaged: it goes on from the one before, of step {0}.',
    '这次训练的最后一个检查点已损坏：从它之前的检查点（第 {0} 步）继续。',
  ],
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
