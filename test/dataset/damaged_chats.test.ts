import { expect, test } from 'vitest';
import { read } from './read';

const telegram = (messages: string) => `{"type":"personal_chat","id":1,"about":"Telegram","messages":[${messages}]}`;
const MESSAGE = '{"type":"message","from":"Ann","from_id":"user1","date":"2023-05-01","text":"a"}';

test('a chat whose messages are nested 100,000 levels deep is refused by the name of its file', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const { problems } = await read('result.json', telegram(`${MESSAGE},{"type":"message","from":"Bo","date":${deep}}`));
  expect(problems).toMatchObject([{ where: 'result.json' }]);
});

test.each([
  ['tools', (deep: string) => `"tools":${deep}`],
  ['tools in a string', (deep: string) => `"tools":[{"name":"a"},${JSON.stringify(deep)}]`],
  ['the arguments of a call', (deep: string) => `"kind":{"arguments":${deep}}`],
])('a record with %s nested 100,000 levels deep never ends the reading of the others', async (_, field) => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const record = '"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]';
  const { examples, problems } = await read('a.jsonl', `{${record},${field(deep)}}\n{${record}}\n`);
  expect(examples.length).toBeGreaterThanOrEqual(1);
  expect(problems).toMatchObject([{ where: expect.stringContaining('line 1') }]);
});

test('a role that is called as what every object has is unknown, as any other', async () => {
  const { problems } = await read(
    'a.jsonl',
    '{"text":"<|im_start|>constructor\\nq<|im_end|>\\n<|im_start|>assistant\\na<|im_end|>"}\n',
  );
  expect(problems.map(({ what }) => what)).toContain(
    'The role "constructor" is unknown here: its turns are shown, with its name, and not learned.',
  );
});

test('a message that is none is passed over', async () => {
  const { examples } = await read(
    'result.json',
    telegram(`null,${MESSAGE},${MESSAGE.replace('Ann', 'Bo')}`),
    undefined,
    'Bo',
  );
  expect(examples).toHaveLength(1);
});
