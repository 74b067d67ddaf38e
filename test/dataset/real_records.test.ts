/** Records as people really have them: other names, other grammar, fields beside the text. */
import { expect, test } from 'vitest';
import { brief, read } from './read';

/** What is read of records, one a line: the examples in short, and each problem with how often. */
async function readLines(...records: readonly (object | string)[]) {
  const lines = records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record)));
  const { examples, problems } = await read('a.jsonl', lines.join('\n'));
  return {
    examples: examples.map((example) => brief(example).replace(/^\d+\| /, '')),
    problems: problems.map(({ what, count = 1 }) => [what, count]),
    fixes: problems.map(({ fix }) => fix),
    list: examples,
  };
}

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string | null, more: object = {}) => ({ role: 'assistant', content, ...more });

test('system and history stand before the instruction', async () => {
  const { examples, problems } = await readLines(
    { instruction: 'i', input: '', output: 'o', system: 'S', history: [['q', 'a']] },
    { instruction: 'i', output: 'o', system: '', history: [] },
  );
  expect(examples).toEqual(['system: S / user: q / assistant: a / user: i / assistant: o', 'user: i / assistant: o']);
  expect(problems).toEqual([]);
});

test('system and history stand before the turns of every form', async () => {
  const { examples, problems } = await readLines(
    { messages: [user('i'), assistant('o')], system: 'S', history: [['q', 'a']] },
    { text: '<|im_start|>user\ni<|im_end|>\n<|im_start|>assistant\no<|im_end|>', system: 'S' },
    { text: 'plain', system: 'S' },
  );
  expect(examples).toEqual([
    'system: S / user: q / assistant: a / user: i / assistant: o',
    'system: S / user: i / assistant: o',
    'plain',
  ]);
  expect(problems.map(([what]) => what)).toEqual([
    expect.stringContaining('marks of a chat template'),
    'What stands in "system" is not shown to the model and not learned.',
  ]);
});

test("a record's own system opens its conversation, and its tools behind it, if there are any", async () => {
  const conversations = [
    { from: 'human', value: 'q' },
    { from: 'gpt', value: 'a' },
  ];
  const { examples, problems } = await readLines(
    { conversations, system: 'S', tools: '[{"name":"lookup"}]' },
    { conversations, system: 'S', tools: [{ name: 'lookup' }] },
    { conversations, tools: '[]' },
    {
      conversations,
      tools: [{ type: 'function', function: { name: 'lookup', parameters: { city: {}, hill: null } } }, 'go'],
    },
    {
      conversations: [{ from: 'system', value: 'S: you may call lookup.' }, ...conversations],
      tools: [{ name: 'lookup' }],
    },
    { prompt: 'q', completion: 'a', functions: { name: 'lookup' } },
    { text: 'plain', tools: [{ name: 'lookup' }] },
  );
  const shown = '<tools>\n{"name":"lookup"}\n</tools>';
  expect(examples).toEqual([
    `system: S\n\n${shown} / user: q / assistant: a`,
    `system: S\n\n${shown} / user: q / assistant: a`,
    'user: q / assistant: a',
    'system: <tools>\n{"name":"lookup","parameters":{"city":{}}}\ngo\n</tools> / user: q / assistant: a',
    'system: S: you may call lookup. / user: q / assistant: a',
    `system: ${shown} / user: q / assistant: a`,
    'plain',
  ]);
  expect(problems).toEqual([
    ['The tools in "tools" are shown at the beginning, between <tools> and </tools> (3 times).', 3],
    ['The tools in "functions" are shown at the beginning, between <tools> and </tools>.', 1],
    ['What stands in "tools" is not shown to the model and not learned.', 1],
  ]);
});

test('other fields: ids and scores say nothing, the rest is one problem a file', async () => {
  const { problems } = await readLines(
    { prompt: 'p', completion: 'c', id: 7, score: 0.5, rationale: 'why' },
    { prompt: 'p', completion: 'c', rationale: 'why', hint: 'h' },
    { messages: [{ ...user('q'), name: 'Ann' }, assistant('a')] },
  );
  expect(problems).toEqual([
    ['What stands in "rationale", "hint", "name" of a turn is not shown to the model and not learned (3 times).', 3],
  ]);
});

test('conversations out of strict turns are kept, and what was changed is counted', async () => {
  const said = (messages: readonly object[]) => readLines({ messages }, { messages });
  const cut = await said([user('q'), assistant('a'), user('q2')]);
  expect(cut.examples[0]).toBe('user: q / assistant: a');
  expect(cut.problems).toEqual([['The last turn of the user has no reply and was left out (2 times).', 2]]);
  const joined = await said([user('q'), user('q2'), assistant('a'), assistant('b')]);
  expect(joined.examples[0]).toBe('user: q\n\nq2 / assistant: a\n\nb');
  expect(joined.problems).toEqual([
    ['Turns of one role in a row were joined, with a blank line between them (2 times).', 2],
  ]);
  const opened = await said([assistant('welcome'), user('q'), assistant('a')]);
  expect(opened.list[0]).toMatchObject({ turns: [{ content: 'welcome', learned: false }, {}, { content: 'a' }] });
  expect(opened.problems).toMatchObject([[expect.stringMatching(/opens the conversation/), 2]]);
  const inside = await said([user('q'), assistant('a'), { role: 'system', content: 'S' }, user('q2'), assistant('b')]);
  expect(inside.examples[0]).toBe('user: q / assistant: a / user: S\n\nq2 / assistant: b');
  const stranger = await said([{ role: 'Ann', content: 'hi' }, assistant('a')]);
  expect(stranger.examples[0]).toBe('user: Ann: hi / assistant: a');
  expect(stranger.problems).toMatchObject([[expect.stringMatching(/"Ann" is unknown here/), 2]]);
  const cased = await said([
    { role: 'User', content: 'q' },
    { role: 'Assistant', content: 'a' },
  ]);
  expect([cased.examples[0], cased.problems]).toEqual(['user: q / assistant: a', []]);
  const empty = await said([user('q'), assistant(''), user('q2'), assistant('a')]);
  expect(empty.examples[0]).toBe('user: q\n\nq2 / assistant: a');
});

test('calls of tools, their answers and reasoning are shown as text, and said', async () => {
  const call = { function: { name: 'w', arguments: '{"city":"Oslo"}' } };
  const { examples, problems } = await readLines(
    { messages: [user('q'), assistant('Let me look.', { tool_calls: [call] })] },
    {
      messages: [user('q'), assistant(null, { tool_calls: [call] }), { role: 'tool', content: 'rain' }, assistant('a')],
    },
    { messages: [user('q'), assistant('4', { reasoning_content: 'add' })] },
    {
      conversations: [
        { from: 'human', value: 'q' },
        { from: 'function_call', value: '{"name":"w"}' },
        { from: 'observation', value: 'rain' },
        { from: 'gpt', value: 'a' },
      ],
    },
  );
  const called = '<tool_call>\n{"name":"w","arguments":{"city":"Oslo"}}\n</tool_call>';
  const answered = 'user: <tool_response>\nrain\n</tool_response> / assistant: a';
  expect(examples).toEqual([
    `user: q / assistant: Let me look.\n${called}`,
    `user: q / assistant: ${called} / ${answered}`,
    'user: q / assistant: <think>\nadd\n</think>\n4',
    `user: q / assistant: <tool_call>\n{"name":"w"}\n</tool_call> / ${answered}`,
  ]);
  expect(problems.map(([, count]) => count)).toEqual([3, 2, 1]);
});

test('marks on turns are followed', async () => {
  const replies = [{ weight: 0 }, { train: false }, { loss: 0 }, { loss_mask: 0 }, { weight: 1 }];
  const messages = replies.flatMap((mark, i) => [user(`q${i}`), assistant(`a${i}`, mark)]);
  const { list, problems } = await readLines({ messages });
  const learned = list
    .flatMap((example) => (example.kind === 'chat' ? example.turns : []))
    .filter((turn) => turn.role === 'assistant' && turn.learned !== false);
  expect(learned).toEqual([{ role: 'assistant', content: 'a4' }]);
  expect(problems).toEqual([]);
  const half = await readLines({ messages: [user('q'), assistant('a', { weight: 0.5 })] });
  expect(half.problems).toMatchObject([[expect.stringMatching(/weight between/), 1]]);
});

test('pairs by other names, and lists of turns as prompt and completion', async () => {
  const { examples, problems, list } = await readLines(
    { input: 'q', output: 'a' },
    { query: 'q', response: 'a' },
    { question: 'q', context: 'x', answer: 'a' },
    { prompt: [{ role: 'system', content: 'S' }, user('q')], completion: [assistant('a')] },
    { prompt: [user('q'), assistant('old'), user('q2')], completion: 'a' },
  );
  expect(examples).toEqual([
    'user: q / assistant: a',
    'user: q / assistant: a',
    'user: q\n\nx / assistant: a',
    'system: S / user: q / assistant: a',
    'user: q / assistant: old / user: q2 / assistant: a',
  ]);
  expect(list[4]).toMatchObject({ turns: [{}, { learned: false }, {}, {}] });
  expect(problems).toEqual([]);
});

test('preference data is called that, with a fix that is right for it', async () => {
  const { problems, fixes } = await readLines(
    { prompt: 'q', chosen: 'good', rejected: 'bad' },
    { chosen: [user('q')], rejected: [user('q')] },
  );
  expect(problems).toMatchObject([
    [expect.stringMatching(/^This is preference data/), 1],
    [expect.stringMatching(/^This is preference data/), 1],
  ]);
  expect(fixes[0]).toContain('rename "chosen" to "completion"');
  expect(fixes[1]).toContain('rename "chosen" to "messages"');
  const { examples } = await readLines({ prompt: 'q', completion: 'good' });
  expect(examples).toEqual(['user: q / assistant: good']);
});

test('JSON in a string and in the cells of a table', async () => {
  const messages = JSON.stringify([user('q'), assistant('a')]);
  const { examples, problems } = await readLines({ messages });
  expect(examples).toEqual(['user: q / assistant: a']);
  expect(problems).toMatchObject([[expect.stringMatching(/written as a string/), 1]]);
  for (const name of ['messages', 'conversations']) {
    const table = await read('a.csv', `id,${name}\n1,"${messages.replaceAll('"', '""')}"\n`);
    expect(table.examples.map(brief)).toEqual(['2| user: q / assistant: a']);
    expect(table.report.chosenColumns).toEqual({ completion: name });
    const again = await read('a.csv', `id,${name}\n1,"${messages.replaceAll('"', '""')}"\n`, { completion: name });
    expect(again.examples).toEqual(table.examples);
  }
});

test('a table has system and history beside its pairs', async () => {
  const { examples, problems } = await read(
    'a.csv',
    'instruction,output,system,history\ni,o,S,"[[""q"",""a""]]"\ni,o,,\n',
  );
  expect(examples.map(brief)).toEqual([
    '2| system: S / user: q / assistant: a / user: i / assistant: o',
    '3| user: i / assistant: o',
  ]);
  expect(problems).toMatchObject([{ what: expect.stringContaining('written as a string') }]);
});

test('records are found whatever stands between them', async () => {
  const record = '{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}';
  const pretty = '{"messages": [\n {"role":"user","content":"q"},\n {"role":"assistant","content":"a"}\n]}';
  for (const content of [
    `${record},\n${record},\n`,
    `${record}${record}`,
    `${pretty}\n${pretty}\n`,
    `${pretty},\n${pretty}`,
  ]) {
    const { examples } = await read('a.jsonl', content);
    expect(
      examples.map((example) => brief(example).replace(/^\d+\| /, '')),
      content,
    ).toEqual(['user: q / assistant: a', 'user: q / assistant: a']);
  }
  const commas = await readLines('{"text": "a,]",}', '{"text": "b", "more": [1, 2, ], }');
  expect(commas.examples).toEqual(['a,]', 'b']);
  expect(commas.problems[0]).toEqual(['A comma before a closing bracket was passed over (2 times).', 2]);
});

test('a text that spells a chat template is read as the conversation', async () => {
  const { examples, problems } = await readLines(
    ...[
      '<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\nHello<end_of_turn>\n',
      '<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n',
      '<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nHi [/INST] Hello </s><s>[INST] Bye [/INST] So long </s>',
      '<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello<|eot_id|>',
      '### Human: Hi### no mark\n### Assistant: Hello',
      'Below is an instruction.\n\n### Instruction:\nHi\n\n### Response:\nHello</s>',
      'A text about [INST] and "### Notes:" in prose.',
    ].map((text) => ({ text })),
  );
  expect(examples).toEqual([
    'user: Hi / assistant: Hello',
    'system: S / user: Hi / assistant: Hello',
    'system: S / user: Hi / assistant: Hello / user: Bye / assistant: So long',
    'user: Hi / assistant: Hello',
    'user: Hi### no mark / assistant: Hello',
    'system: Below is an instruction. / user: Hi / assistant: Hello',
    'A text about [INST] and "### Notes:" in prose.',
  ]);
  expect(problems).toMatchObject([[expect.stringMatching(/marks of a chat template/), 6]]);
});

test('fields of JSON can be chosen like the columns of a table', async () => {
  const content = '[{"ask":"q","reply":"a","n":1}]';
  for (const [name, text] of [
    ['a.json', content],
    ['a.jsonl', content.slice(1, -1)],
  ] as const) {
    const unknown = await read(name, text);
    expect(unknown.report).toMatchObject({ columns: ['ask', 'reply', 'n'], examples: 0 });
    const chosen = await read(name, text, { prompt: 'ask', completion: 'reply' });
    expect(chosen.examples.map(brief)).toEqual(['1| user: q / assistant: a']);
    expect(chosen.report).toMatchObject({
      columns: ['ask', 'reply', 'n'],
      chosenColumns: { prompt: 'ask', completion: 'reply' },
    });
    expect((await read(name, text, { completion: 'reply' })).examples.map(brief)).toEqual(['1| a']);
  }
  expect((await read('a.jsonl', '{"prompt":"q","completion":"a"}')).report).not.toHaveProperty('columns');
});

test('parts of a turn as other makers write them', async () => {
  const { examples, problems } = await readLines(
    {
      messages: [
        user('q'),
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'tool_use', id: 't', name: 'w', input: { c: 1 } },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'rain' }] }],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm' },
            { type: 'text', text: 'wet' },
          ],
        },
      ],
    },
    { messages: [user('q'), assistant('a', { train_on_turn: false }), user('r'), assistant('b')] },
  );
  expect(examples).toEqual([
    'user: q / assistant: Look.\n<tool_call>\n{"name":"w","arguments":{"c":1}}\n</tool_call> / user: <tool_response>\nrain\n</tool_response> / assistant: <think>\nhm\n</think>\nwet',
    'user: q / assistant: a / user: r / assistant: b',
  ]);
  expect(problems.length).toBe(3);
});

test('turns without roles, in pairs, and under other names', async () => {
  const { examples } = await readLines(
    {
      conversations: [
        { user: 'q', assistant: 'a' },
        { user: 'r', assistant: 'b' },
      ],
    },
    { dialog: ['q', 'a', 'r', 'b'] },
    {
      items: [
        { from: 'human', value: 'q' },
        { from: 'gpt', value: 'a' },
      ],
    },
    { conversation: 'User: q\nBot: a' },
    {
      chat_messages: [
        { sender: 'human', text: 'q' },
        { sender: 'assistant', content: [{ type: 'text', text: 'a' }] },
      ],
      name: 'n',
    },
    { Question: 'q', Answer: 'a' },
    { article: 'long', highlights: 'short' },
  );
  const two = 'user: q / assistant: a / user: r / assistant: b';
  const one = 'user: q / assistant: a';
  expect(examples).toEqual([two, two, one, one, one, one, 'user: long / assistant: short']);
});

test('records as Python prints them, or in a string', async () => {
  const content = [
    "{'prompt': 'it\\'s \"q\"', 'completion': \"it's\", 'x': None, 'ok': True, 'n': nan}".replace(", 'n': nan", ''),
    '{"prompt": "q None", "completion": "a \\" True", "score": NaN, "low": -Infinity}',
    JSON.stringify(JSON.stringify({ prompt: 'q', completion: 'a' })),
    JSON.stringify({ messages: "[{'role': 'user', 'content': 'q\\xe9'}, {'role': 'assistant', 'content': 'a'}]" }),
  ].join('\n');
  const { examples, problems } = await read('a.jsonl', content);
  expect(examples.map((example) => brief(example).replace(/^\d+\| /, ''))).toEqual([
    'user: it\'s "q" / assistant: it\'s',
    'user: q None / assistant: a " True',
    'user: q / assistant: a',
    'user: q\u00e9 / assistant: a',
  ]);
  expect(problems.map(({ what, count = 1 }) => [what.split(/,| and| \(/)[0], count])).toEqual([
    ['A record was written as Python prints it', 2],
    ['A record was written as a string of JSON', 1],
    ['A list of turns was written as a string', 1],
    ['What stands in "ok" is not shown to the model', 1],
  ]);
});

test('every template that people train with, also in a prompt and its completion', async () => {
  const bar = '\uff5c';
  const { examples, problems } = await readLines(
    ...[
      '### Human: q### Assistant: a',
      'A chat. USER: q ASSISTANT: a</s>USER: r ASSISTANT: b</s>',
      'Human: q\n\nAssistant: a\n\nHuman: r\n\nAssistant: b',
      `<${bar}begin\u2581of\u2581sentence${bar}><${bar}User${bar}>q<${bar}Assistant${bar}>a<${bar}end\u2581of\u2581sentence${bar}>`,
      '<|begin_of_text|><|header_start|>user<|header_end|>\n\nq<|eot|><|header_start|>assistant<|header_end|>\n\na<|eot|>',
      '<|start|>user<|message|>q<|end|><|start|>assistant<|channel|>final<|message|>a<|return|>',
      '<s>[INST]q[/INST]a</s>[INST]r[/INST]b</s>',
      '<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na<|im_end|>\n<|im_start|>tool\nt<|im_end|>\n<|im_start|>assistant\nb<|im_end|>',
      '### Instruction:\nq\n\n### Input:\nx\n\n### Response:\na',
    ].map((text) => ({ text })),
    { prompt: '<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n', completion: 'a<|im_end|>' },
    { prompt: '### Instruction:\nq\n\n### Response:\n', completion: 'a' },
    { prompt: 'q', completion: 'a<|im_end|>' },
  );
  const one = 'user: q / assistant: a';
  const two = `${one} / user: r / assistant: b`;
  expect(examples).toEqual([
    one,
    `system: A chat. / ${two}`,
    two,
    one,
    one,
    one,
    two,
    `${one} / user: <tool_response>\nt\n</tool_response> / assistant: b`,
    'user: q\n\nx / assistant: a',
    one,
    one,
    'user: q / assistant: a<|im_end|>',
  ]);
  expect(problems.map(([what]) => what)).toEqual([
    expect.stringContaining('it was read as that conversation (11 times)'),
    expect.stringContaining('What a tool answered'),
    expect.stringContaining('Marks of a chat template stand inside a turn'),
  ]);
  const text = await read('a.txt', '<|im_start|>user\nq<|im_end|>\n');
  expect(text.problems).toMatchObject([{ what: expect.stringContaining('also what the user says') }]);
});

test('a choice of fields keeps what stands beside them', async () => {
  const record = { ask: 'q', reply: 'a', system: 'S', tools: [{ name: 'w' }] };
  const { examples } = await read('a.jsonl', JSON.stringify(record), { prompt: 'ask', completion: 'reply' });
  expect(examples.map(brief)).toEqual(['1| system: S\n\n<tools>\n{"name":"w"}\n</tools> / user: q / assistant: a']);
  const { problems } = await read('a.jsonl', JSON.stringify(record));
  expect(problems[0]!.columns).toEqual(['ask', 'reply', 'system', 'tools']);
});

test('a rendering of the whole record, as Alpaca has it, is no field that goes unread', async () => {
  const text = 'Below is an instruction.\n\n### Instruction:\nq\n\n### Input:\nx\n\n### Response:\na';
  expect((await readLines({ instruction: 'q', input: 'x', output: 'a', text })).problems).toEqual([]);
});

test('what the system says may be parts, as Bedrock and Gemini write it', async () => {
  const { examples, problems } = await readLines(
    { system: [{ text: 'S' }], messages: [{ role: 'user', content: [{ text: 'q' }] }, assistant('a')] },
    {
      systemInstruction: { role: 'system', parts: [{ text: 'S' }] },
      contents: [
        { role: 'user', parts: [{ text: 'q' }] },
        { role: 'model', parts: [{ functionCall: { name: 'w', args: { city: 'Oslo' } } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'w', response: { sky: 'rain' } } }] },
        { role: 'model', parts: [{ text: 'a' }] },
      ],
    },
    { system: 7, messages: [user('q'), assistant('a')] },
  );
  expect(examples).toEqual([
    'system: S / user: q / assistant: a',
    'system: S / user: q / assistant: <tool_call>\n{"name":"w","arguments":{"city":"Oslo"}}\n</tool_call>' +
      ' / user: <tool_response>\n{"sky":"rain"}\n</tool_response> / assistant: a',
    'user: q / assistant: a',
  ]);
  expect(problems.map(([what]) => what)).toContain(
    'What stands in "system" is not shown to the model and not learned.',
  );
});

test('marks of a tool that a set has written already are not written twice', async () => {
  const { examples } = await readLines({
    conversations: [
      { from: 'human', value: 'q' },
      { from: 'tool', value: '<tool_response>\nrain\n</tool_response>' },
      { from: 'gpt', value: 'a' },
    ],
  });
  expect(examples).toEqual(['user: q\n\n<tool_response>\nrain\n</tool_response> / assistant: a']);
});

test('replies that are marked as not wanted are not learned, in records and in tables', async () => {
  const kept = await readLines(
    { prompt: 'q', completion: 'a', label: true },
    { prompt: 'q', completion: 'bad', label: false },
    { messages: [user('q'), assistant('bad')], kto_tag: false },
    { problem: 'q', solution: 'a', label: 'algebra' },
  );
  expect(kept.examples).toEqual(['user: q / assistant: a', 'user: q / assistant: a']);
  expect(kept.problems.map(([what]) => what)).toEqual([
    'This reply is marked as not wanted ("label": false), so it is not learned.',
    'This reply is marked as not wanted ("kto_tag": false), so it is not learned.',
  ]);
  const table = await read('a.csv', 'prompt,completion,label\nq,a,True\nq,bad,False\n');
  expect(table.examples.map(brief)).toEqual(['2| user: q / assistant: a']);
  expect(table.problems).toMatchObject([{ what: expect.stringContaining('not wanted'), where: 'a.csv, line 3' }]);
});

test('a table of preferences, or of a tree of messages, is called that and not learned by the order of its columns', async () => {
  for (const columns of ['chosen,rejected', 'prompt,chosen,rejected']) {
    const { examples, problems } = await read('a.csv', `${columns}\n${columns}\n`);
    expect(examples).toEqual([]);
    expect(problems).toMatchObject([{ what: expect.stringMatching(/^This is preference data/), choice: 'columns' }]);
  }
  const tree = await read('a.csv', 'message_id,parent_id,text,role\n1,,q,prompter\n2,1,a,assistant\n');
  expect([tree.examples, tree.problems]).toMatchObject([[], [{ what: expect.stringContaining('message of a tree') }]]);
});

test('a class beside running text is named', async () => {
  const unread = 'What stands in "label" is not shown to the model and not learned.';
  const table = await read('a.csv', 'text,label\nbook a flight,travel\n');
  expect(table.problems).toMatchObject([{ what: unread }]);
  const { examples, problems } = await readLines({ text: 'book a flight', label: 'travel' });
  expect([examples, problems]).toEqual([['book a flight'], [[unread, 1]]]);
});

test('a choice of fields is offered where a field holds text', async () => {
  const offered = async (record: object) => {
    const { problems } = await read('a.jsonl', `${JSON.stringify(record)}\n`);
    return problems[0]?.choice;
  };
  expect(await offered({ note: 'text' })).toBe('columns');
  expect(await offered({ id: 'a', segments: [{ text: 'a', label: true }] })).toBe(undefined);
});
