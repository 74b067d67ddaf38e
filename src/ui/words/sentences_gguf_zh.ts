import type { SentencePair } from './sentence_patterns';

/** What is said of GGUF files, in Chinese. */
export const ggufSentencesZh: readonly SentencePair[] = [
  // containers/gguf.ts
  ['The file is damaged or no GGUF; take a fresh copy.', '文件已损坏，或不是 GGUF；请重新取一份。'],
  ['{0}, key "{1}"', '{0}，键“{1}”'],
  [
    'The header claims {0} tensors and {1} pairs in a file of {2} bytes.',
    '文件头声称有 {0} 个张量和 {1} 个键值对，而文件只有 {2} 字节。',
  ],
  [
    'The file is cut off: its header goes on to byte {0} of {1}.',
    '文件不完整：文件头一直到第 {0} 字节，而文件只有 {1} 字节。',
  ],
  [
    'The header goes on to byte {0}, which is more than any model needs.',
    '文件头一直到第 {0} 字节，超过任何模型的需要。',
  ],
  ['The file is in the format that llama.cpp had before GGUF.', '文件是 llama.cpp 在 GGUF 之前使用的格式。'],
  ['The file does not begin with "GGUF".', '文件开头不是“GGUF”。'],
  ['The file is GGUF for big-endian machines, which is not read here.', '文件是大端机器的 GGUF，这里无法读取。'],
  [
    'Take the little-endian file, or turn it round with gguf_convert_endian.py of llama.cpp.',
    '请取小端文件，或用 llama.cpp 的 gguf_convert_endian.py 转换。',
  ],
  [
    'The file is GGUF of version {0}; versions 2 and 3 are read here.',
    '文件是第 {0} 版 GGUF；这里读取第 2 版和第 3 版。',
  ],
  [
    'Take a newer file of the same model, or convert the model again with convert_hf_to_gguf.py of llama.cpp.',
    '请取同一模型较新的文件，或用 llama.cpp 的 convert_hf_to_gguf.py 重新转换模型。',
  ],
  ['The header has this key twice.', '文件头中这个键出现了两次。'],
  ['Its type is {0}, which GGUF does not know there.', '它的类型是 {0}，GGUF 在此处没有这种类型。'],
  ['It is an array of arrays, which GGUF does not have.', '它是数组的数组，GGUF 没有这种类型。'],
  ['The text at byte {0} claims {1} bytes.', '第 {0} 字节处的文本声称有 {1} 字节。'],
  ['The text before byte {0} is not UTF-8.', '第 {0} 字节之前的文本不是 UTF-8。'],
  ['It is no power of two.', '它不是二的幂。'],
  ['The header has this tensor twice.', '文件头中这个张量出现了两次。'],
  ['It claims {0} axes, and no tensor has more than {1}.', '它声称有 {0} 个轴，而张量最多有 {1} 个。'],
  ['Its number format is {0}, which is not known here.', '它的数值格式是 {0}，这里不认识。'],
  ['Take the model as F16, BF16 or Q8_0.', '请取 F16、BF16 或 Q8_0 格式的模型。'],
  ['Its rows of {0} are not whole blocks of {1}.', '它每行 {0} 个数，不是 {1} 个一块的整块。'],
  ['Its shape [{0}] is larger than any file.', '它的形状 [{0}] 比任何文件都大。'],
  ['It begins at {0}, no multiple of {1}.', '它从 {0} 开始，不是 {1} 的倍数。'],
  [
    'The file is cut off: this tensor goes on to byte {0} of {1}.',
    '文件不完整：这个张量一直到第 {0} 字节，而文件只有 {1} 字节。',
  ],
  // containers/gguf_blocks.ts
  ['Its numbers are stored as {0}, which is not read here.', '它的数值以 {0} 存储，这里无法读取。'],
  [
    'Take the same model as F16, BF16, Q8_0, Q6_K, Q5_K_M or Q4_K_M.',
    '请取同一模型的 F16、BF16、Q8_0、Q6_K、Q5_K_M 或 Q4_K_M 版本。',
  ],
  ['It has a value that {0} cannot hold: it is no number, or too large.', '其中有 {0} 无法表示的值：不是数，或太大。'],
  [
    'Write it as F32; if the values came from training, train with a lower learning rate.',
    '请写成 F32；如果这些值来自训练，请用更低的学习率训练。',
  ],
  // hub/ways_out.ts
  ['Choose another model.', '请换一个模型。'],
  ['Take a fresh copy of the file, or another conversion of the model.', '请重新取一份文件，或换一个转换版本。'],
  [
    'Join its parts with "llama-gguf-split --merge" of llama.cpp, and choose the whole.',
    '请用 llama.cpp 的“llama-gguf-split --merge”合并各部分，再选择完整的文件。',
  ],
  // hub/gguf_config.ts
  ['{0} differs from layer to layer, which cannot be computed.', '{0} 在各层不同，无法计算。'],
  ['{0} is {1}, no multiple of attention.head_count_kv {2}.', '{0} 为 {1}，不是 attention.head_count_kv {2} 的倍数。'],
  ['{0} is {1}, no multiple of attention.head_count {2}.', '{0} 为 {1}，不是 attention.head_count {2} 的倍数。'],
  ['{0} is {1}, and a head has {2} channels.', '{0} 为 {1}，而每个注意力头有 {2} 个通道。'],
  ['{0} names {1} layers, and there are {2}.', '{0} 列出 {1} 层，而模型有 {2} 层。'],
  // hub/gguf_file.ts
  ['There is no GGUF among the files.', '文件中没有 GGUF。'],
  ['Choose a file that ends in .gguf.', '请选择以 .gguf 结尾的文件。'],
  ['There are {0} GGUF files here: {1}.', '这里有 {0} 个 GGUF 文件：{1}。'],
  ['Choose one of them.', '请选择其中一个。'],
  ['A control token is {0}, which is no token of the model.', '一个控制词元是 {0}，不是该模型的词元。'],
  // hub/gguf_refusals.ts
  ['It does not say general.architecture.', '其中没有写明 general.architecture。'],
  [
    'general.architecture {0} is a model of more than text, or the part of it that is not text.',
    'general.architecture {0} 不是只处理文本的模型，或是其中不处理文本的部分。',
  ],
  [
    'general.architecture {0}: a mixture of experts cannot be trained here.',
    'general.architecture {0}：这里不能训练专家混合模型。',
  ],
  [
    'general.architecture {0} is no family that can be trained here.',
    'general.architecture {0} 不是这里能训练的模型类型。',
  ],
  [
    'Choose the model that it was trained on; an adapter is imported as the folder that PEFT writes.',
    '请选择训练它所用的模型；适配器要以 PEFT 写出的文件夹导入。',
  ],
  [
    'This is the part of a model that sees or hears, not its text.',
    '这是模型中处理图像或声音的部分，不是处理文本的部分。',
  ],
  ['Choose the file of its text.', '请选择处理文本的那个文件。'],
  ['general.type is {0}; only a model can be trained.', 'general.type 为 {0}；只有模型才能训练。'],
  ['This is one of {0} parts of a model.', '这是一个模型的 {0} 个部分之一。'],
  [
    'Choose the folder of the model as the hub has it, if it is of these families.',
    '如果模型属于这些类型，请选择它在 Hugging Face 上的文件夹。',
  ],
  ['{0} is false: such a model does not go on with text.', '{0} 为 false：这样的模型不用于续写文本。'],
  ['{0} is {1}: such a model does not go on with text.', '{0} 为 {1}：这样的模型不用于续写文本。'],
  // hub/gguf_rotations.ts
  ['It is [{0}] of {1}, and not a row of F32.', '它是 {1} 的 [{0}]，而不是一行 F32。'],
  ['It holds a number that frequencies cannot be divided by.', '其中有一个数不能用来除频率。'],
  ['It has the tensor {0}, and a factor of {1} besides.', '它有张量 {0}，同时还有系数 {1}。'],
  // hub/gguf_tensors.ts
  ["It has shape [{0}]; the model's is [{1}].", '它的形状是 [{0}]；模型的是 [{1}]。'],
  ['{0} tensors are not those of such a model.', '有 {0} 个张量与这样的模型不符。'],
  ['The model needs {0}, and the file does not have it.', '模型需要 {0}，而文件中没有。'],
  ['It is one row, and stored as {0}, which no converter does.', '它只有一行，却以 {0} 存储，没有转换程序会这样做。'],
];
