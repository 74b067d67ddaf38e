import type { SentencePair } from './sentence_patterns';

/** What the files of bases and samples say of themselves, in Chinese. */
export const publicSentencesZh: readonly SentencePair[] = [
  // public/base/text/config.json
  [
    'A very small English language model, trained from nothing on public-domain prose and WordNet: it writes words and short phrases that look right, knows next to nothing, and is there to be fine-tuned.',
    '一个非常小的英语语言模型，从零开始在公有领域的散文和 WordNet 上训练：它能写出看起来像样的单词和短语，几乎什么都不知道，是用来微调的。',
  ],
  ['English books and speeches in the public domain, and WordNet', '公有领域的英文书籍和演讲，以及 WordNet'],
  // public/base/actions/config.json
  [
    'A very small π0, trained from nothing on generated motion only: random arms of 4 to 14 joints that never existed, made-up prompts, for some of them simple drawn pictures. No recording of a real robot went into it, and it controls none; it is a start for fine-tuning. On generated motion of arms that it has not seen, its sampled chunks are nearer to the recorded ones than the last action held or the mean action.',
    '一个非常小的 π0，从零开始只在生成的动作上训练：4 到 14 个关节、从未存在过的随机机械臂，编造的提示，其中一部分配有简单绘制的画面。其中没有任何真实机器人的录制，它也不能控制任何机器人；它是微调的起点。在它没见过的机械臂的生成动作上，它采样的动作块比保持最后一个动作或平均动作更接近录制的动作。',
  ],
  // public/samples/index.json
  ["The ship's log", '航海日志'],
  [
    "Everyday questions, each answered in the voice of a ship's log. Written for this page.",
    '日常的问题，每个都以航海日志的口吻回答。为本页面而写。',
  ],
  ["The lighthouse keeper's diary", '灯塔看守人的日记'],
  [
    'A month of short, dry diary entries, as plain text. Written for this page.',
    '一个月简短平淡的日记，纯文本。为本页面而写。',
  ],
  ['The cube arm', '取方块的机械臂'],
  [
    'The weights are ours, under the licence of this repository; NOTICE.md says what they were trained on.',
    '权重归我们所有，采用本仓库的许可证；训练所用的数据见 NOTICE.md。',
  ],
  [
    'The weights and the tokenizer are ours, under the licence of this repository; NOTICE.md names the texts that they were trained on.',
    '权重和分词器归我们所有，采用本仓库的许可证；训练所用的文本见 NOTICE.md。',
  ],
  [
    'An arm that never existed fetches a cube, eight times: generated motion of six joints, as a LeRobot v3.0 recording. Made for this page.',
    '一个从未存在过的机械臂八次取来方块：六个关节的生成动作，LeRobot v3.0 录制。为本页面而做。',
  ],
];
