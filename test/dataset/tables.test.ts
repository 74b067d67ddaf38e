import Papa from 'papaparse';
import { expect, test, vi } from 'vitest';
import { brief, numbers, read } from './read';

vi.setConfig({ testTimeout: 60_000 }); // large inputs on a busy machine

test('columns are found by their names, and the report says which', async () => {
  const { examples, report } = await read(
    'a.csv',
    'id,Prompt,Completion\n1,what,"it, ""this"""\n2,"two\nlines",yes\n3,next,no\n',
  );
  expect(examples.map(brief)).toEqual([
    '2| user: what / assistant: it, "this"',
    '3| user: two\nlines / assistant: yes',
    '5| user: next / assistant: no',
  ]);
  expect(report).toMatchObject({
    format: 'table (commas), columns guessed by name: Prompt → Completion',
    columns: ['id', 'Prompt', 'Completion'],
    chosenColumns: { prompt: 'Prompt', completion: 'Completion' },
    examples: 3,
    problems: [],
  });
});

test('names of other forms, plain text, order, a single column', async () => {
  const cases = [
    ['question,answer\nq,a', '2| user: q / assistant: a'],
    ['output,input,instruction\no,in,i', '2| user: i\n\nin / assistant: o'],
    ['text,label\nhello,1', '2| hello'],
    ['de,en\nja,yes', '2| user: ja / assistant: yes'],
    ['anything\nhello', '2| hello'],
  ] as const;
  for (const [content, expected] of cases) {
    const { examples, report } = await read('a.csv', content);
    expect(examples.map(brief)).toEqual([expected]);
    expect(report.format).toMatch(/guessed/);
  }
});

test('an input that is blank leaves no gap behind the instruction', async () => {
  const { examples } = await read('a.csv', 'instruction,input,output\ni,,o\nj, ,p\nk,l,q\n');
  expect(examples.map(brief)).toEqual([
    '2| user: i / assistant: o',
    '3| user: j / assistant: p',
    '4| user: k\n\nl / assistant: q',
  ]);
});

test('columns that a person chose', async () => {
  const content = 'a,b,c\n1,2,3\n';
  const pair = await read('a.csv', content, { prompt: 'c', completion: 'a' });
  expect(pair.examples.map(brief)).toEqual(['2| user: 3 / assistant: 1']);
  expect(pair.report).toMatchObject({
    format: 'table (commas), columns as chosen',
    chosenColumns: { prompt: 'c', completion: 'a' },
  });
  expect((await read('a.csv', content, { completion: 'b' })).examples.map(brief)).toEqual(['2| 2']);
  const missing = await read('a.csv', content, { completion: 'd' });
  expect(missing.problems).toEqual([
    {
      what: 'The table has no column "d".',
      where: 'a.csv, line 1',
      fix: 'Choose among "a", "b", "c".',
      columns: ['a', 'b', 'c'],
      choice: 'columns',
    },
  ]);
  expect(missing.report.columns).toEqual(['a', 'b', 'c']);
});

test('tabs, semicolons, and .tsv whatever is in it', async () => {
  expect((await read('a.tsv', 'prompt\tcompletion\na,b\tc,d')).examples.map(brief)).toEqual([
    '2| user: a,b / assistant: c,d',
  ]);
  const semicolons = await read('a.csv', 'prompt;completion\na,x;b\nc;d');
  expect(semicolons.examples.map(brief)).toEqual(['2| user: a,x / assistant: b', '3| user: c / assistant: d']);
  expect(semicolons.report.format).toContain('semicolons');
});

test('columns that tell nothing are listed for a choice', async () => {
  const { report, problems } = await read('a.csv', 'a,b,c\n1,2,3\n');
  expect(problems).toEqual([
    {
      what: 'It is not clear which columns to learn from.',
      where: 'a.csv, line 1',
      fix: 'Choose them among "a", "b", "c".',
      columns: ['a', 'b', 'c'],
      choice: 'columns',
    },
  ]);
  expect(report.columns).toEqual(['a', 'b', 'c']);
});

test('rows that cannot be read are named and skipped', async () => {
  const content = 'prompt,completion\na,b\nshort\nx,y,z\nc,"d"e"f\ng,h\n,\nk,\n\n"i" ,j\n"l",m\n';
  const { examples, problems } = await read('a.csv', content);
  expect(examples.map(brief)).toEqual([
    '2| user: a / assistant: b',
    '6| user: g / assistant: h',
    '10| user: i / assistant: j',
    '11| user: l / assistant: m',
  ]);
  expect(problems.map(({ where, what }) => [where, what])).toEqual([
    ['a.csv, line 3', 'This row has 1 fields where the first has 2.'],
    ['a.csv, line 4', 'This row has 3 fields where the first has 2.'],
    ['a.csv, line 5', 'The quotes in this row do not match.'],
    ['a.csv, line 8', 'There is nothing to learn: the completion is empty.'],
  ]);
});

test('a quote that never closes costs its row, not the file', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `question ${i},${'answer '.repeat(70)}${i}`);
  rows[10] = '"open,never closed';
  const { examples, problems } = await read('a.csv', `prompt,completion\n${rows.join('\n')}\n`);
  expect(problems[0]).toMatchObject({ where: 'a.csv, line 12', what: expect.stringContaining('never closes') });
  expect(examples.length).toBe(19_999);
  expect(examples.at(-1)).toMatchObject({ line: 20_001 });
});

test('a table across blocks keeps its lines', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `"question\n${i}","ä ""${i}"""`);
  const { examples, problems } = await read('a.csv', `prompt,completion\n${rows.join('\n')}\n`);
  expect(problems).toEqual([]);
  expect(examples.length).toBe(20_000);
  expect(brief(examples.at(-1)!)).toBe(
    `${'119999|'.replace('119999', String(2 + 19_999 * 2))} user: question\n19999 / assistant: ä "19999"`,
  );
});

test('names of columns are data, never properties', async () => {
  const { examples, report } = await read('a.csv', '__proto__,completion\nx,y\n', {
    prompt: '__proto__',
    completion: 'completion',
  });
  expect(examples.map(brief)).toEqual(['2| user: x / assistant: y']);
  expect(report.columns).toEqual(['__proto__', 'completion']);
});

test('well-formed tables give the fields that papaparse reads', async () => {
  const random = numbers(7);
  const field = () => {
    const text = Array.from({ length: random() % 6 }, () => 'a"\n;ü, 🐈\t'.at(random() % 9)!.toWellFormed()).join('');
    return `"${text.replaceAll('"', '""')}x"`;
  };
  const rows = Array.from({ length: 300 }, () => `${field()},${field()}`);
  const content = `prompt,completion\n${rows.join('\n')}\n`;
  const { examples, problems } = await read('a.csv', content);
  expect(problems).toEqual([]);
  const expected = Papa.parse<string[]>(content, { newline: '\n', skipEmptyLines: true }).data.slice(1);
  expect(examples.map((example) => example.kind === 'chat' && example.turns.map((turn) => turn.content))).toEqual(
    expected,
  );
});

test('what Excel and people put above and around a table', async () => {
  const excel = await read('a.csv', '\ufeffsep=;\r\nprompt;completion\r\n"a;b";c\r\n');
  expect(excel.examples.map(brief)).toEqual(['3| user: a;b / assistant: c']);
  expect(excel.problems).toEqual([]);
  const order = await read('a.csv', 'Frage;Antwort\nWo?;Bern\n');
  expect(order.examples.map(brief)).toEqual(['2| user: Wo? / assistant: Bern']);
  expect(order.problems).toMatchObject([{ what: expect.stringContaining('first row is taken for the names') }]);
  const beside = await read(
    'a.csv',
    'messages,system,tools\n"[{""role"":""user"",""content"":""q""},{""role"":""assistant"",""content"":""a""}]",S,"[{""name"":""w""}]"\n',
  );
  expect(beside.examples.map(brief)).toEqual([
    '2| system: S\n\n<tools>\n{"name":"w"}\n</tools> / user: q / assistant: a',
  ]);
  const empty = await read('a.csv', 'prompt,completion\n,a\n');
  expect(empty.problems).toMatchObject([{ what: expect.stringContaining('A prompt is empty') }]);
});
