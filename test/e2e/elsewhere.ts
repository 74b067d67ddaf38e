import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/* A host that sends no headers of its own, and another origin that sees who asks. */

const BASE = '/people/someone/adaptab/';
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Listens on a free port of this machine until the test has ended. */
async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** Serves `folder` under a sub-path as the plainest host does: types of content, and no policy. Answers with its address. */
export async function servePlain(folder: string): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname.slice(BASE.length) || 'index.html';
    const file = join(folder, name);
    if (!pathname.startsWith(BASE) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  return `http://localhost:${await listen(server)}${BASE}`;
}

/** Another origin, and all that reached it. */
export interface Elsewhere {
  /** Its address, with a slash at the end. */
  readonly http: string;
  /** Its address for WebTransport. */
  readonly quic: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** Connections that were opened, and datagrams that came, whatever they held. */
  readonly reached: { connections: number; datagrams: number };
}

/** Starts another origin; it lets every origin read its answers. */
export async function serveElsewhere(): Promise<Elsewhere> {
  const asked: string[] = [];
  const reached = { connections: 0, datagrams: 0 };
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'Content-Type': 'text/javascript', 'Access-Control-Allow-Origin': '*' }).end();
  });
  server.on('connection', () => reached.connections++);
  server.on('upgrade', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  const http = `http://127.0.0.1:${await listen(server)}/`;

  const socket = createSocket('udp4').on('message', () => reached.datagrams++);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { http, quic: `https://127.0.0.1:${socket.address().port}/`, asked, reached };
}
