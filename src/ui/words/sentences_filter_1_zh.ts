import type { SentencePair } from './sentence_patterns';

/** What is said in the files named here, in Chinese. */
export const filterSentences1Zh: readonly SentencePair[] = [
  // filter/construct.ts
  ['a pattern', '一个模式'],
  ['a separator', '一个分隔符'],
  ['a key', '一个键'],
  ['{0} takes no argument by name.', '{0} 不接受带名字的参数。'],
  ['Leave the name and the "=" out.', '去掉名字和“=”。'],
  ['Not takes one filter, and here are {0}.', 'Not 只接受一个过滤器，这里有 {0} 个。'],
  ['Write Not(Any(…)) for several.', '多个过滤器请写 Not(Any(…))。'],
  ['{0} takes no arguments.', '{0} 不接受参数。'],
  ['Write {0}.', '请写 {0}。'],
  ['{0} has no argument "{1}".', '{0} 没有参数“{1}”。'],
  ['It has {0}.', '它有 <0>。'],
  ['{0} takes {1} arguments.', '{0} 接受 {1} 个参数。'],
  ['Leave this one out.', '去掉这一个。'],
  ['"{0}" is given twice.', '“{0}”给了两次。'],
  ['Keep one of them.', '保留其中一个。'],
  ['{0} needs {1}.', '{0} 需要<1>。'],
  ['Write {0}("…").', '请写 {0}("…")。'],
  ['{0} needs {1} in quotes here.', '{0} 在这里需要<1>，并加引号。'],
  ['Put it in quotes.', '请加上引号。'],
  ['"exact" is True or False.', '“exact”只能是 True 或 False。'],
  ['Write exact=False for a part of a name.', '只匹配名字的一部分时请写 exact=False。'],
  // filter/filter_error.ts
  ['line {0}, column {1}', '第 {0} 行，第 {1} 列'],
  // filter/finding.ts
  ['{0} leaf', '{0} 个参数张量'],
  ['{0} leaves', '{0} 个参数张量'],
  ['{0} billion', '{0}B'],
  ['{0} million', '{0}M'],
  ['{0} bytes', '{0} 字节'],
  // filter/freeze_report.ts
  ['A part of it matches nothing.', '它有一部分什么都不匹配。'],
  ['No leaf is matched by all of its parts.', '没有任何参数张量同时被它的各部分匹配。'],
  ['None of its parts matches a leaf.', '它的各部分都不匹配任何参数张量。'],
  ['What it holds matches every leaf.', '它里面的内容匹配全部参数张量。'],
  ['It fits no path of this model.', '它与这个模型的任何路径都不符。'],
  // filter/lines.ts
  ['"{0}" follows the end of the filter.', '过滤器结束之后还有“{0}”。'],
  ['Join filters with Any(…) or All(…).', '请用 Any(…) 或 All(…) 连接过滤器。'],
  ['"{0}" is added to, and no line above makes it a list.', '向“{0}”添加了内容，但上面没有一行把它写成列表。'],
  ['Begin with "{0} = []".', '请以“{0} = []”开头。'],
  [
    'No line begins the list: this was read as if "{0} = []" stood above.',
    '没有一行写出列表的开头：按上面有“{0} = []”来读。',
  ],
  ['after "{0}"', '于“{0}”之后'],
  ['to close {0}(', '以结束 {0}('],
  ['Only a list can be added to a list.', '列表只能加上列表。'],
  ['The list has more than {0} members.', '列表的成员超过 {0} 个。'],
  ['Write it with append or extend, or write the list out.', '请用 append 或 extend 来写，或写出整个列表。'],
  ['What this line does to the list is not followed here.', '这一行对列表做了什么，这里不会追踪。'],
  // filter/lint.ts
  ['ema_decay is left at its default, {0}', 'ema_decay 保持默认值 {0}'],
  ['ema_decay is {0}', 'ema_decay 为 {0}'],
  [
    '{0}, so openpi keeps a second copy of all parameters: {1} more, {2} in all; ema_decay=None keeps none.',
    '<0>，因此 openpi 会保留全部参数的第二份副本：多占 <1>，共 <2>；ema_decay=None 则不保留。',
  ],
  ['The configuration is of {0}; what is counted here is a {1} {2}.', '配置属于 <0>；这里统计的是{1}，<2>。'],
  ['{0} with {1}', '{0}（{1}）'],
  ['{0} with {1} and {2}', '{0}（{1} 和 {2}）'],
  ['with LoRA', '带 LoRA'],
  ['without LoRA', '不带 LoRA'],
  ['with LoRA in backbone and action expert', '主干和动作专家都带 LoRA'],
  ['with LoRA in the backbone alone', '只有主干带 LoRA'],
  ['with LoRA in the action expert alone', '只有动作专家带 LoRA'],
  // filter/lint_lora.ts
  [
    'This model has LoRA weights to train in place of its own, and nothing is frozen, so all {0} parameters train and keep {1}.',
    '这个模型有可代替自身权重来训练的 LoRA 权重，却什么都没有冻结，因此全部 <0> 个参数都训练，占用 <1>。',
  ],
  [
    '{0} of LoRA is frozen at its random start, where it disturbs the model and never learns.',
    'LoRA 的 <0>被冻结在随机初值上：它会扰乱模型，却永远学不到东西。',
  ],
  [
    '{0} of LoRA are frozen at their random start, where they disturb the model and never learn.',
    'LoRA 的 <0>被冻结在随机初值上：它们会扰乱模型，却永远学不到东西。',
  ],
  [
    '{0} with LoRA trains in full ({1} parameters), although LoRA is there to train in place of them.',
    '带 LoRA 的 <0>全量训练（<1> 个参数），尽管有 LoRA 可以代替它训练。',
  ],
  [
    '{0} with LoRA train in full ({1} parameters), although LoRA is there to train in place of them.',
    '带 LoRA 的 <0>全量训练（<1> 个参数），尽管有 LoRA 可以代替它们训练。',
  ],
  [
    'Only the action expert has LoRA, and the backbone beside it trains in full: {0} parameters.',
    '只有动作专家有 LoRA，而旁边的主干全量训练：<0> 个参数。',
  ],
  [' and {0} of the projections', '和投影层的 <0> 个参数'],
  [
    "As with openpi's stock filters, all {0} parameters of the image tower{1} train.",
    '与 openpi 自带的过滤器一样，图像塔的全部 <0> 个参数<1>都训练。',
  ],
  // filter/lint_outcome.ts
  [
    ', because no leaf of this model is called lora and {0} excludes nothing; a variant with LoRA may be meant.',
    '，因为这个模型没有名为 lora 的参数张量，{0} 什么也没有排除；也许想用的是带 LoRA 的变体。',
  ],
  ['Nothing is left to train: all {0} are frozen{1}', '没有可以训练的了：全部 <0>都被冻结<1>'],
  [': {0} does not', '：{0} 不会'],
  [
    '{0} matches the {1}, and also {2} of the {3} ({4} parameters){5}.',
    '{0} 匹配<1>，同时也匹配<3>的 <2>（<4> 个参数）<5>。',
  ],
  [
    "Beside LoRA, {0} parameters train in full ({1}), which keeps {2}; with openpi's own filter for these variants it is {3} and {4}.",
    '除 LoRA 之外，还有 <0> 个参数全量训练（<1>），占用 <2>；用 openpi 为这些变体准备的过滤器则是 <3> 个参数和 <4>。',
  ],
  // filter/lint_parts.ts
  ['This filter freezes nothing, because', '这个过滤器什么都没有冻结，因为'],
  ['This part excludes nothing, because', '这一部分什么都没有排除，因为'],
  ['This part matches nothing, because', '这一部分什么都不匹配，因为'],
  [
    'This filter freezes nothing, because {0} asks for single layers, and each leaf here holds all {1}: a filter takes all layers or none.',
    '这个过滤器什么都没有冻结，因为 {0} 要求单独的层，而这里每个参数张量包含全部 <1>：过滤器只能全取或全不取。',
  ],
  [
    'This part excludes nothing, because {0} asks for single layers, and each leaf here holds all {1}: a filter takes all layers or none.',
    '这一部分什么都没有排除，因为 {0} 要求单独的层，而这里每个参数张量包含全部 <1>：过滤器只能全取或全不取。',
  ],
  [
    'This part matches nothing, because {0} asks for single layers, and each leaf here holds all {1}: a filter takes all layers or none.',
    '这一部分什么都不匹配，因为 {0} 要求单独的层，而这里每个参数张量包含全部 <1>：过滤器只能全取或全不取。',
  ],
  ['This filter freezes nothing, because {0}: {1} matches {2}.', '这个过滤器什么都没有冻结，因为 <0>：{1} 匹配 <2>。'],
  ['This part excludes nothing, because {0}: {1} matches {2}.', '这一部分什么都没有排除，因为 <0>：{1} 匹配 <2>。'],
  ['This part matches nothing, because {0}: {1} matches {2}.', '这一部分什么都不匹配，因为 <0>：{1} 匹配 <2>。'],
  [
    'This filter freezes nothing, because {0} {1}: {2} matches {3}.',
    '这个过滤器什么都没有冻结，因为 {0} <1>：{2} 匹配 <3>。',
  ],
  [
    'This part excludes nothing, because {0} {1}: {2} matches {3}.',
    '这一部分什么都没有排除，因为 {0} <1>：{2} 匹配 <3>。',
  ],
  [
    'This part matches nothing, because {0} {1}: {2} matches {3}.',
    '这一部分什么都不匹配，因为 {0} <1>：{2} 匹配 <3>。',
  ],
  [
    'This filter freezes nothing, because {0} names {1}, and this model has none.',
    '这个过滤器什么都没有冻结，因为 {0} 指的是<1>，而这个模型没有。',
  ],
  [
    'This part excludes nothing, because {0} names {1}, and this model has none.',
    '这一部分什么都没有排除，因为 {0} 指的是<1>，而这个模型没有。',
  ],
  [
    'This part matches nothing, because {0} names {1}, and this model has none.',
    '这一部分什么都不匹配，因为 {0} 指的是<1>，而这个模型没有。',
  ],
  [
    'This filter freezes nothing, because {0} fits none of the {1} here.',
    '这个过滤器什么都没有冻结，因为 {0} 与这里的 <1>都不符。',
  ],
  [
    'This part excludes nothing, because {0} fits none of the {1} here.',
    '这一部分什么都没有排除，因为 {0} 与这里的 <1>都不符。',
  ],
  [
    'This part matches nothing, because {0} fits none of the {1} here.',
    '这一部分什么都不匹配，因为 {0} 与这里的 <1>都不符。',
  ],
  ['{0} layers', '{0} 层'],
  ['"{0}" has to be all that stands between one "/" of a path and the next', '“{0}”必须是路径中两个“/”之间的全部内容'],
  ['{0} has to fit the whole path of a leaf', '{0} 必须与参数张量的整条路径相符'],
  ['{0}, and its "*" only repeats the letter before it', '<0>，而其中的“*”只重复它前面的那个字母'],
  ['{0}, and each "." without a "*" behind it stands for one letter only', '<0>，而后面没有“*”的“.”只代表一个字母'],
  ['{0}, not a part of one', '<0>，而不是其中一部分'],
  ['LoRA weights of the action expert', '动作专家的 LoRA 权重'],
  ['LoRA weights', 'LoRA 权重'],
  ['weights of an action expert', '动作专家的权重'],
  ['weights of an image tower', '图像塔的权重'],
  ['weights of another variant, such as {0}', '另一种变体的权重，例如 {0}'],
  ['This filter freezes nothing', '这个过滤器什么都没有冻结'],
  ['{0} matches nothing', '{0} 什么都不匹配'],
  ['both {0} and {1}', '{0} 和 {1} 两者'],
  ['all of {0} and {1}', '{0} 和 {1} 全部'],
  [
    '{0}, because All keeps only what every part of it matches, and no path matches {1}: Any takes what either matches.',
    '<0>：All 只保留各部分都匹配的路径，而没有一条路径匹配<1>；Any 则取任一部分匹配的路径。',
  ],
  [
    '{0}, because the Not in All takes away everything that its other parts match.',
    '<0>：All 中的 Not 去掉了其他部分匹配的全部路径。',
  ],
  ['{0} matches nothing, because {1} matches every weight.', '{0} 什么都不匹配，因为 {1} 匹配全部权重。'],
  ['{0} train: {1} parameters, which keep {2}', '<0>都训练：<1> 个参数，占用 <2>'],
  ['Nothing is frozen, so all {0}.', '什么都没有冻结，因此全部 <0>。'],
  [
    'This filter freezes nothing, because {0} matches none of the {1} here.',
    '这个过滤器什么都没有冻结，因为这里的 <1>中没有一个被 {0} 匹配。',
  ],
  // filter/modules.ts
  ['image tower', '图像塔'],
  ['action expert', '动作专家'],
  // filter/parse.ts
  ['The filter is empty.', '过滤器是空的。'],
  ['Write Nothing to freeze nothing.', '不想冻结任何参数时请写 Nothing。'],
  ['Python does not take curly quotes: they were read as straight ones.', 'Python 不接受弯引号：已按直引号来读。'],
  ['Python does not take full-width marks: "{0}" was read as "{1}".', 'Python 不接受全角符号：“{0}”已按“{1}”来读。'],
  // filter/pattern_names.ts
  ['has dots, and "/" stands between the names of a path', '用了点号，而路径中的名字之间是“/”'],
  ['has full-width characters, and the names here have none', '用了全角字符，而这里的名字中没有'],
  ['has names of PyTorch, and the paths here are those of JAX', '用了 PyTorch 的名字，而这里的路径是 JAX 的'],
  ['has capitals, and the names here are in small letters', '用了大写字母，而这里的名字都是小写'],
  // filter/program.ts
  ['A second {0} follows the first.', '第一个 {0} 之后还有第二个。'],
  ['Keep one, or join them with Any(…) or All(…).', '保留一个，或用 Any(…) 或 All(…) 把它们连接起来。'],
  ['End with a line such as "return nnx.All(*filters)".', '请以“return nnx.All(*filters)”这样的一行结尾。'],
  ['Several filters have names, and no line says which one is meant.', '有几个过滤器有名字，但没有一行说明用哪一个。'],
  ['No filter is made in these lines.', '这些行里没有构造过滤器。'],
  ['"{0}" says what trains: this was read as freezing all else.', '“{0}”说的是训练哪些：按冻结其余全部来读。'],
  [
    'The configuration sets no freeze_filter, so openpi freezes nothing.',
    '配置没有设置 freeze_filter，因此 openpi 什么都不冻结。',
  ],
  [
    'No line returns the list: this was read as if "return nnx.All(*{0})" stood below it.',
    '没有一行返回这个列表：按下面有“return nnx.All(*{0})”来读。',
  ],
  ['The lines are nested too deeply.', '这些行嵌套太深。'],
  ['Unfold them.', '请把它们展开。'],
  ['Keep the lines of your case only, without the condition.', '只保留适合您的那几行，去掉条件。'],
  ['The filter depends on a loop, and no code is run here: "{0}".', '过滤器取决于一个循环，而这里不运行代码：“{0}”。'],
  [
    'The filter depends on a condition, and no code is run here: "{0}".',
    '过滤器取决于一个条件，而这里不运行代码：“{0}”。',
  ],
  ['Write out what the loop makes.', '请写出循环所构造的内容。'],
];
