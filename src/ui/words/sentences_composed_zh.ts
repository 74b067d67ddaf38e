import type { SentencePair } from './sentence_patterns';

/** Sentences that the engine puts together from parts that do not stand in one place, in Chinese. */
export const composedSentencesZh: readonly SentencePair[] = [
  ['{0} ({1} times).', '<0>（{1} 次）。'],
  ['{0} file', '{0} 个文件'],
  ['{0} files', '{0} 个文件'],
  ['{0} frame', '{0} 帧'],
  ['{0} frames', '{0} 帧'],
  ['{0} joint', '{0} 个关节'],
  ['{0} joints', '{0} 个关节'],
  ['{0} video', '{0} 个视频'],
  ['{0} videos', '{0} 个视频'],
  ['{0} picture', '{0} 张图片'],
  ['{0} pictures', '{0} 张图片'],
  ['{0} episode', '{0} 个回合'],
  ['{0} episodes', '{0} 个回合'],
  // the arguments of a filter
  ['pattern and sep', 'pattern 和 sep'],
  ['key and exact', 'key 和 exact'],
  // parts of a model, with their parameters
  ['image tower {0}', '图像塔 <0>'],
  ['backbone {0}', '主干 <0>'],
  ['action expert {0}', '动作专家 <0>'],
  ['projections {0}', '投影层 <0>'],
];
