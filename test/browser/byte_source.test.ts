import { expect, test } from 'vitest';
import { blobSource } from '../../src/containers/byte_source';

const MEGABYTE = 1 << 20;
const content = new Blob([new Uint8Array(8 * MEGABYTE).fill(1)]);

test('a part that is read into a buffer is read to its end, though the browser tidies its memory meanwhile', async () => {
  if (!globalThis.gc) throw new Error('start the browser with --js-flags=--expose-gc');
  let read = 0;
  for (let n = 0; n < 40; n++) {
    void blobSource(content)
      .read(0, content.size, new ArrayBuffer(content.size))
      .then(() => read++);
    for (let tidied = 0; tidied < 3; tidied++) {
      await new Promise((resolve) => setTimeout(resolve));
      globalThis.gc();
    }
  }
  await expect.poll(() => read, { timeout: 20_000 }).toBe(40);
});
