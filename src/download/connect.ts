import { proxy, type Remote, transfer, wrap } from 'comlink';
import { sealedWorker } from '../worker/sealed_worker';
import type { DownloadApi, DownloadThread } from './api';
import threadUrl from './thread?worker&url';

/** Kept for the life of the page, as worker/connect.ts says. */
let remote: Remote<DownloadThread> | undefined;

/**
 * The thread that writes files, with its way to other origins: a frame that is put into the page, and has no origin of its own.
 * `onFailure` hears of a thread that could not start or broke; calls that are pending then never answer.
 */
export function connect(onFailure: (message: string) => void): DownloadApi {
  remote ??= open(onFailure);
  const thread = remote;
  return {
    look: (address, tokenizer) => thread.look(address, tokenizer),
    fetch: (model, onProgress) => thread.fetch(model, proxy(onProgress)),
    resume: (name, onProgress) => thread.resume(name, proxy(onProgress)),
    stop: () => thread.stop(),
    kept: () => thread.kept(),
    remove: (name) => thread.remove(name),
  };
}

function open(onFailure: (message: string) => void): Remote<DownloadThread> {
  const worker = sealedWorker(threadUrl);
  worker.addEventListener('error', (event) => onFailure(event.message || 'thread.ts did not load'));
  const thread = wrap<DownloadThread>(worker);
  const frame = document.createElement('iframe');
  frame.sandbox.add('allow-scripts'); // and nothing else: it has no origin then, and sees nothing of this one
  frame.title = 'fetch';
  frame.hidden = true;
  frame.addEventListener('load', () => {
    const { port1, port2 } = new MessageChannel();
    frame.contentWindow?.postMessage(null, '*', [port1]); // no origin is the frame's
    void thread.open(transfer(port2, [port2]));
  });
  frame.src = './fetch.html';
  document.body.append(frame);
  return thread;
}
