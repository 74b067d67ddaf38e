import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openSite } from './site';

/** Serves scripts by path, with no policy that would stop them. */
async function serveScripts(scripts: Record<string, string>): Promise<string> {
  const server = createServer((request, response) => {
    const script = scripts[request.url ?? ''];
    response.writeHead(200, { 'Content-Type': script === undefined ? 'text/html' : 'text/javascript' });
    response.end(script ?? '<link rel="icon" href="data:,">');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}/`;
}

const ask = 'fetch("http://127.0.0.1:9/asked", { mode: "no-cors" }).catch(() => 0)';

test.each([
  ['a page', `${ask}`],
  ['a worker', 'new Worker("/worker.js")'],
  ['a module worker', 'new Worker("/worker.js", { type: "module" })'],
  ['a service worker', 'navigator.serviceWorker.register("/worker.js")'],
  ['an image', 'new Image().src = "http://127.0.0.1:9/asked"'],
])('a request to another origin is seen: %s', async (_, code) => {
  const url = await serveScripts({ '/worker.js': ask });
  const { page, context, faults } = await openSite(url);
  const asked = context.waitForEvent('request', (request) => request.url().endsWith('/asked'));
  await page.evaluate(code);
  await asked;
  expect(faults.join('\n')).toContain('request to another origin: GET http://127.0.0.1:9/asked');
});

test('errors are seen: on the console of a page and of a worker, and uncaught in both', async () => {
  const url = await serveScripts({
    '/worker.js':
      'console.error("from worker"); setTimeout(() => { throw new Error("thrown in worker"); }); postMessage(0)',
  });
  const { page, faults } = await openSite(url);
  await page.evaluate(() => {
    console.error('from page');
    setTimeout(() => {
      throw new Error('thrown in page');
    });
    const worker = new Worker('/worker.js');
    return new Promise((resolve) => worker.addEventListener('error', resolve));
  });
  for (const words of ['from page', 'thrown in page', 'from worker', 'thrown in worker']) {
    await expect.poll(() => faults.join('\n')).toContain(words);
  }
});
