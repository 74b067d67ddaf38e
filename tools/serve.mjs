import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { headerPolicy, headerPolicyOf } from './policy.mjs';
import { isMain, root } from './setup.mjs';

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/jsonl; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.tsv': 'text/tab-separated-values; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/**
 * A static server for the built site.
 * @typedef {object} Served
 * @property {string} url where the site is, with its base and a slash at the end
 * @property {number} port
 * @property {() => Promise<void>} close ends the server and every open connection
 */

/**
 * Serves `root`, to this machine alone.
 * @param {{ root: string, port?: number, base?: string }} options
 *   root: a folder; port: the first port to try, 0 for any free one; base: the path of the site, "/" unless told
 * @returns {Promise<Served>}
 */
export async function serve({ root, port = 0, base = '/' }) {
  const folder = await realpath(root);
  const prefix = `/${base.split('/').filter(Boolean).join('/')}/`.replace('//', '/');
  const server = createServer((request, response) => {
    answer(folder, prefix, request, response).catch((error) => {
      if (response.headersSent) response.destroy(error);
      else refuse(response, 500, 'The server failed.');
    });
  });
  const taken = await listen(server, port);
  return {
    url: `http://localhost:${taken}${prefix}`,
    port: taken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Listens on `port`, or on the first free one of the hundred after it.
 * @param {import('node:http').Server} server
 * @param {number} port
 * @returns {Promise<number>} the port
 */
async function listen(server, port) {
  for (let attempt = port; ; attempt++) {
    const failure = await new Promise((resolve) => {
      server.once('error', resolve);
      server.listen(attempt, '127.0.0.1', () => {
        server.off('error', resolve);
        resolve(undefined);
      });
    });
    const address = server.address();
    if (!failure && address && typeof address === 'object') return address.port;
    if (failure?.code !== 'EADDRINUSE' || attempt - port >= 100) throw failure;
  }
}

/**
 * @param {string} folder @param {string} prefix
 * @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response
 */
async function answer(folder, prefix, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Only GET and HEAD.');
  const path = decodedPath(request.url ?? '/');
  if (path === undefined) return refuse(response, 400, 'The address cannot be read.');
  if (`${path}/` === prefix) return void response.writeHead(301, { Location: prefix }).end();
  const file = path.startsWith(prefix) ? await fileAt(folder, path.slice(prefix.length)) : undefined;
  if (!file) return refuse(response, 404, 'There is no such file.');
  await send(file, request, response);
}

/** @param {string} url @returns {string | undefined} the path, decoded, or undefined where it is malformed */
function decodedPath(url) {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*$/s, ''));
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}

/**
 * The file that `path` names, if it is inside `folder`; links that lead out of it do not count.
 * @param {string} folder @param {string} path
 * @returns {Promise<{ path: string, name: string, size: number } | undefined>}
 */
async function fileAt(folder, path) {
  const name = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  try {
    const real = await realpath(join(folder, name));
    if (!real.startsWith(folder + sep)) return undefined;
    const found = await stat(real);
    return found.isFile() ? { path: real, name, size: found.size } : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(/** @type {{ code?: string }} */ (error).code ?? '')) {
      return undefined;
    }
    throw error;
  }
}

/**
 * @param {{ path: string, name: string, size: number }} file
 * @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response
 */
async function send({ path, name, size }, request, response) {
  const tag = await entityTag(path);
  response.setHeader('Content-Type', TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream');
  response.setHeader('Content-Security-Policy', headerPolicyOf(name));
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('ETag', tag);
  // The build puts a hash of the content into the name of each file in assets/.
  response.setHeader('Cache-Control', name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');

  if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(tag)) return void response.writeHead(304).end();
  const stale = request.headers['if-range'] !== undefined && request.headers['if-range'] !== tag;
  const range = stale ? undefined : rangeOf(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${size}`);
    return refuse(response, 416, 'The range lies outside the file.');
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.setHeader('Content-Length', end - start + 1);
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
  response.writeHead(range ? 206 : 200);
  if (request.method === 'HEAD' || size === 0) return void response.end();
  createReadStream(path, { start, end })
    .on('error', (error) => response.destroy(error))
    .pipe(response);
}

/** Tags by path, kept while size and time of change stay the same. @type {Map<string, { stamp: string, tag: string }>} */
const tags = new Map();

/** @param {string} path @returns {Promise<string>} a strong tag of the content */
async function entityTag(path) {
  const { size, mtimeMs } = await stat(path);
  const stamp = `${size} ${mtimeMs}`;
  const known = tags.get(path);
  if (known?.stamp === stamp) return known.tag;
  const tag = `"${createHash('sha256')
    .update(await readFile(path))
    .digest('base64url')
    .slice(0, 22)}"`;
  tags.set(path, { stamp, tag });
  return tag;
}

/**
 * Reads a Range header; one that asks for several ranges or for other units is ignored, as HTTP allows.
 * @param {string | undefined} header @param {number} size bytes of the file
 * @returns {{ start: number, end: number } | 'unsatisfiable' | undefined} first and last byte
 */
export function rangeOf(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') {
    const length = Math.min(Number(match[2]), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(match[1]);
  if (match[2] !== '' && Number(match[2]) < start) return undefined;
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start >= size ? 'unsatisfiable' : { start, end };
}

/** @param {import('node:http').ServerResponse} response @param {number} status @param {string} message */
function refuse(response, status, message) {
  response.setHeader('Content-Security-Policy', headerPolicy);
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${message}\n`);
}

if (isMain(import.meta.filename)) {
  const { values } = parseArgs({
    options: { root: { type: 'string' }, port: { type: 'string' }, base: { type: 'string' } },
  });
  const folder = values.root ?? join(root, 'dist');
  if (!existsSync(join(folder, 'index.html'))) {
    console.error(`There is no site in ${folder}: to build it, type: npm run build`);
    process.exit(1);
  }
  const served = await serve({
    root: folder,
    port: Number(values.port ?? 4173),
    base: values.base ?? '/',
  });
  console.log(served.url);
}
