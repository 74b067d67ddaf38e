import type { SentencePair } from './sentence_patterns';

/** What is said in the files named here, in Chinese. */
export const datasetSentences2Zh: readonly SentencePair[] = [
  // dataset/read_chat_export.ts
  [
    'A message without words, such as a picture, a call or one that was deleted, was left out.',
    '没有文字的消息，例如图片、通话或已删除的消息，已略去。',
  ],
  ['Write into the export in words what should be learned of it.', '其中应当学习的内容，请用文字写进导出文件。'],
  [
    'A line that the messenger wrote itself, such as that somebody joined, was left out.',
    '聊天软件自己写的行，例如有人加入，已略去。',
  ],
  [
    'A mark of the messenger, such as "edited", was taken out of a message.',
    '聊天软件的标记，例如“已编辑”，已从消息中去掉。',
  ],
  ['A day on which that voice answers nobody was left out.', '这个人没有回答任何人的日子已略去。'],
  ['chat exported from {0}', '从 {0} 导出的聊天记录'],
  ['The export is larger than {0} MiB.', '导出文件超过 {0} MiB。'],
  ['Export a shorter time, or chats one by one.', '请导出较短的时间，或逐个导出聊天。'],
  ['The file looks like an export of {0} and is damaged.', '文件看起来是从 {0} 导出的，但已损坏。'],
  ['Export the chat again.', '请重新导出聊天记录。'],
  ['{0}, {1} is learned', '<0>，学习 {1}'],
  ['It was not said whose messages of this chat are to be learned', '没有说明这个聊天中要学习谁的消息'],
  ['This is a chat exported from {0} without messages of people.', '这是从 {0} 导出的聊天，其中没有人发的消息。'],
  ['Choose another chat.', '请选择另一个聊天。'],
  ['Nobody called "{0}" speaks in this chat.', '这个聊天中没有名为“{0}”的人。'],
  ['Choose among {0}.', '请从 {0} 中选择。'],
  ['who exported it', '是导出它的人'],
  ['who answers most', '回答最多'],
  ['{0}: those of {1} are, who exported it.', '<0>：学习的是 {1} 的，即导出它的人。'],
  ['{0}: those of {1} are, who answers most.', '<0>：学习的是 {1} 的，即回答最多的人。'],
  ['Choose another voice where another is meant: {0}.', '若应当是别人，请选择：{0}。'],
  // dataset/read_file.ts
  ['{0}, unpacked', '<0>，已解压'],
  ['The file holds no example.', '文件中没有样例。'],
  ['Choose a file with text or records in it.', '请选择有文字或记录的文件。'],
  // dataset/record_fields.ts
  ['prompt and completion', '提示和回答'],
  ['instructions (Alpaca)', '指令（Alpaca）'],
  ['questions and answers', '问题和答案'],
  ['texts and summaries', '文本和摘要'],
  // dataset/record_notes.ts
  [' of a turn', '（轮次中）'],
  // dataset/records.ts
  ['conversations exported from ChatGPT', '从 ChatGPT 导出的对话'],
  ['conversations exported from Claude', '从 Claude 导出的对话'],
  ['chat messages', '聊天消息'],
  ['conversations (ShareGPT)', '对话（ShareGPT）'],
  [
    'Use "messages", "conversations", "prompt" and "completion", "instruction" and "output", "question" and "answer", or "text".',
    '请用“messages”“conversations”，“prompt”和“completion”，“instruction”和“output”，“question”和“answer”，或“text”。',
  ],
  [
    'A record should be an object like {"prompt": …, "completion": …} but this one is {0}.',
    '记录应当是 {"prompt": …, "completion": …} 这样的对象，而这一条是<0>。',
  ],
  ['The record is nested more than {0} levels deep.', '这条记录的嵌套超过 {0} 层。'],
  ['Take out what is nested that deep.', '去掉嵌套得那么深的内容。'],
  ['The record is marked as not to be learned.', '这条记录被标为不学习。'],
  ['Give it a weight of 1 where it should be.', '如果应当学习，请把它的权重写成 1。'],
  ['"{0}" is neither 0 nor 1: every record is learned alike.', '“{0}”既不是 0 也不是 1：每条记录都同样学习。'],
  ['Repeat records that should count for more.', '应当更看重的记录请重复几次。'],
  [
    'Marks of a chat template stand inside a turn, and are read as the letters that they are written with.',
    '轮次里面有对话模板的标记，按写出的字母来读。',
  ],
  ['Take them out: the marks of the base are put around every turn.', '请去掉它们：每个轮次前后会加上基座的标记。'],
  ['There is nothing to learn: "text" is empty.', '没有可学的：“text”是空的。'],
  ['conversations spelled as text', '写成文本的对话'],
  // dataset/slack_archive.ts
  ['"{0}" holds no list', '“{0}”中没有列表'],
  // dataset/table.ts
  ['table ({0})', '表格（<0>）'],
  ['This row has {0} fields where the first has {1}.', '这一行有 {0} 个字段，而第一行有 {1} 个。'],
  ['Put fields that contain the separator in double quotes.', '含有分隔符的字段请用双引号括起来。'],
  ['The table has no rows.', '表格没有行。'],
  ['Choose a file with a row of column names and rows below it.', '请选择第一行是列名、下面是数据行的文件。'],
  // dataset/table_columns.ts
  [
    'The first row is taken for the names of the columns, the first column for what is asked and the second for what is answered.',
    '第一行当作列名，第一列当作问题，第二列当作答案。',
  ],
  [
    'Where the first row is an example, put one with names above it, such as "prompt" and "completion".',
    '如果第一行就是样例，请在上面加一行列名，例如“prompt”和“completion”。',
  ],
  ['The table has no column "{0}".', '表格没有“{0}”列。'],
  ['columns as chosen', '按选择的列'],
  ['column guessed: {0}', '推测的列：{0}'],
  ['columns guessed by name: {0} → {1}', '按列名推测的列：{0} → {1}'],
  ['columns guessed by order: {0} → {1}', '按顺序推测的列：{0} → {1}'],
  ['It is not clear which columns to learn from.', '不清楚应当学习哪些列。'],
  ['Choose them among {0}.', '请从 {0} 中选择。'],
  // dataset/table_rows.ts
  ['A quote opens here and never closes.', '这里的引号打开后没有关闭。'],
  ['The quotes in this row do not match.', '这一行的引号不配对。'],
  ['Close every quote, and double the quotes inside a quoted field.', '请关闭每个引号，字段内的引号要写两次。'],
  // dataset/text_readers.ts
  ['plain text', '纯文本'],
  ['plain text ({0})', '纯文本（{0}）'],
  ['no known records', '没有认识的记录'],
  // dataset/tools.ts
  [
    'The tools in "{0}" are shown at the beginning, between <tools> and </tools>.',
    '“{0}”中的工具在开头显示，放在 <tools> 和 </tools> 之间。',
  ],
  [
    'Nothing needs to be done; show the finished adapter its tools in the same form.',
    '不必处理；请用同样的形式向训练好的适配器说明工具。',
  ],
  // dataset/turn_order.ts
  [
    'Order the turns: system (if any), then user and assistant in turn, the assistant last.',
    '请排好轮次：先是 system（如果有），然后 user 和 assistant 交替，最后是 assistant。',
  ],
  ['The conversation has no turns.', '对话没有轮次。'],
  ['The last turn of the user has no reply and was left out.', 'user 的最后一轮没有回复，已略去。'],
  ["Add the assistant's reply where it should be learned.", '如果应当学习，请加上 assistant 的回复。'],
  ['Turn {0} has the role {1}, which is unknown here.', '第 {0} 轮的角色是 {1}，这里不认识。'],
  ['Use the roles system, user and assistant.', '请用 system、user 和 assistant 这几个角色。'],
  ['Turn {0} is an empty reply: there is nothing to learn.', '第 {0} 轮是空的回复：没有可学的。'],
  ['The last turn of the user has no reply.', 'user 的最后一轮没有回复。'],
  ["Add the assistant's reply, or remove that turn.", '请加上 assistant 的回复，或删除这一轮。'],
  [
    'The only reply opens the conversation: it answers nothing, so there is nothing to learn.',
    '唯一的回复在对话开头：它没有回答任何内容，因此没有可学的。',
  ],
  [
    'Put the turn that it answers in front of it, or remove the record.',
    '请在它前面加上它所回答的一轮，或删除这条记录。',
  ],
  ['Every reply of the conversation is marked as not to be learned.', '对话中的每个回复都被标为不学习。'],
  ['Mark one with 1, or true.', '请把其中一个标为 1 或 true。'],
  ['The conversation has no reply to learn from.', '对话中没有可以学习的回复。'],
  ['An empty reply was left out.', '空的回复已略去。'],
  ['Fill it in where it should be learned.', '如果应当学习，请填上它。'],
  [
    'A system turn inside a conversation is shown as part of the next turn of the user.',
    '对话中间的 system 轮次作为下一个 user 轮次的一部分显示。',
  ],
  ['A reply that opens the conversation is shown and not learned.', '对话开头的回复只显示，不学习。'],
  [
    'Put the turn that it answers in front of it where it should be learned.',
    '如果应当学习，请在它前面加上它所回答的一轮。',
  ],
  ['Turns of one role in a row were joined, with a blank line between them.', '同一角色连续的轮次已合并，中间空一行。'],
  [
    'The role {0} is unknown here: its turns are shown, with its name, and not learned.',
    '角色 {0} 这里不认识：它的轮次连同名字只显示，不学习。',
  ],
  ['Use the role assistant for whoever is to be learned.', '要学习的一方请用 assistant 角色。'],
  // dataset/turns.ts
  ['Turn {0} should be an object but is {1}.', '第 {0} 轮应当是对象，实际是<1>。'],
  ['Write it as {"role": "user", "content": "…"}.', '请写成 {"role": "user", "content": "…"}。'],
  ['Turn {0} has no role.', '第 {0} 轮没有角色。'],
  ['Turn {0} has {1} where its text should be.', '第 {0} 轮应当有文本，实际是<1>。'],
  ['Give every turn a "content" that is a string.', '请给每一轮一个字符串的“content”。'],
  [
    'A turn has a weight between 0 and 1, or above: it is learned like any other.',
    '有一轮的权重在 0 和 1 之间或大于 1：它和其他轮次一样学习。',
  ],
  ['Use 0 for turns that are only shown, 1 for those that are learned.', '只显示的轮次用 0，学习的用 1。'],
  // dataset/unpack.ts
  ['it holds no file', '其中没有文件'],
  ['The archive cannot be unpacked: {0}.', '压缩包无法解压：<0>。'],
  // tokens/open_dataset.ts
  ['This file is learned, too.', '这个文件也会学习。'],
  ['Leave it out where it only describes the others.', '如果它只是说明其他文件，请去掉它。'],
  ['One conversation has', '有一段对话'],
  ['{0} of the conversations have', '有 {0} 段对话'],
  [
    '{0} a prompt that is longer than a window of {1} tokens: its beginning was cut, {2} % of all tokens.',
    '<0>的提示比 {1} 个词元的窗口长：开头被截去，占全部词元的 {2} %。',
  ],
  ['Choose windows of {0} tokens, or shorten these prompts.', '请选择 {0} 个词元的窗口，或缩短这些提示。'],
  [
    'Shorten these prompts: windows of this base have at most {0} tokens.',
    '请缩短这些提示：这个基座的窗口最多 {0} 个词元。',
  ],
  ['No file was chosen.', '没有选择文件。'],
  ['Choose a text file.', '请选择一个文本文件。'],
  ['a whole number of tokens from 2 to 65536', '从 2 到 65536 的整数个词元'],
  ['The files hold nothing to learn from.', '这些文件中没有可以学习的内容。'],
  ['Choose files with more text in them.', '请选择文字更多的文件。'],
  // tokens/split.ts
  ['All examples are the same, so none can be held out to test on.', '所有样例都相同，因此无法留出用于测试的。'],
  ['Add examples that differ, or set the held-out share to 0.', '请加入不同的样例，或把留出比例设为 0。'],
  [
    'There is too little data: {0} window, and at least 2 are needed, one to learn from and one to test on.',
    '数据太少：只有 {0} 个窗口，至少需要 2 个，一个用于学习，一个用于测试。',
  ],
  ['Add at least one more example, or set the held-out share to 0.', '请至少再加一个样例，或把留出比例设为 0。'],
  [
    'Add text, choose a shorter window, or set the held-out share to 0.',
    '请增加文字、选择较短的窗口，或把留出比例设为 0。',
  ],
  // tokens/tokenizer.ts
  ['A text holds token {0}, which the model lacks.', '文本中有词元 {0}，而模型没有它。'],
  ['Use the tokenizer that belongs to the model.', '请使用属于这个模型的分词器。'],
  [
    'This is no tokenizer: it lacks "added_tokens" or "model.vocab".',
    '这不是分词器：它没有“added_tokens”或“model.vocab”。',
  ],
  ['The tokenizer has a token {0}; the model has {1} tokens.', '分词器有词元 {0}；模型只有 {1} 个词元。'],
  ['The tokenizer has no special token {0}.', '分词器没有特殊词元 {0}。'],
  ["{0} is token {1}, beyond the model's {2} tokens.", '{0} 是词元 {1}，超出模型的 {2} 个词元。'],
  ['The tokenizer cannot be opened: {0}.', '分词器无法打开：{0}。'],
];
