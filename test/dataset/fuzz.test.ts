import { expect, test, vi } from 'vitest';
import { type Bytes, numbers, read, readFrom, utf8 } from './read';

vi.setConfig({ testTimeout: 60_000 }); // large inputs on a busy machine

const NAMES = ['a.txt', 'a.jsonl', 'a.json', 'a.csv', 'a.tsv', 'a.html', 'a'];

/** Reads the content under every name; whatever it is, the reader answers, and each problem says where it is and what to do. */
async function survives(content: Bytes) {
  for (const name of NAMES) {
    const { examples, problems } = await read(name, content);
    for (const problem of problems) {
      expect(problem.where, problem.what).toMatch(/^a(\.\w+)?(, line [1-9]\d*)?$/);
      expect(problem.what).toMatch(/\.$/);
      expect(problem.fix).toMatch(/\.$/);
    }
    if (examples.length === 0) expect(problems.length).toBeGreaterThan(0);
    const last = content.reduce((count, byte) => count + (byte === 10 || byte === 13 ? 1 : 0), 1);
    for (const { line } of examples) expect(line).toBeLessThanOrEqual(last);
  }
}

test('random bytes', async () => {
  const random = numbers(1);
  for (let round = 0; round < 80; round++) {
    await survives(Uint8Array.from({ length: random() % 400 }, () => random() % 256));
  }
});

test('random characters that matter', async () => {
  const random = numbers(2);
  const alphabet = [
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ',',
    ':',
    '\\',
    '\n',
    '\r',
    '\t',
    ' ',
    'a',
    '1',
    '"text"',
    '"messages"',
    '\\ud800',
    'ü',
    '🐈',
    '\ufeff',
    ';',
    '|',
    'null',
  ];
  for (let round = 0; round < 150; round++) {
    await survives(utf8(Array.from({ length: random() % 80 }, () => alphabet[random() % alphabet.length]).join('')));
  }
});

test('mutated and truncated files', async () => {
  const random = numbers(3);
  const originals = [
    '{"messages":[{"role":"user","content":"Grüße"},{"role":"assistant","content":"🐈 \\ud83d"}]}\n{"prompt":"a","completion":"b"}\n{"text":"c"}\n',
    '[\n {"instruction":"a","input":"b","output":"c"},\n {"question":"d","answer":"e"}\n]\n',
    '{"data":[{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"}]}],"more":[1,2]}',
    'prompt,completion\n"a ""quoted""\nfield",b\nc,d\n',
    'prompt\tcompletion\na\tb\n',
    "{'messages': [{'role': 'user', 'content': 'it\\'s'}, {'role': 'assistant', 'content': None, 'tool_calls': [{'name': 'w'}]}], 'tools': '[]'}\n",
    '{"text":"<|im_start|>user\\nq<|im_end|>\\n<|im_start|>assistant\\na<|im_end|>"}\n{"prompt":"### Response:\\n","completion":"a"}\n',
    '[01.05.23, 12:00:01] Ann: q\n[01.05.23, 12:00:09] Bo: a <This message was edited>\n\u200e[02.05.23, 12:00:09] Bo: \u200eimage omitted\n',
    '{"id":1,"type":"personal_chat","messages":[{"type":"message","from":"Ann","from_id":"user1","date":"2023-05-01","text":["a",{"text":"b"}]}]}',
    '{"guild":{},"channel":{},"messages":[{"type":"Default","timestamp":"2023","content":"a","author":{"name":"b"}}]}',
    '[{"type":"message","user":"U1","ts":"1682942401.1","text":"a"},{"type":"message","user":"U2","ts":"1","text":"b"}]',
    '[{"current_node":"b","mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["q"]}}},"b":{"parent":"a","message":{"author":{"role":"assistant"},"content":{"parts":["a"]}}}}}]',
  ].map(utf8);
  for (let round = 0; round < 300; round++) {
    const original = originals[random() % originals.length]!;
    const mutated = original.slice(0, random() % 3 === 0 ? random() % (original.length + 1) : original.length);
    for (let change = random() % 4; change > 0 && mutated.length > 0; change--)
      mutated[random() % mutated.length] = random() % 256;
    await survives(mutated);
  }
});

test('a reader sees the same examples however the stream is cut', async () => {
  const random = numbers(4);
  const content = utf8('{"text":"ü🐈"}\r\n{"prompt":"a","completion":"ß"}\r\nbad\n'.repeat(30));
  for (const name of NAMES) {
    const whole = await read(name, content);
    const cut = new File([content], name);
    const slice = cut.slice.bind(cut);
    Object.defineProperty(cut, 'slice', {
      value: (from: number, to?: number) => {
        const blob = slice(from, to);
        const stream = () =>
          new ReadableStream<Uint8Array>({
            async start(controller) {
              const all = new Uint8Array(await blob.arrayBuffer());
              for (let at = 0; at < all.length; ) {
                const length = 1 + (random() % 5);
                controller.enqueue(all.slice(at, at + length));
                at += length;
              }
              controller.close();
            },
          });
        return Object.assign(blob, { stream });
      },
    });
    expect(await readFrom(cut)).toEqual(whole);
  }
});

test('long lines of what repairs look for end in a problem, not in an overflow', async () => {
  const most = 2 ** 18;
  for (const part of ["'", '"\\', "'\\a", '\\a', 'NaN ', ',  ', '[', '{"a":', "'a\\'"]) {
    for (const start of ['{', "{'"]) {
      const { problems } = await read('a.jsonl', `${start}${part.repeat(most / part.length)}\n`);
      expect(problems.length, start + part).toBeGreaterThan(0);
    }
  }
});
