import { releaseProxy } from 'comlink';
import { expect, test } from 'vitest';
import { releasing } from '../../src/worker/releasing';

test('the end is told when the page has heard what was told before it, and then the port is closed', async () => {
  const order: string[] = [];
  let hear = (): void => undefined;
  const onEvent = Object.assign(
    (event: string) =>
      new Promise<void>((resolve) => {
        hear = () => {
          order.push(`heard ${event}`);
          resolve();
        };
      }),
    { [releaseProxy]: () => order.push('closed') },
  );
  const answer = releasing(onEvent, async (tell: (event: string) => void) => {
    tell('saved');
    return 'ended';
  }).then((ended) => order.push(ended));
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual([]);
  hear();
  await answer;
  expect(order).toEqual(['heard saved', 'closed', 'ended']);
});

test('work that fails closes the port too, and its error is told', async () => {
  let closed = 0;
  const onEvent = Object.assign(() => undefined, { [releaseProxy]: () => closed++ });
  const failing = releasing(onEvent, () => Promise.reject(new Error('no room')));
  await expect(failing).rejects.toThrow('no room');
  expect(closed).toBe(1);
});
