import type { Translated } from './language';
import type { shelfStrings } from './strings_shelf';

/** Chinese of strings_shelf.ts. */
export const shelfStringsZh: Translated<typeof shelfStrings> = {
  shelf: {
    search: '搜索',
    searchHint: '名称、基座、任务或日期',
    found: (some, all) => `${all} 个中的 ${some} 个`,
    noneFound: (words) => `没有适配器的名称、基座、任务或日期中有“${words}”。`,
    duplicate: '复制',
    duplicateNamed: (name) => `复制 ${name}`,
    duplicateMeaning: '一份独立的副本，无论原来的如何变化，它都保持不变。',
    copyOf: (name) => `${name}（副本）`,
    duplicated: (name, copy) => `${copy} 已在列表中，在 ${name} 旁边。`,
    compare: '比较',
    compareNamed: (name) => `比较 ${name}`,
    lead: '勾选两个适配器，把它们的损失叠在一起，并看出各自改变了哪些权重。',
    one: '再勾选一个即可比较。',
  },

  compared: {
    title: (first, second) => `${first} 与 ${second}`,
    comparing: '正在读取两个适配器……',
    losses: '损失',
    noLosses: (name) => `${name} 的文件没有说明它的损失。`,
    changes: '权重的变化',
    changesMeaning:
      '每行是基座的一个参数张量，每列是一层。颜色越深，权重变化越大，以变化 ΔW 的均方根计；三张图使用同一标度。',
    first: (name) => `A · ${name}`,
    second: (name) => `B · ${name}`,
    apart: 'A − B',
    mapMeaning: {
      first: 'A 对基座的改变',
      second: 'B 对基座的改变',
      apart: 'A 的权重与 B 的相距多远：大小相同的两个变化，改变的可能是不同的权重。',
    },
    leaf: '参数张量',
    layer: (layer) => `第 ${layer} 层`,
    allLayers: '不分层',
    cell: (leaf, layer, value) => `${leaf}，${layer}：${value}`,
    at: (leaf, layer) => `${leaf}，${layer}`,
    values: (first, second, apart) => `A ${first} · B ${second} · A − B ${apart}`,
    point: '指向一个方格，或用方向键在图中移动，即可读出数值。',
    unknown: '未知',
    unknownMeaning: '斜线：这个参数张量是整个训练的，变化未知，因为适配器保存的是新值，而没有基座原来的值。',
    unchanged: '未改变',
    scale: (most) => `0 至 ${most}`,
    samples: '并排',
  },
};
