import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { headerPolicy } from '../../tools/policy.mjs';
import { rangeOf, type Served, serve } from '../../tools/serve.mjs';

let folder: string;
let served: Served;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-'));
  const site = join(folder, 'site');
  mkdirSync(join(site, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(site, 'index.html'), '<!doctype html>');
  writeFileSync(join(site, 'sw.js'), '1');
  writeFileSync(join(site, 'empty.txt'), '');
  writeFileSync(join(site, 'manifest.webmanifest'), '{}');
  writeFileSync(join(site, 'assets', 'code-1234.js'), 'code');
  writeFileSync(join(site, 'assets', 'code.wasm'), 'wasm');
  writeFileSync(join(site, 'weights ü.safetensors'), '0123456789');
  symlinkSync(join(folder, 'secret.txt'), join(site, 'link.txt'));
  served = await serve({ root: site, base: '/some/path' });
});

afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, init?: RequestInit) => fetch(new URL(path, served.url), init);

/** Asks for a path as it is written: fetch() would take the dots out before it asks. */
const rawStatus = (path: string) =>
  new Promise<number>((resolve, reject) => {
    request({ host: '127.0.0.1', port: served.port, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

test.each([
  ['', 'text/html; charset=utf-8'],
  ['index.html', 'text/html; charset=utf-8'],
  ['sw.js', 'text/javascript; charset=utf-8'],
  ['manifest.webmanifest', 'application/manifest+json'],
  ['assets/code.wasm', 'application/wasm'],
  ['weights%20%C3%BC.safetensors', 'application/octet-stream'],
])('%s is %s, with the policy', async (path, type) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(response.headers.get('content-security-policy')).toBe(headerPolicy);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('only files whose name holds their hash are kept without asking', async () => {
  expect((await get('assets/code-1234.js')).headers.get('cache-control')).toContain('immutable');
  for (const path of ['', 'sw.js', 'manifest.webmanifest']) {
    expect((await get(path)).headers.get('cache-control')).toBe('no-cache');
  }
});

test('an unchanged file is not sent again, a changed one is', async () => {
  const tag = (await get('sw.js')).headers.get('etag') ?? '';
  expect((await get('sw.js', { headers: { 'If-None-Match': tag } })).status).toBe(304);
  writeFileSync(join(folder, 'site', 'sw.js'), '22');
  const changed = await get('sw.js', { headers: { 'If-None-Match': tag } });
  expect(changed.status).toBe(200);
  expect(await changed.text()).toBe('22');
});

test('a range of bytes is served as asked', async () => {
  const file = 'weights%20%C3%BC.safetensors';
  const part = await get(file, { headers: { Range: 'bytes=2-4' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe('bytes 2-4/10');
  expect(await part.text()).toBe('234');
  expect(await (await get(file, { headers: { Range: 'bytes=-3' } })).text()).toBe('789');
  const outside = await get(file, { headers: { Range: 'bytes=10-' } });
  expect(outside.status).toBe(416);
  expect(outside.headers.get('content-range')).toBe('bytes */10');
  const stale = await get(file, { headers: { Range: 'bytes=2-4', 'If-Range': '"other"' } });
  expect(await stale.text()).toBe('0123456789');
});

test.each([
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=5-', { start: 5, end: 9 }],
  ['bytes=5-99', { start: 5, end: 9 }],
  ['bytes=-99', { start: 0, end: 9 }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-4', undefined],
  ['bytes=0-1,3-4', undefined],
  ['lines=0-1', undefined],
  [undefined, undefined],
])('the header %s of ten bytes', (header, range) => {
  expect(rangeOf(header, 10)).toEqual(range);
});

test('an empty file and HEAD have no body', async () => {
  expect(await (await get('empty.txt')).text()).toBe('');
  const head = await get('weights%20%C3%BC.safetensors', { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe('10');
  expect(await head.text()).toBe('');
});

test.each([
  '/some/path/../../secret.txt',
  '/some/path/%2e%2e/secret.txt',
  '/some/path/..%2fsecret.txt',
  '/some/path/assets/../../secret.txt',
  '/some/path/link.txt',
  '/some/path/assets',
  '/some/path/nothing.txt',
  '/index.html',
])('%s is not found', async (path) => {
  expect(await rawStatus(path)).toBe(404);
});

test('what cannot be answered is refused with its reason', async () => {
  expect(await rawStatus('/some/path/%')).toBe(400);
  expect(await rawStatus('/some/path/%00')).toBe(400);
  expect((await get('', { method: 'POST' })).status).toBe(405);
});

test('the base without its slash leads to the base', async () => {
  const response = await get('/some/path', { redirect: 'manual' });
  expect(response.status).toBe(301);
  expect(response.headers.get('location')).toBe('/some/path/');
});

test('a taken port is passed over', async () => {
  const second = await serve({ root: join(folder, 'site'), port: served.port });
  expect(second.port).toBeGreaterThan(served.port);
  expect((await fetch(second.url)).status).toBe(200);
  await second.close();
});
