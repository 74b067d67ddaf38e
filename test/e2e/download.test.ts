import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { headerPolicyOf, metaPolicyOf } from '../../tools/policy.mjs';
import { type ModelHost, serveModel } from './model_host';
import { show } from './person';
import { accessibilityFaults, openSite, serveSite, untilOffline } from './site';
import { modelFolder } from './tiny_model';

/** Opens download.html, types an address and asks what is there. */
async function look(page: Page, address: string): Promise<void> {
  await page.getByLabel('Address of the model').fill(address);
  await page.getByRole('button', { name: 'See what is there' }).click();
}

async function download(page: Page, address: string): Promise<void> {
  await look(page, address);
  await page.getByRole('button', { name: /^Download \d/ }).click();
}

const resume = (page: Page) => page.getByRole('button', { name: /^Resume/ }).click();
const asksForWeights = ({ asked }: ModelHost) => asked.filter(({ path }) => path === '/cuts/model/model.safetensors');

test('a repository is downloaded, cut off, resumed and checked; the page opens it and still reaches no other origin', async () => {
  const served = await serveSite();
  const host = await serveModel(await modelFolder());
  const { page } = await openSite(`${served.url}download.html`);
  await look(page, `${host.url}/owner/model/tree/main`);
  await page.getByRole('row', { name: /model\.safetensors .* stated by its host/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: /^Download \d/ }).click();
  await page.getByText(/The connection was cut after \d+ of \d+ bytes/).waitFor();
  await page.reload(); // as when the tab was closed
  await resume(page);
  await page.getByText('owner/model is here').waitFor();
  const [first, second, ...others] = asksForWeights(host).map(({ range }) =>
    Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]),
  );
  expect([first, others]).toEqual([0, []]);
  expect(second).toBeGreaterThan(0);
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.goto(served.url);
  await show(page, 'Model');
  await page.getByRole('button', { name: 'Open: owner/model' }).click();
  await page.locator('bring-model').getByText('owner/model: llama, 3 layers').waitFor();
  await page.getByRole('radio', { name: /owner\/model/, checked: true }).waitFor();
  await page.locator('plan-panel').getByText(/\d MB/).first().waitFor();
  const before = host.asked.length;
  const answered = await page.evaluate(
    (url) => fetch(url).then(Boolean, () => false),
    `${host.url}/good/model/config.json`,
  );
  expect([answered, host.asked.length]).toEqual([false, before]);
  await page.getByRole('button', { name: 'Delete: owner/model' }).click();
  await page.getByText('owner/model is deleted here').waitFor();
});

test('what keeps a download from its end is told, each in a sentence of its own', async () => {
  const { url } = await serveSite();
  const folder = await modelFolder();
  const host = await serveModel(folder);
  const { page } = await openSite(url, {
    context: { viewport: { width: 360, height: 800 }, colorScheme: 'dark' },
  });
  await untilOffline(page); // the service worker answers from now on
  await page.goto(`${url}download.html`);
  const told = (sentence: string | RegExp) => page.getByRole('alert').getByText(sentence).waitFor();
  await look(page, `${host.url}/good/nothing/`);
  await told('There is no such file.');
  await look(page, `${host.url}/gated/model/`);
  await told('only to those who have signed in');
  await look(page, `${host.url}/silent/model/`);
  await told('does not let other pages read this file');
  await look(page, 'http://127.0.0.1:9/model/');
  await told('The host cannot be reached.');
  await look(page, 'http://example.test/model/');
  await told('Only https:// is asked');

  await download(page, `${host.url}/hangs/model/`);
  await page.getByText(/ of \d+ kB$/).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('model is stopped. What came is kept.').waitFor();
  await download(page, `${host.url}/damaged/model/`);
  await told('A model of this name is kept here, from elsewhere.');
  await page.getByRole('button', { name: 'Delete: model' }).click();
  await page.getByText('model is deleted').waitFor();

  await download(page, `${host.url}/damaged/model/`);
  await told(/damaged on its way: its SHA-256 is [0-9a-f]{64}/);
  await page.getByRole('button', { name: 'Delete: model' }).click();
  await page.getByText('model is deleted').waitFor();

  await download(page, `${host.url}/cuts-whole/model/`);
  await told('The connection was cut');
  await resume(page); // from a host that sends the whole file again
  await page.getByText('model is here').waitFor();
  await page.getByText('Files of model', { exact: true }).click();
  const weights = page.getByRole('row', { name: /model\.safetensors/ });
  expect(await weights.textContent()).toContain('as its host states');
  expect(await page.evaluate(keptBytes)).toBe(readFileSync(join(folder, 'model.safetensors')).length);
  expect(await accessibilityFaults(page)).toEqual([]);
  const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
  expect(scrollWidth).toBe(clientWidth);
});

/** The size of the weights as they lie in this browser's own files. */
async function keptBytes(): Promise<number> {
  const models = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
  return (await (await (await models.getDirectoryHandle('model')).getFileHandle('model.safetensors')).getFile()).size;
}

test('each document has its own policy, and the frame that may ask others has no origin', async () => {
  const { url } = await serveSite();
  const { page } = await openSite(`${url}download.html`);
  const policyOf = (name: string) => fetch(url + name).then(({ headers }) => headers.get('content-security-policy'));
  for (const name of ['download.html', 'fetch.html']) expect(await policyOf(name)).toBe(headerPolicyOf(name));
  const meta = page.locator('meta[http-equiv="Content-Security-Policy"]');
  expect(await meta.getAttribute('content')).toBe(metaPolicyOf('download.html'));
  expect(metaPolicyOf('download.html')).not.toMatch(/unsafe|\*|https?:/);
  await expect.poll(() => page.frames().length).toBe(2);
  const frame = page.frames()[1]!;
  await frame.waitForLoadState();
  expect(await frame.evaluate(() => self.origin)).toBe('null');
  const seen = () =>
    frame.evaluate(async () => {
      const refused = (work: () => unknown) =>
        Promise.resolve()
          .then(work)
          .then(
            () => 'seen',
            () => 'refused',
          );
      return Promise.all([
        refused(() => navigator.storage.getDirectory()),
        refused(() => indexedDB.open('adaptab-adapters')),
        refused(() => localStorage.length),
        refused(() => parent.document),
      ]);
    });
  expect(await seen()).toEqual(['refused', 'refused', 'refused', 'refused']);
});

test('a folder that was chosen opens again by one click, from a copy in this browser too, and says so where it is gone', async () => {
  const { url } = await serveSite();
  const { page, faults } = await openSite(url);
  const facts = page.locator('bring-model').getByText('tiny-llama: llama, 3 layers');
  await page.evaluate(putOnDisk, filesOf(await modelFolder()));
  await show(page, 'Model');
  await page.getByRole('button', { name: 'Choose a folder…' }).click();
  await facts.waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Open again: tiny-llama' }).click();
  await facts.waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole('button', { name: /^Keep a copy in this browser \(/ }).click();
  await page.getByText('tiny-llama is kept in this browser now').waitFor();
  await page.evaluate(async () => (await navigator.storage.getDirectory()).removeEntry('disk', { recursive: true }));
  await page.reload();
  await page.getByRole('button', { name: 'Open: tiny-llama' }).click();
  await facts.waitFor();
  expect(await page.getByRole('button', { name: /^Keep a copy/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Delete: tiny-llama' }).click();
  const again = page.getByRole('button', { name: 'Open again: tiny-llama' });
  // By the keyboard: the mouse, at once and near the same place, would be the second press of a double one.
  await again.press('Enter');
  await page.getByText('tiny-llama is not where it was.').waitFor();
  await again.waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
});

const filesOf = (folder: string) =>
  readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)).toString('base64') }));

/** Has the page's picker choose a folder of these files. No test can click on the browser's own; the handle is a real one. */
async function putOnDisk(files: readonly { readonly name: string; readonly bytes: string }[]): Promise<void> {
  const disk = await (await navigator.storage.getDirectory()).getDirectoryHandle('disk', { create: true });
  const folder = await disk.getDirectoryHandle('tiny-llama', { create: true });
  for (const { name, bytes } of files) {
    const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await file.write(Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)));
    await file.close();
  }
  Object.assign(window, { showDirectoryPicker: async () => folder });
}
