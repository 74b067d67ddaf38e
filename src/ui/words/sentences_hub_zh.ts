import type { SentencePair } from './sentence_patterns';

/** What is said of models that a person brings, in Chinese. */
export const hubSentencesZh: readonly SentencePair[] = [
  // base/opened.ts
  [
    'There is no tokenizer.json: nothing says how text becomes tokens.',
    '没有 tokenizer.json：无从知道文本如何变成词元。',
  ],
  [
    'Add the tokenizer.json of the model, from the folder that its makers publish.',
    '请加上这个模型的 tokenizer.json，它在作者发布的文件夹里。',
  ],
  // hub/open_model.ts
  [
    'Its weights are quantised ({0}); each is unpacked, and rounded to bfloat16.',
    '它的权重是量化的（{0}）；每个都会解开，并舍入为 bfloat16。',
  ],
  [
    'Nothing needs to be done; a file in F16, BF16 or Q8_0 is trained on as it is.',
    '无需处理；F16、BF16 或 Q8_0 的文件会原样用于训练。',
  ],
  // worker/models.ts
  ['The model is not open.', '模型没有打开。'],
  ['Open its folder or file again, under Model.', '请在“模型”里重新打开它的文件夹或文件。'],
  ['Gemma Terms of Use (ai.google.dev/gemma/terms)', 'Gemma 使用条款（ai.google.dev/gemma/terms）'],
  ['that of the model, in its folder', '模型自己的许可，见其文件夹'],
  // hub/ways_out.ts
  ["Take a fresh copy of the model's folder.", '请重新取一份这个模型的文件夹。'],
  ["Take a fresh copy of the model's folder, or another model.", '请重新取一份这个模型的文件夹，或换一个模型。'],
  ['Choose a model of text alone, such as Gemma 3 270M or 1B.', '请选择只处理文本的模型，例如 Gemma 3 270M 或 1B。'],
  [
    'Choose the same model with its weights in bf16, f16 or f32, as its makers publish it.',
    '请选择同一模型的 bf16、f16 或 f32 权重，即其作者发布的原始版本。',
  ],
  ['Choose a model that was made to go on with text.', '请选择用于续写文本的模型。'],
  // hub/config.ts
  ['attention_dropout is {0}; it is trained without.', 'attention_dropout 为 {0}；训练时不使用它。'],
  [
    'num_attention_heads is {0}, no multiple of num_key_value_heads {1}.',
    'num_attention_heads 为 {0}，不是 num_key_value_heads {1} 的倍数。',
  ],
  [
    'hidden_size is {0}, no multiple of num_attention_heads {1}.',
    'hidden_size 为 {0}，不是 num_attention_heads {1} 的倍数。',
  ],
  ['A head has {0} channels, which have no two halves to rotate.', '每个注意力头有 {0} 个通道，无法分成两半来旋转。'],
  ['{0} is {1}; only {2} can be computed.', '{0} 为 {1}；只能计算 {2}。'],
  [
    'Choose another model: with another activation it would be another one.',
    '请换一个模型：换了激活函数，它就不再是这个模型了。',
  ],
  ['{0} is {1}, which is no token of the model.', '{0} 为 {1}，不是该模型的词元。'],
  // hub/fields.ts
  ['{0} is {1}, which is no whole number from {2} to {3}.', '{0} 为 {1}，不是 {2} 到 {3} 之间的整数。'],
  ['{0} is {1}, which is no number from {2} to {3}.', '{0} 为 {1}，不是 {2} 到 {3} 之间的数。'],
  ['{0} is {1}, which is neither true nor false.', '{0} 为 {1}，既不是 true 也不是 false。'],
  ['{0} is {1}, which is no object.', '{0} 为 {1}，不是对象。'],
  ['It does not say {0}.', '其中没有写明 {0}。'],
  // hub/files.ts
  ['There are {0} models here: {1}, ….', '这里有 {0} 个模型：{1} 等。'],
  ['There are {0} models here: {1}.', '这里有 {0} 个模型：{1}。'],
  ['Choose the folder of one of them.', '请选择其中一个的文件夹。'],
  [
    'This is a cache of the hub, whose names are links, and the browser did not follow them.',
    '这是 Hugging Face 的缓存，其中的文件名都是链接，而浏览器没有跟随这些链接。',
  ],
  [
    'Copy the folder in snapshots/ with "cp -rL", and choose the copy.',
    '请用“cp -rL”复制 snapshots/ 中的文件夹，然后选择副本。',
  ],
  ['This is an adapter, not a model.', '这是适配器，不是模型。'],
  ['Choose the folder of the model that it was trained on.', '请选择训练它所用的模型的文件夹。'],
  ['There are weights, and no config.json beside them.', '有权重文件，但旁边没有 config.json。'],
  ['Add its config.json, or choose the whole folder.', '请加上它的 config.json，或选择整个文件夹。'],
  ['There is no model among the files: no config.json.', '文件中没有模型：缺少 config.json。'],
  [
    'Choose the folder of a model as the hub has it: config.json, tokenizer.json and .safetensors.',
    '请选择 Hugging Face 形式的模型文件夹：config.json、tokenizer.json 和 .safetensors。',
  ],
  [
    'Its weights are in a form that is not read here: only .safetensors are.',
    '它的权重是这里不读取的格式：只读取 .safetensors。',
  ],
  [
    'Take the model in safetensors, or save it with transformers: save_pretrained() writes them.',
    '请取 safetensors 格式的模型，或用 transformers 保存：save_pretrained() 会写出这种格式。',
  ],
  ['Its download is not finished.', '它还没有下载完。'],
  ['Let it come to its end, then choose the folder again.', '请等它下载完，再重新选择文件夹。'],
  [
    'The weights are in several files, and the index is missing that says what is where.',
    '权重分在多个文件中，而说明各张量位置的索引文件缺失。',
  ],
  ['Add {0}, or choose the whole folder.', '请加上 {0}，或选择整个文件夹。'],
  ['There are no weights beside it.', '旁边没有权重文件。'],
  ['Add its .safetensors, or choose the whole folder.', '请加上它的 .safetensors，或选择整个文件夹。'],
  // hub/refusals.ts
  ['Choose a model of one of these: {0}.', '请选择以下类型之一的模型：{0}。'],
  ['It does not say model_type.', '其中没有写明 model_type。'],
  [
    'model_type {0} is a model of more than text, whose text is one part of it.',
    'model_type {0} 不是只处理文本的模型，文本只是其中一部分。',
  ],
  ['{0} is {1}: a mixture of experts cannot be trained here.', '{0} 为 {1}：这里不能训练专家混合模型。'],
  ['model_type {0} is no family that can be trained here.', 'model_type {0} 不是这里能训练的模型类型。'],
  [
    'architectures says {0}; of {1} only {2} can be trained here.',
    'architectures 写的是 {0}；{1} 中这里只能训练 {2}。',
  ],
  [
    'use_bidirectional_attention is {0}: such a model does not go on with text.',
    'use_bidirectional_attention 为 {0}：这样的模型不用于续写文本。',
  ],
  [
    'rope_interleaved is {0}; only the halves of a head can be rotated against each other.',
    'rope_interleaved 为 {0}；这里只能让注意力头的前后两半相互旋转。',
  ],
  ['Choose the model in the form that transformers saves.', '请选择 transformers 所保存形式的模型。'],
  [
    'attn_logit_softcapping is {0}, which Gemma 3 does not follow anywhere.',
    'attn_logit_softcapping 为 {0}，而 Gemma 3 在任何程序中都不遵循它。',
  ],
  ['Write null there if the model was trained without it.', '如果模型训练时没有用它，请在那里写 null。'],
  ['Its weights are quantised ({0}), and cannot be read.', '它的权重经过量化（{0}），无法读取。'],
  // hub/rotations.ts
  [
    'Choose a model whose positions are plain, linear or as in Llama 3.',
    '请选择位置编码为普通、linear 或 Llama 3 形式的模型。',
  ],
  ['{0} is not known of this family.', '这类模型没有 {0}。'],
  ['{0} is {1}, which is not known here.', '{0} 为 {1}，这里不认识。'],
  ['{0} is {1}, not above low_freq_factor {2}.', '{0} 为 {1}，不大于 low_freq_factor {2}。'],
  ['{0} is {1}: only a part of each head would be rotated.', '{0} 为 {1}：每个注意力头只有一部分会旋转。'],
  [
    'Some of its layers have a window, and no sliding_window says how long.',
    '有些层使用滑动窗口，却没有 sliding_window 写明长度。',
  ],
  ['layer_types is {0}, which is no list.', 'layer_types 为 {0}，不是列表。'],
  [
    'layer_types names {0} layers, and num_hidden_layers is {1}.',
    'layer_types 列出 {0} 层，而 num_hidden_layers 为 {1}。',
  ],
  [
    'layer_types says {0} of layer {1}, which is not known of this family.',
    'layer_types 写第 {1} 层是 {0}，这类模型没有这种层。',
  ],
  // hub/shards.ts
  ['{0} of {1} files of weights are missing: {2}.', '{1} 个权重文件中缺少 {0} 个：{2}。'],
  ['Add them, or choose the whole folder.', '请加上它们，或选择整个文件夹。'],
  ['The file is no JSON.', '这个文件不是 JSON。'],
  ['Its weight_map names no tensor.', '它的 weight_map 没有列出任何张量。'],
  ['Its weight_map says {0}, which is no file of weights.', '它的 weight_map 写的是 {0}，不是权重文件。'],
  ['The index says that it is in {0}, and there it is not.', '索引说它在 {0} 中，而那里没有。'],
  ['The index does not say that it is here.', '索引没有说它在这里。'],
  [
    'The file is of another model, or of another state of it: take fresh copies of all of them.',
    '这个文件属于另一个模型或同一模型的另一版本：请重新取全部文件。',
  ],
  // hub/stream.ts
  ['Its element {0} is NaN or infinite.', '它的第 {0} 个元素是 NaN 或无穷大。'],
  [
    'The model was damaged, or saved after a training that ran away: take a fresh copy.',
    '模型已损坏，或是在训练发散之后保存的：请重新取一份。',
  ],
  // hub/tensors.ts
  [
    'The weights are not of this config.json: take fresh copies of both.',
    '权重与这个 config.json 不相符：请重新取这两者。',
  ],
  ['The model has no such tensor.', '模型没有这个张量。'],
  ['{0} tensors are not as the model needs them.', '有 {0} 个张量与模型所需不符。'],
  [
    '{0} tensors are not as the model needs them; the first {1} are told.',
    '有 {0} 个张量与模型所需不符；这里列出前 {1} 个。',
  ],
  ['The model needs {0}, and no file has it.', '模型需要 {0}，而没有文件包含它。'],
  ['It has shape [{0}]; the model needs [{1}].', '它的形状是 [{0}]；模型需要 [{1}]。'],
  ['The weights are quantised, and cannot be read.', '权重经过量化，无法读取。'],
  ['The weights are those of a model of more than text.', '这些权重属于不只处理文本的模型。'],
  ['The weights have an adapter beside them that is not merged.', '权重旁边有尚未合并的适配器。'],
  [
    'Save the model with transformers after merge_and_unload(), or choose the model that the adapter was trained on.',
    '请在 merge_and_unload() 之后用 transformers 保存模型，或选择训练该适配器所用的模型。',
  ],
  [
    'The weights are those of a model without a head: their names do not begin with "model.".',
    '这些权重属于没有输出头的模型：名称不以“model.”开头。',
  ],
  ['Save the model with transformers as AutoModelForCausalLM.', '请用 transformers 以 AutoModelForCausalLM 保存模型。'],
];
