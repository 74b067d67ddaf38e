import type { SentencePair } from './sentence_patterns';

/** Single words that stand in sentences, and how two parts of a sentence are joined, in Chinese. */
export const nameSentencesZh: readonly SentencePair[] = [
  // names
  ['Steps', '步数'],
  ['Batch', '批量'],
  ['Accumulation', '累积'],
  ['Window', '窗口'],
  ['Chunk', '动作块'],
  ['Warm-up', '预热'],
  ['Clip', '裁剪'],
  ['Seed', '随机种子'],
  ['Patience', '耐心'],
  ['Rank', '秩'],
  ['gradients', '梯度'],
  ['workspace', '工作区'],
  ['inputs', '输入'],
  ['sampling', '采样'],
  ['state', '状态'],
  ['action', '动作'],
  ['missing', '缺失'],
  ['text', '文本'],
  ['unreadable', '无法读取'],
  ['projections', '投影层'],
  ['backbone', '主干'],
  ['Everything', '全部'],
  ['commas', '逗号分隔'],
  ['semicolons', '分号分隔'],
  ['tabs', '制表符分隔'],
  ['bars', '竖线分隔'],
  ['Subgroups', '子组（subgroups）'],
  // joins
  ['{0}: {1}.', '<0>：<1>。'],
  ['{0}: {1}', '<0>：<1>'],
  ['{0}, {1}', '<0>，<1>'],
  ['{0} ({1})', '<0>（<1>）'],
];
