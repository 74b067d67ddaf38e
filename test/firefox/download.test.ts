import { expect, test } from 'vitest';
import { serveModel } from '../e2e/model_host';
import { serveSite } from '../e2e/site';
import { modelFolder } from '../e2e/tiny_model';
import { startFirefox } from './browser';
import { find, press, show } from './person';

test('a model comes by its address, resumes where it was cut off, and opens on the page', async () => {
  const { url } = await serveSite();
  const host = await serveModel(await modelFolder());
  const { newPage, asked } = await startFirefox();
  const address = encodeURIComponent(`${host.url}/owner/model/tree/main`);
  const page = await newPage(url);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined)); // it answers from the next load on
  await page.goto(`${url}download.html#${address}`);
  expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await press(page, /^See what is there$/);
  await press(page, /^Download \d/);
  await find(page, '.what', /^The connection was cut after \d+ of \d+ bytes\.$/);
  await press(page, /^Resume/);
  await find(page, '.said', /^owner\/model is here/);
  const ranges = host.asked.filter(({ path }) => path === '/cuts/model/model.safetensors').map(({ range }) => range);
  expect(ranges).toEqual(['bytes=0-', expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  await page.goto(url);
  await press(page, /^Text$/);
  await show(page, 'Model');
  await press(page, /^Open: owner\/model$/);
  await find(page, 'p', /^owner\/model: llama, 3 layers/);
  expect(asked).toEqual([]);
});
