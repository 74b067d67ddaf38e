import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../tools/setup.mjs';

/** Writes lines for a while, whether anybody reads them or not. */
const PROGRAM = `
  import { quietWhenClosed } from '${join(root, 'tools/output.mjs')}';
  quietWhenClosed();
  for (let line = 0; line < 50; line++) {
    console.log(line);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
`;

test('a reader that goes away, as head does, is no error', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'close');
  expect({ code, said }).toEqual({ code: 0, said: '' });
});
