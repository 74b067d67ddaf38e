import { expect, test } from 'vitest';
import { read } from './read';

const telegram = (messages: string) => `{"type":"personal_chat","id":1,"about":"Telegram","messages":[${messages}]}`;
const MESSAGE = '{"type":"message","from":"Ann","from_id":"user1","date":"2023-05-01","text":"a"}';

test('a chat whose messages are nested 100,000 levels deep is refused by the name of its file', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const { problems } = await read('result.json', telegram(`${MESSAGE},{"type":"message","from":"Bo","date":${deep}}`));
  expect(problems).toMatchObject([{ where: 'result.json' }]);
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
