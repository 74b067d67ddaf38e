import type { Translated } from './language';
import type { autoStrings } from './strings_auto';

/** Chinese of strings_auto.ts. */
export const autoStringsZh: Translated<typeof autoStrings> = {
  auto: {
    title: '这里可以训练什么',
    lead: '为下面每种选择精确规划到字节，并根据这台设备此刻的计算速度预测每步用时。',
    ask: '这台设备能容纳什么？',
    again: '重新估计',
    budget: '预算',
    budgetUnit: 'MB 显存',
    budgetHint: '留空则通过一次试分配得出，随后立即释放。',
    budgetWrong: '请输入大于零的兆字节数，或留空。',
    asking: '正在试分配显存、测量速度并规划…',
    stale: '表单已有改动：请重新估计。',
    found: (budget, reason) => `${budget}。${reason}`,
    speed: (rate) => `刚刚测得：矩阵乘法 ${rate} GFLOP/s。`,
    noSpeed: '速度未知：没有 GPU，或正被训练占用。',
    caption: (budget) => `在 ${budget} 之内可以训练的内容`,
    columns: { trains: '训练对象', way: '批量', parameters: '参数', memory: '显存', step: '每步', use: '采用' },
    parametersMeaning: '参与训练的参数。',
    memoryMeaning: 'GPU 上的字节数，精确规划。',
    stepMeaning: '预测的每个优化步用时，包含每个样本只计算一次的部分的分摊。评估和采样另计。',
    way: (batch, accumulation) => (accumulation ? `${batch} × ${accumulation}` : batch),
    wayMeaning: (batch, accumulation) => `每次 ${batch} 个，累积 ${accumulation} 次后更新权重。`,
    twice: '激活值计算两次',
    recommended: '推荐',
    doesNotFit: '放不下',
    use: '采用',
    useThis: (trains, way) => `采用：${trains}，批量 ${way}`,
    inUse: '使用中',
    applied: (trains) => `现在训练：${trains}。`,
    remedy: (name) => `采用：${name}`,
    remedied: (name) => `已设为：${name}。`,
  },
};
