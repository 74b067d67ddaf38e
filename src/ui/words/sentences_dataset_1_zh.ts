import type { SentencePair } from './sentence_patterns';

/** What is said in the files named here, in Chinese. */
export const datasetSentences1Zh: readonly SentencePair[] = [
  // dataset/blocks.ts
  [
    'The file can no longer be read: it was moved, changed or removed after it was chosen.',
    '文件已无法读取：选择之后它被移动、修改或删除了。',
  ],
  ['Choose it again.', '请重新选择。'],
  [
    'This line holds bytes that are not UTF-8: it was probably saved in another encoding.',
    '这一行含有不是 UTF-8 的字节：很可能是用另一种编码保存的。',
  ],
  ['Save the file as UTF-8 in a text editor and choose it again.', '请用文本编辑器把文件另存为 UTF-8，再重新选择。'],
  ['This line is longer than {0} MiB.', '这一行超过 {0} MiB。'],
  ['Break it into shorter lines.', '请把它分成较短的行。'],
  ['This line holds NUL bytes: it is not text.', '这一行含有 NUL 字节：它不是文本。'],
  ['Remove the line.', '请删除这一行。'],
  // dataset/chat_turns.ts
  ['a list of turns', '轮次的列表'],
  [
    'Turns without roles were read as those of user and assistant in turn.',
    '没有角色的轮次按 user 和 assistant 交替来读。',
  ],
  ['Nothing needs to be done where the user begins.', '如果是 user 先说，就不必处理。'],
  [
    'The text spells a conversation with the marks of a chat template; it was read as that conversation.',
    '文本用对话模板的标记写出了一段对话；已按这段对话来读。',
  ],
  ['Nothing needs to be done; only the replies are learned.', '不必处理；只学习其中的回复。'],
  // dataset/chatgpt_export.ts
  ['"mapping" holds no messages.', '“mapping”中没有消息。'],
  ['Export the conversations again.', '请重新导出对话。'],
  ['Of messages that were written again, the last version was read.', '改写过的消息，读取的是最后一版。'],
  ['Nothing needs to be done.', '不必处理。'],
  [
    "What ChatGPT does not show, such as its thoughts or a person's instructions, was left out.",
    'ChatGPT 不显示的内容，例如它的思考或用户的指令，已略去。',
  ],
  ['Write it into the conversation where it should be learned from.', '如果应当学习，请把它写进对话。'],
  ['A part of a turn that is no text, such as an image, was left out.', '轮次中不是文本的部分，例如图像，已略去。'],
  ['Describe it in words.', '请用文字描述它。'],
  // dataset/context_turns.ts
  ['There is nothing to learn: the completion is empty.', '没有可学的：回答是空的。'],
  ['Fill it in, or remove the record.', '请填上它，或删除这条记录。'],
  [
    'A prompt is empty: its completion is learned as a reply to nothing.',
    '有一个提示是空的：它的回答将作为对空白的回复来学习。',
  ],
  ['a string', '字符串'],
  [
    '"{0}" is a list of texts where one text, or a list of turns, should be.',
    '“{0}”是文本的列表，而这里应当是一段文本或轮次的列表。',
  ],
  ['Give each of them a record of its own.', '请给它们各写一条记录。'],
  ['a list of pairs', '成对的列表'],
  ['a list of pairs of strings', '字符串对的列表'],
  // dataset/documents.ts
  [
    'The page holds bytes that are not UTF-8: it was probably saved in another encoding.',
    '页面含有不是 UTF-8 的字节：很可能是用另一种编码保存的。',
  ],
  ['Word document', 'Word 文档'],
  ['page of HTML', 'HTML 页面'],
  ['The Word document holds no text.', '这个 Word 文档中没有文字。'],
  ['The e-book holds no text.', '这本电子书中没有文字。'],
  ['The page of HTML holds no text.', '这个 HTML 页面中没有文字。'],
  ['Choose one with text in it.', '请选择有文字的。'],
  ['The Word document cannot be read: {0}.', '这个 Word 文档无法读取：<0>。'],
  ['The e-book cannot be read: {0}.', '这本电子书无法读取：<0>。'],
  ['The page of HTML cannot be read: {0}.', '这个 HTML 页面无法读取：<0>。'],
  ['Save it as .txt (UTF-8) and choose that file.', '请另存为 .txt（UTF-8），再选择那个文件。'],
  ['its chapters are encrypted (DRM)', '它的章节已加密（DRM）'],
  ['it has no main part', '它没有主体部分'],
  ['Save it as UTF-8 in a text editor and choose it again.', '请用文本编辑器另存为 UTF-8，再重新选择。'],
  ['it has no part "{0}"', '它没有“{0}”部分'],
  // dataset/fields.ts
  ['"{0}" should be {1} but is {2}.', '“{0}”应当是<1>，实际是<2>。'],
  ['Make "{0}" {1}.', '请把“{0}”写成<1>。'],
  ['an empty list', '空列表'],
  ['a list', '列表'],
  ['an object', '对象'],
  // dataset/file_kind.ts
  [
    'Choose .txt, .md, .html, .docx, .epub, .jsonl, .json, .csv, .tsv or .parquet files, or a .zip of them.',
    '请选择 .txt、.md、.html、.docx、.epub、.jsonl、.json、.csv、.tsv 或 .parquet 文件，或它们的 .zip。',
  ],
  ['Export it as .csv or .jsonl and choose that file.', '请导出为 .csv 或 .jsonl，再选择那个文件。'],
  [
    'Copy its text into a .txt file, or write one with "pdftotext FILE.pdf", look it through, and choose that file.',
    '请把文字复制到 .txt 文件，或用“pdftotext FILE.pdf”生成一个，检查之后选择它。',
  ],
  ['Unpack it and choose the files inside.', '请解压，再选择里面的文件。'],
  ['a PDF document', 'PDF 文档'],
  ['a rich-text document', '富文本文档'],
  ['an Office document', 'Office 文档'],
  ['a Parquet table', 'Parquet 表格'],
  ['an Arrow table', 'Arrow 表格'],
  ['a database', '数据库'],
  ['a ZIP archive', 'ZIP 压缩包'],
  ['a gzip archive', 'gzip 压缩包'],
  ['a zstd archive', 'zstd 压缩包'],
  ['an image', '图像'],
  ['an image, sound or video', '图像、声音或视频'],
  ['a video', '视频'],
  ['sound or a video', '声音或视频'],
  ['a Word document', 'Word 文档'],
  ['a notebook', '笔记本'],
  ['Save it as .md or .py and choose that file.', '请保存为 .md 或 .py，再选择那个文件。'],
  ['a saved page', '存档的网页'],
  ['Save the page as .html and choose that file.', '请把网页保存为 .html，再选择那个文件。'],
  ['an office document', 'Office 文档'],
  ['a spreadsheet', '电子表格'],
  ['model weights', '模型权重'],
  ['The file is empty.', '文件是空的。'],
  ['Choose a file with text in it.', '请选择有文字的文件。'],
  ['The file has {0} MiB; the limit is {1}.', '文件有 {0} MiB；上限是 {1}。'],
  ['Split it, or choose a part of it.', '请拆分它，或只选一部分。'],
  [
    'The file is a pointer of Git LFS: it says where the content lies and does not hold it.',
    '文件是 Git LFS 指针：它只说明内容在哪里，并不包含内容。',
  ],
  [
    'Run "git lfs pull" in its folder, or download the file itself, and choose that.',
    '请在它的文件夹中运行“git lfs pull”，或下载文件本身，再选择它。',
  ],
  ['The file is {0}, which cannot be read here.', '文件是<0>，这里无法读取。'],
  ['The file is binary, not text.', '文件是二进制的，不是文本。'],
  [
    'If it is text in UTF-16 or UTF-32, save it as UTF-8 and choose it again.',
    '如果它是 UTF-16 或 UTF-32 文本，请另存为 UTF-8 再选择。',
  ],
  ['The file holds nothing but white space.', '文件中只有空白。'],
  // dataset/json_file.ts
  ['This record holds bytes that are not UTF-8.', '这条记录含有不是 UTF-8 的字节。'],
  [
    'A line holds more than one record, or a comma behind it; every record was read.',
    '有的行有不止一条记录，或后面带逗号；每条记录都已读取。',
  ],
  [
    'Nothing needs to be done; in JSON Lines each record has a line of its own, without commas between them.',
    '不必处理；JSON Lines 中每条记录各占一行，之间没有逗号。',
  ],
  ['A comma before a closing bracket was passed over.', '已忽略右括号前的逗号。'],
  ['Nothing needs to be done; JSON has no comma there.', '不必处理；JSON 在那里没有逗号。'],
  [
    'A record was written as Python prints it, with NaN, None, True or single quotes, and was read as that.',
    '有的记录是 Python 打印的样子，带有 NaN、None、True 或单引号，已按此读取。',
  ],
  ['Nothing needs to be done; json.dumps writes JSON.', '不必处理；json.dumps 写出的就是 JSON。'],
  ['A record was written as a string of JSON and read from it.', '有的记录写成了 JSON 字符串，已从中读出。'],
  ['The record from here to line {0} is not valid JSON', '从这里到第 {0} 行的记录不是有效的 JSON'],
  ['This line is not valid JSON', '这一行不是有效的 JSON'],
  ['Correct its quotes, commas and brackets.', '请改正其中的引号、逗号和括号。'],
  ['it begins with a comment, which JSON does not have', '它以注释开头，而 JSON 没有注释'],
  ['it uses single quotes', '它用了单引号'],
  ['it does not end with a closing brace', '它没有以右花括号结尾'],
  ['a comma stands before a closing bracket', '右括号前有逗号'],
  ['it starts with {0}', '它以 {0} 开头'],
  ['a quote, comma or bracket is missing or misplaced', '有引号、逗号或括号缺失或位置不对'],
  // dataset/json_scanner.ts
  [
    'The file holds more than one list of records; only the first was read.',
    '文件中有不止一个记录列表；只读取了第一个。',
  ],
  ['Put each list in a file of its own.', '请把每个列表放进单独的文件。'],
  ['There is text outside of any JSON value.', '在 JSON 值之外还有文字。'],
  ['Check that the file is JSON; save plain text as .txt.', '请检查文件是否为 JSON；普通文本请保存为 .txt。'],
  ['The record that starts here is longer than {0} MiB.', '从这里开始的记录超过 {0} MiB。'],
  ['Close its brackets and quotes, or break it into shorter records.', '请补上括号和引号，或把它拆成较短的记录。'],
  ['The record that starts here never ends.', '从这里开始的记录没有结束。'],
  ['The file ends before its last bracket is closed.', '文件在最后一个括号关闭之前就结束了。'],
  [
    'The file may have been cut off: save it again, or close its brackets and quotes.',
    '文件可能被截断：请重新保存，或补上括号和引号。',
  ],
  // dataset/json_text.ts
  ['A list of turns was written as a string and read from it.', '有一个轮次列表写成了字符串，已从中读出。'],
  // dataset/marks.ts
  [
    'The reasoning of a turn is learned before its reply, between <think> and </think>.',
    '轮次中的推理在回复之前学习，放在 <think> 和 </think> 之间。',
  ],
  ['Leave it out where only the reply should be learned.', '如果只应学习回复，请去掉它。'],
  [
    'Calls of tools are learned as text of the reply, between <tool_call> and </tool_call>.',
    '工具调用作为回复的文本来学习，放在 <tool_call> 和 </tool_call> 之间。',
  ],
  [
    'Nothing needs to be done; what answers the finished adapter has to look for these marks.',
    '不必处理；使用训练好的适配器的程序要识别这些标记。',
  ],
  [
    'What a tool answered is shown as a turn of the user, between <tool_response> and </tool_response>.',
    '工具的回答作为 user 的轮次显示，放在 <tool_response> 和 </tool_response> 之间。',
  ],
  [
    'Nothing needs to be done; ask the finished adapter in the same form.',
    '不必处理；请用同样的形式向训练好的适配器提问。',
  ],
  // dataset/other_records.ts
  [
    'This reply is marked as not wanted ("{0}": false), so it is not learned.',
    '这个回复被标为不想要的（"{0}": false），因此不学习。',
  ],
  ['Leave "{0}" out where the reply should be learned.', '如果应当学习这个回复，请去掉“{0}”。'],
  [
    'This is a message of a tree, as Open Assistant keeps them; trees are not made into conversations here.',
    '这是 Open Assistant 那种消息树中的一条；这里不会把树整理成对话。',
  ],
  [
    'Choose a set that holds whole conversations, such as those made of it for fine-tuning.',
    '请选择包含完整对话的数据集，例如由它制成的微调用数据集。',
  ],
  [
    'This is preference data: a reply that was {0} beside one that was {1}. Comparing the two is not done here.',
    '这是偏好数据：一个回复是 {0} 的，另一个是 {1} 的。这里不做两者的比较。',
  ],
  ['To learn the {0} reply alone, {1} and leave "{2}" out.', '若只学习 {0} 的回复，请<1>，并去掉“{2}”。'],
  ['put "{0}" at the end of "{1}"', '把“{0}”放在“{1}”的末尾'],
  ['rename "{0}" to "{1}"', '把“{0}”改名为“{1}”'],
  ['rename "{0}" to "text"', '把“{0}”改名为“text”'],
  ['rename "{0}" to "messages"', '把“{0}”改名为“messages”'],
  [
    'rename "{0}" to "messages", put what it answers in front of it,',
    '把“{0}”改名为“messages”，并在前面加上它所回答的内容',
  ],
  ['This record has "{0}" but no "{1}".', '这条记录有“{0}”，但没有“{1}”。'],
  ['Add "{0}" to the record.', '请在记录中加上“{0}”。'],
  ['This record is empty.', '这条记录是空的。'],
  ['This record has no known field; it has {0}.', '这条记录没有认识的字段；它有 {0}。'],
  // dataset/parquet_table.ts
  [
    'Download or export the file again, or export it as .csv or .jsonl.',
    '请重新下载或导出文件，或导出为 .csv 或 .jsonl。',
  ],
  ['table (Parquet)', '表格（Parquet）'],
  // dataset/plain_text.ts
  [
    'The text holds the marks of a chat template: all of it is learned as text, also what the user says.',
    '文本中有对话模板的标记：全部作为文本学习，包括用户说的话。',
  ],
  [
    'Write each conversation as a record of JSON Lines, {"text": "…"}, to have the replies alone learned.',
    '若只想学习回复，请把每段对话写成 JSON Lines 的一条记录：{"text": "…"}。',
  ],
  // dataset/problem_log.ts
  ['{0}, line {1}', '{0}，第 {1} 行'],
  ['{0}, row {1}', '{0}，第 {1} 行'],
  ['and 1 more line was skipped.', '另有 1 行被跳过。'],
  ['and 1 more row was skipped.', '另有 1 行被跳过。'],
  ['and {0} more lines were skipped.', '另有 {0} 行被跳过。'],
  ['and {0} more rows were skipped.', '另有 {0} 行被跳过。'],
  ['Correct them in the same way, or go on without them.', '请同样改正它们，或不管它们继续。'],
  [' ({0} times).', '（{0} 次）。'],
  ['What stands in {0}, … is not shown to the model and not learned.', '{0} 等字段中的内容不会给模型看，也不学习。'],
  ['What stands in {0} is not shown to the model and not learned.', '{0} 中的内容不会给模型看，也不学习。'],
  [
    'Write into a field that is read what the model should see of it, or go on without it.',
    '请把模型应当看到的部分写进会读取的字段，或不管它继续。',
  ],
];
