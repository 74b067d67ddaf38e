import type { SentencePair } from './sentence_patterns';

/** Chinese of what is said of a model's tokenizer and its chat template. */
export const chatSentencesZh: readonly SentencePair[] = [
  // tokens/chat_template.ts
  [
    'The model has no chat template: nothing says how it reads a conversation.',
    '模型没有聊天模板：没有任何内容说明它如何读取对话。',
  ],
  ['Choose one of the known templates, or plain text.', '请选择一个已知的模板，或选择纯文本。'],
  ['The chat template cannot be read: {0}.', '聊天模板无法读取：{0}。'],
  [
    'The chat template ends a reply with no control token of this model.',
    '聊天模板没有用这个模型的控制词元来结束回复。',
  ],
  [
    'The chat template writes a reply otherwise than it asks for it, so no part of it can be learned.',
    '聊天模板写出的回复与它请求回复的方式不同，因此其中没有可以学习的部分。',
  ],
  ['The chat template refuses the conversation: {0}.', '聊天模板拒绝了这段对话：{0}。'],
  ['The chat template cannot write the conversation: {0}.', '聊天模板无法写出这段对话：{0}。'],
  ['The chat template goes on for too long to write the conversation.', '聊天模板写这段对话用的步骤过多。'],
  ['Change the conversation, leave it out, or choose another template.', '请修改这段对话，去掉它，或选择另一个模板。'],
  // tokens/jinja.ts
  ['Could not fetch the reader of chat templates: {0}', '无法获取聊天模板的读取程序：{0}'],
  ['chat template', '聊天模板'],
  // tokens/conversations.ts
  [
    "The model's chat template has no turn of the system: what it says is shown as the beginning of the user's first turn.",
    '模型的聊天模板没有系统轮次：系统的话显示为用户第一轮的开头。',
  ],
  // tokens/tokenizer_json.ts
  ['The tokenizer has a pattern that may take for ever: {0}.', '分词器中有一个可能永远匹配不完的模式：{0}。'],
  [
    'This is no tokenizer: a token in it has no number, or no text.',
    '这不是分词器：其中有一个词元没有编号或没有文本。',
  ],
  ['The tokenizer is of the type {0}; only BPE can be read here.', '分词器的类型是 {0}；这里只能读取 BPE。'],
  ['Choose a model of one of the families that are listed.', '请选择所列系列之一的模型。'],
  // tokens/written_chat.ts
  [
    'The chat template writes a reply without the control token that ends one, so its end cannot be learned.',
    '聊天模板写出的回复没有结束它的控制词元，因此无法学习在哪里结束。',
  ],
];
