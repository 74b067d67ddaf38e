import type { SentencePair } from './sentence_patterns';

/** What is said of models that are downloaded and kept in this browser, in Chinese. */
export const keptSentencesZh: readonly SentencePair[] = [
  // kept/part_file.ts
  [
    'Delete models or adapters that are kept here, or free space on the disk; what has come so far stays.',
    '请删除这里保存的模型或适配器，或在磁盘上腾出空间；已取得的部分保留着。',
  ],
  // kept/store.ts, kept/own_files.ts
  ['The model is not kept here, or only a part of it.', '这个模型没有保存在这里，或只有一部分。'],
  ['Download it again, or open its folder.', '请重新下载，或打开它的文件夹。'],
  ['Another tab is writing this model.', '另一个标签页正在写入这个模型。'],
  ['Wait until it is done there, or stop it there.', '请等那里完成，或在那里停止。'],
  [
    "It takes {0} bytes, and this browser's storage has room for {1}.",
    '它需要 {0} 字节，而这个浏览器只能再存 {1} 字节。',
  ],
  [
    'Delete models or adapters that are kept here, or free space on the disk.',
    '请删除这里保存的模型或适配器，或在磁盘上腾出空间。',
  ],
  [
    'Open the page in a window that is not private, or open the model from your disk.',
    '请在非隐私窗口中打开页面，或从磁盘打开模型。',
  ],
  ['This browser keeps no files for this page.', '这个浏览器不为本页面保存文件。'],
  // kept/copy.ts
  ['A model of this name is kept here already.', '这里已保存了同名的模型。'],
  ['Delete it first.', '请先删除它。'],
  // prefixes/problems.ts
  ['There is nothing to do: it is computed again.', '无需处理：会重新计算。'],
  ['What is kept of a frame is damaged.', '为某一帧保存的内容已损坏。'],
  ['frame {0}', '第 {0} 帧'],
  [
    "This browser's storage has no room for {0} more bytes of keys and values.",
    '这个浏览器的存储空间放不下另外 {0} 字节的键和值。',
  ],
  [
    'Choose fewer frames, delete what else is kept here, or free space on the disk; the frames that were done stay.',
    '请少选一些帧，删除这里保存的其他内容，或在磁盘上腾出空间；已完成的帧保留着。',
  ],
  [
    'What was kept of other frames, {0} bytes, was removed to make room.',
    '为腾出空间，已删除为其他帧保存的内容（{0} 字节）。',
  ],
  ['There is nothing to do: it is computed again when a run needs it.', '无需处理：运行需要时会重新计算。'],
  ['What is kept of a frame is damaged again and again.', '为某一帧保存的内容一再损坏。'],
  [
    'Look whether the disk is sound on which this browser keeps its files, and try again.',
    '请检查这个浏览器存放文件的磁盘是否完好，然后再试一次。',
  ],
  [
    'What is kept of these frames, {0} bytes, belongs to other weights: they are computed again.',
    '为这些帧保存的内容（{0} 字节）属于别的权重：会重新计算这些帧。',
  ],
  [
    'What is kept of these frames, {0} bytes, was computed in another way: they are computed again.',
    '为这些帧保存的内容（{0} 字节）是以别的方式计算的：会重新计算这些帧。',
  ],
  [
    'Delete it from the list of kept frames when no run needs it any more.',
    '如果不再有运行需要它，请在保留的帧列表中删除它。',
  ],
  ['The keys and values of these frames are in use elsewhere.', '这些帧的键和值正在别处使用。'],
  ['Wait until the other tab is done with them, or close it.', '请等另一个标签页用完，或关闭它。'],
  // prefixes/store.ts
  ['What says which frames are kept is damaged.', '记录保存了哪些帧的索引已损坏。'],
  ['The frames were kept by another version of this page.', '这些帧是由本页面的另一个版本保存的。'],
  ['The frames that are kept belong to other weights.', '保存的帧属于别的权重。'],
  ['The frames that are kept belong to other data.', '保存的帧属于别的数据。'],
  // prefixes/stores.ts
  ['Open the page in a window that is not private.', '请在非隐私窗口中打开页面。'],
  // download/address.ts
  [
    'Type it as https://huggingface.co/OWNER/NAME, or the address of a folder with config.json in it.',
    '请写成 https://huggingface.co/OWNER/NAME，或含有 config.json 的文件夹的地址。',
  ],
  ['This is no address.', '这不是地址。'],
  ['Only https:// is asked, and http:// on this computer.', '只访问 https://，以及本机的 http://。'],
  ['Change how the address begins.', '请改正地址的开头。'],
  ['The address holds a password.', '地址里有密码。'],
  ['Type it without: this page sends none.', '请去掉它：本页面不发送密码。'],
  // download/listing.ts
  ['There are {0} .gguf files.', '那里有 {0} 个 .gguf 文件。'],
  ['Type the address of one, as {0}.', '请填写其中一个的地址，如 {0}。'],
  ['{0} is not there.', '那里没有 {0}。'],
  [
    'Look there with the browser; it should be a folder of the hub, with its weights as .safetensors.',
    '请用浏览器看看那里；它应当是 Hugging Face 那样的文件夹，权重为 .safetensors。',
  ],
  ['No weights in .safetensors are there.', '那里没有 .safetensors 的权重。'],
  ['{0} names no weights.', '{0} 没有列出权重。'],
  // download/answer.ts
  [
    'The host sends the file from byte {0} on, where byte {1} was asked for.',
    '主机从第 {0} 字节开始发送，而要的是从第 {1} 字节开始。',
  ],
  ['Delete what was kept of the model, and download it anew.', '请删除已保存的部分，重新下载这个模型。'],
  [
    'The file has {0} bytes there, and {1} when the download began.',
    '那里的文件有 {0} 字节，而开始下载时是 {1} 字节。',
  ],
  [
    'It has changed. Delete what was kept of the model, and download it anew.',
    '它已改变。请删除已保存的部分，重新下载这个模型。',
  ],
  [
    'The host gives this file only to those who have signed in or agreed to its terms.',
    '主机只把这个文件给已登录或已同意其条款的人。',
  ],
  [
    'Download it there with your account, and open its folder under Model: no password goes through this page.',
    '请在那里用您的账户下载，再到“模型”里打开文件夹：本页面不经手密码。',
  ],
  ['There is no such file.', '没有这个文件。'],
  ['Look at the address with the browser.', '请用浏览器看看这个地址。'],
  ['The file is shorter there than what has been kept of it.', '那里的文件比已保存的部分还短。'],
  ['The host answers with status {0}.', '主机以状态 {0} 回答。'],
  ['Try again later, or ask who runs it.', '请稍后再试，或询问它的管理者。'],
  ['There is no network.', '没有网络。'],
  ['Connect, and try again: what has come so far is kept.', '请联网后再试：已取得的部分保留着。'],
  ['The host does not let other pages read this file.', '主机不允许别的页面读取这个文件。'],
  [
    'Download it with the browser, and open its folder under Model. A server of your own must send Access-Control-Allow-Origin: *.',
    '请用浏览器下载，再到“模型”里打开文件夹。自己的服务器必须发送 Access-Control-Allow-Origin: *。',
  ],
  ['The host cannot be reached.', '无法连接到主机。'],
  ['Check the address and the network, and try again.', '请检查地址和网络后再试。'],
  ['The connection was cut after {0} bytes.', '连接在 {0} 字节之后中断。'],
  ['The connection was cut after {0} of {1} bytes.', '连接在 {0} 字节之后中断，共 {1} 字节。'],
  ['Resume: it goes on from there.', '请按“继续”：会从那里接着下载。'],
  [
    'The file was damaged on its way: its SHA-256 is {0}, and the host states {1}.',
    '文件在途中损坏：它的 SHA-256 是 {0}，主机给出的是 {1}。',
  ],
  ['It was removed. Resume, and it is fetched anew.', '它已被删除。请按“继续”，会重新取得。'],
  // download/network.ts
  ['The part of the page that asks other hosts did not load.', '页面中访问其他主机的部分没有加载。'],
  ['Load the page again.', '请重新加载页面。'],
  // download/connect.ts
  ['thread.ts did not load', 'thread.ts 没有载入'],
  // download/find.ts
  ['The connection was cut.', '连接中断。'],
  ['Try again.', '请再试一次。'],
  ['What says which files there are is too long.', '文件列表太长。'],
  ['Check the address.', '请检查地址。'],
  // download/fetch_model.ts
  ['A model of this name is kept here, from elsewhere.', '这里已保存了来自别处的同名模型。'],
  // download/downloads.ts
  ['Nobody knows any more where it comes from.', '已不知道它来自哪里。'],
  ['Delete it, and download it anew.', '请删除它，重新下载。'],
];
