import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a browser asks for its own lists of certificates, add-ons and the like, whatever page it shows. */
const BROWSERS_OWN = /(^|\.)mozilla\.(com|net|org)(:\d+)?$/;

/** A proxy that lets nothing through and writes down what was asked of it: what a whole browser asks of other machines. */
export interface Outside {
  readonly port: number;
  /** Hosts that were asked for, without those that the browser asks on its own account. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Starts the proxy on a free port of this machine. */
export async function listenOutside(): Promise<Outside> {
  const asked: string[] = [];
  const note = (host: string) => {
    if (!BROWSERS_OWN.test(host)) asked.push(host);
  };
  const server = createServer((request, response) => {
    note(new URL(request.url ?? '/', 'http://unknown').host);
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket) => {
    note(request.url ?? 'unknown');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: (server.address() as AddressInfo).port, asked, close };
}
