import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { rangeOf } from '../../tools/serve.mjs';

/** How a host may be, by the first part of the path. */
const WAYS = ['good', 'cuts', 'cuts-whole', 'hangs', 'damaged', 'silent', 'gated'] as const;
type Way = (typeof WAYS)[number];

/** Bytes after which a connection is cut. */
const CUT = 150_000;

/** A host of one model, and what it was asked for. */
export interface ModelHost {
  /** Without a slash at the end. */
  readonly url: string;
  /** Answers of each way have been given: path and Range header. */
  readonly asked: readonly { readonly path: string; readonly range: string | undefined }[];
}

/**
 * Serves the files of `folder` under /WAY/model/ as hosts of several kinds do, and as a hub under /owner/model, which lists them
 * and leads to /cuts/ for their bytes. `cuts` ends the connection in the midst of the weights where they are asked for from
 * their start, `cuts-whole` does too and sends no parts, `hangs` begins every file and goes no further, `damaged` states a
 * hash that is another's, `silent` lets nobody read, `gated` asks who is there.
 */
export async function serveModel(folder: string): Promise<ModelHost> {
  const asked: { path: string; range: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    asked.push({ path, range: request.headers.range });
    if (!path.startsWith('/silent/')) {
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Access-Control-Allow-Headers', '*');
      response.setHeader('Access-Control-Expose-Headers', 'Content-Range, ETag, X-Linked-ETag');
    }
    if (path === '/api/models/owner/model/tree/main') return void response.end(JSON.stringify(listingOf(folder)));
    const [, hubFile] = /^\/owner\/model\/resolve\/main\/(.+)$/.exec(path) ?? [];
    if (hubFile) return void response.writeHead(302, { Location: `/cuts/model/${hubFile}` }).end();
    answer(folder, path, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** As the hub lists a folder: a hash of what lies in LFS. */
const listingOf = (folder: string) =>
  readdirSync(folder).map((path) => {
    const bytes = readFileSync(join(folder, path));
    const lfs = { oid: sha256Of(bytes), size: bytes.length, pointerSize: 130 };
    return { type: 'file', path, size: bytes.length, oid: '0', ...(path.endsWith('.safetensors') ? { lfs } : {}) };
  });

function answer(folder: string, path: string, request: IncomingMessage, response: ServerResponse): void {
  const [, way, name = ''] = /^\/([^/]+)\/model\/([^/]+)$/.exec(path) ?? [];
  const file = join(folder, name);
  if (!WAYS.includes(way as Way) || !existsSync(file)) return void response.writeHead(404).end();
  if (way === 'gated') return void response.writeHead(401).end();
  const bytes = readFileSync(file);
  const hash = sha256Of(way === 'damaged' ? bytes.subarray(1) : bytes);
  response.setHeader('ETag', name.endsWith('.safetensors') ? `"${hash}"` : '"1-2"');
  const range = way === 'cuts-whole' ? undefined : rangeOf(request.headers.range, bytes.length);
  const { start, end } = typeof range === 'object' ? range : { start: 0, end: bytes.length - 1 };
  response.setHeader('Content-Length', end - start + 1);
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${bytes.length}`);
  response.writeHead(range ? 206 : 200);
  const isCut = way?.startsWith('cuts') && name.endsWith('.safetensors') && request.headers.range === 'bytes=0-';
  if (way === 'hangs') return void response.write(bytes.subarray(0, 100));
  if (!isCut) return void response.end(bytes.subarray(start, end + 1));
  response.write(bytes.subarray(0, CUT), () => setTimeout(() => response.destroy(), 300)); // once they have arrived
}
