import { expect, test } from 'vitest';
import { configurationIn, FilterError, parse, read } from '../../src/filter/parse';
import { print } from '../../src/filter/print';
import { modelNamed } from '../../src/model/true_size';

/** Configurations as people write and paste them. */
const STOCK = 'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))';
const IMG = 'PathRegex(".*img.*")';

/** What a text comes to: its filter, model, batch, and whether openpi keeps a moving average. */
function summary(text: string) {
  const { expression, model, batch } = read(text);
  const { ema } = configurationIn(text);
  return { filter: print(expression), model: model && modelNamed(model), batch, ema };
}

test.each<[string, string, ReturnType<typeof summary>]>([
  [
    'a LoRA fine-tune with little memory',
    `    TrainConfig(
        name="arm_low_mem",
        # Adapters in both.
        model=pi0_config.Pi0Config(paligemma_variant="gemma_2b_lora", action_expert_variant="gemma_300m_lora"),
        data=MyDataConfig(repo_id="me/arm", base_config=DataConfig(prompt_from_task=True)),
        num_train_steps=30_000,
        batch_size=4,
        freeze_filter=pi0_config.Pi0Config(
            paligemma_variant="gemma_2b_lora", action_expert_variant="gemma_300m_lora"
        ).get_freeze_filter(),
        ema_decay=None,  # off
    ),`,
    { filter: STOCK, model: 'all_lora', batch: 4, ema: false },
  ],
  [
    'a π0.5 with frozen vision',
    `TrainConfig(
  name="pi05_arm",
  model=pi0_config.Pi0Config(pi05=True, action_horizon=10, discrete_state_input=False),
  batch_size=2_56,
  lr_schedule=_optimizer.CosineDecaySchedule(warmup_steps=10_000, peak_lr=5e-5),
  freeze_filter=nnx_utils.PathRegex(".*img.*"),
  ema_decay=0.999,
)`,
    { filter: IMG, model: 'pi05', batch: 256, ema: true },
  ],
  [
    'a π0.5 without a filter',
    'TrainConfig(name="full", model=pi0_config.Pi0Config(pi05=True), batch_size=64),',
    { filter: 'Nothing', model: 'pi05', batch: 64, ema: true },
  ],
  [
    'π0-FAST with adapters',
    `TrainConfig(
    model=pi0_fast.Pi0FASTConfig(action_dim=7, action_horizon=10, max_token_len=180, paligemma_variant="gemma_2b_lora"),
    freeze_filter=pi0_fast.Pi0FASTConfig(paligemma_variant="gemma_2b_lora").get_freeze_filter(),
    ema_decay=None,
)`,
    { filter: STOCK, model: 'pi0_fast_lora', batch: 32, ema: false },
  ],
  [
    'a filter of another model than the one that trains',
    'TrainConfig(model=Pi0Config(), freeze_filter=Pi0Config(paligemma_variant="gemma_2b_lora", action_expert_variant="gemma_300m_lora").get_freeze_filter())',
    { filter: STOCK, model: 'full', batch: 32, ema: true },
  ],
  [
    'a variant under a name',
    'VARIANT = "gemma_300m_lora"\nmodel = Pi0Config(pi05=True, action_expert_variant=VARIANT)\nTrainConfig(model=model, freeze_filter=model.get_freeze_filter(), batch_size=8 * 4, ema_decay=None)',
    {
      filter: 'All(PathRegex(".*llm.*_1.*"), Not(PathRegex(".*lora.*")))',
      model: 'pi05_ae_lora',
      batch: null,
      ema: false,
    },
  ],
  [
    'a configuration replaced in part',
    'config = dataclasses.replace(_config.get_config("pi0_arm"), batch_size=8, freeze_filter=nnx_utils.PathRegex(".*img.*"), ema_decay=None)',
    { filter: IMG, model: null, batch: 8, ema: false },
  ],
  [
    'Not inside All, and the type of all parameters',
    'freeze_filter=nnx.All(nnx.Not(nnx_utils.PathRegex(".*lora.*")), nnx_utils.PathRegex(".*llm.*"), nnx.OfType(nnx.Param)),',
    {
      filter: 'All(Not(PathRegex(".*lora.*")), PathRegex(".*llm.*"), Everything)',
      model: null,
      batch: null,
      ema: null,
    },
  ],
  [
    'a filter of what trains',
    'trainable_filter = nnx.All(nnx.Param, nnx_utils.PathRegex(".*lora.*"))',
    { filter: 'Not(All(Everything, PathRegex(".*lora.*")))', model: null, batch: null, ema: null },
  ],
  [
    'a filter of what trains, beside the one that it is made of',
    'freeze_filter = nnx_utils.PathRegex(".*img.*")\ntrainable_filter = nnx.All(nnx.Param, nnx.Not(freeze_filter))',
    { filter: IMG, model: null, batch: null, ema: null },
  ],
  [
    'marks of a Chinese keyboard, words and a fence around',
    '冻结策略：\n```python\nfreeze_filter＝nnx.Any（\n    nnx_utils.PathRegex（“.*img.*”），  # 图像\n    nnx。All（nnx_utils.PathRegex（「.*llm.*」）、nnx.Not（nnx_utils.PathRegex（＂.*lora.*＂）））\n）\n```',
    { filter: `Any(${IMG}, ${STOCK})`, model: null, batch: null, ema: null },
  ],
  [
    'numbers of lines',
    ` 9  variant = 1
10  paligemma_variant = "gemma_2b_lora"
11
12  filters = [nnx_utils.PathRegex(".*llm.*")]
13  if "lora" in paligemma_variant:
14      filters.append(nnx.Not(nnx_utils.PathRegex(".*lora.*")))
15  return nnx.All(*filters)`,
    { filter: STOCK, model: null, batch: null, ema: null },
  ],
  [
    'numbers of lines with tabs, and with bars',
    '1\tfilters = []\n2\tfilters.append(nnx_utils.PathRegex(".*img.*"))\n3\treturn nnx.Any(*filters)',
    { filter: `Any(${IMG})`, model: null, batch: null, ema: null },
  ],
  [
    'bars behind the numbers',
    '  7 | freeze_filter = nnx_utils.PathRegex(\n  8 |     ".*img.*"\n  9 | )',
    { filter: IMG, model: null, batch: null, ema: null },
  ],
  [
    'prompts of Python',
    '>>> f = nnx.Any(\n...     nnx_utils.PathRegex(".*img.*"),\n... )\n>>> f',
    { filter: `Any(${IMG})`, model: null, batch: null, ema: null },
  ],
  [
    'prompts of IPython',
    'In [3]: freeze_filter = nnx.Any(\n   ...:     nnx_utils.PathRegex(".*img.*")\n   ...: )',
    { filter: `Any(${IMG})`, model: null, batch: null, ema: null },
  ],
  [
    'tabs, and a line that goes on',
    '\tfreeze_filter=nnx.All(\n\t\tnnx_utils.PathRegex(".*llm.*"), \\\n\t\tnnx.Not(nnx_utils.PathRegex(".*lora.*")),\n\t),',
    { filter: STOCK, model: null, batch: null, ema: null },
  ],
])('%s', (_, text, expected) => {
  expect(summary(text)).toEqual(expected);
});

test('what was read in place of the text is said, at its place', () => {
  const text = '说明：\nfreeze_filter＝nnx_utils.PathRegex(".*img.*")';
  const [found] = read(text).assumed;
  expect(found).toMatchObject({ rule: 'full-width', what: expect.stringContaining('"＝" was read as "="') });
  expect(text.slice(found!.span.begin, found!.span.end)).toBe('＝');
  expect(read('trainable_filter = PathRegex("a")').assumed).toMatchObject([{ rule: 'what-trains' }]);
  expect(read('TrainConfig(model=Pi0Config())').assumed).toMatchObject([{ rule: 'no-filter-set' }]);
  expect(read('PathRegex("，")').assumed).toEqual([]); // within quotes it is a pattern's own
});

test('numbers that are no numbers of lines stay', () => {
  expect(() => parse('1  a = PathRegex("a")\n3  Not(a)')).toThrow(FilterError);
  expect(() => parse('1 PathRegex("a")')).toThrow(FilterError);
});

test.each<[string, number, number, RegExp]>([
  ['freeze_filter=nnx_utils.PathRegex(f".*{name}.*")', 1, 35, /marked "f"/],
  ['nnx.Not(nnx.LoRAParam)', 1, 13, /No parameter of openpi is an nnx\.LoRAParam: .*lora/],
  ['nnx.Not(nnx.OfType(nnx.LoRAParam))', 1, 24, /nnx\.LoRAParam/],
  ['nnx.Any(nnx.BatchStat, Nothing)', 1, 13, /nnx\.BatchStat.*Leave it out/],
  ['nnx.OfType(nnx.Param, nnx.Param)', 1, 5, /takes one type/],
  ['nnx.OfType("Param")', 1, 5, /takes one type/],
  ['nnx.WithTag("lora")', 1, 5, /goes by tags/],
  ['freeze_filter=lambda path, _: "img" in path', 1, 15, /A lambda is code/],
  ['return nnx.All(nnx.Param, nnx.Not(self.freeze_filter))', 1, 40, /"freeze_filter" is not a filter/],
  ['TrainConfig(model=Pi0Config(), freeze_filter=make_filter(7))', 1, 46, /"make_filter" is not a filter/],
])('%s: refused at line %i, column %i, in one sentence', (text, line, column, message) => {
  const refusal = (() => {
    try {
      return read(text);
    } catch (error) {
      return error;
    }
  })() as FilterError;
  expect(refusal).toBeInstanceOf(FilterError);
  const { what, where, fix } = refusal.problem;
  expect(where).toBe(`line ${line}, column ${column}`);
  expect(`${what} ${fix}`).toMatch(message);
});

test('what a text says beside its filter is known though the filter is not', () => {
  const text = 'TrainConfig(model=Pi0Config(pi05=True), batch_size=7, freeze_filter=Al())';
  expect(() => read(text)).toThrow(FilterError);
  expect(configurationIn(text)).toMatchObject({ model: { kind: 'π0.5' }, batch: 7, ema: true });
  expect(configurationIn('"')).toEqual({ model: null, batch: null, ema: null });
});
