import { problem } from '../problem';
import { type Answer, type Asked, type Failure, failed } from './answer';

/** How long a frame that is loading may take, milliseconds. */
const READY_MS = 10_000;

type Line = Answer | { readonly failure: Failure };
type Piece = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly end: true } | { readonly cut: true };

/** A file as it comes from its host. */
export interface Incoming {
  readonly answer: Answer;
  /** The next bytes; null at the end, 'cut' where the connection ended before it. A piece is sent when it is asked for. */
  next(): Promise<Uint8Array<ArrayBuffer> | null | 'cut'>;
  stop(): void;
}

/** What asks hosts, and what ends it when the person has had enough. */
export interface Way {
  readonly network: Network;
  readonly signal: AbortSignal;
}

/** The way to other origins: a sandboxed frame (public/fetch_frame.js) at the other end of a port. This thread has no other. */
export class Network {
  readonly #door: MessagePort;
  readonly #ready: Promise<boolean>;

  constructor(door: MessagePort) {
    this.#door = door;
    this.#ready = new Promise((resolve) => {
      door.onmessage = () => resolve(true);
      setTimeout(() => resolve(false), READY_MS);
    });
  }

  /**
   * Asks for a file from a byte on.
   * @throws ProblemError where no answer comes
   * @throws the signal's reason where the person has stopped it, from next() too
   */
  async open({ address, from }: Pick<Asked, 'address' | 'from'>, signal: AbortSignal): Promise<Incoming> {
    if (!(await this.#ready))
      throw problem('The part of the page that asks other hosts did not load.', 'fetch.html', 'Load the page again.');
    signal.throwIfAborted();
    const { port1: line, port2 } = new MessageChannel();
    const stop = () => line.postMessage('stop');
    signal.addEventListener('abort', stop);
    const answered = messageOf<Line>(line);
    this.#door.postMessage({ address, from }, [port2]);
    const answer = await answered;
    signal.throwIfAborted();
    if ('failure' in answer) throw failed(answer.failure, address);
    const next = async () => {
      const piece = messageOf<Piece>(line);
      line.postMessage('next');
      const got = await piece;
      signal.throwIfAborted();
      return 'bytes' in got ? got.bytes : 'end' in got ? null : 'cut';
    };
    return { answer, next, stop };
  }
}

/** The next message of a port. */
const messageOf = <T>(port: MessagePort): Promise<T> =>
  new Promise((resolve) => {
    port.onmessage = ({ data }: MessageEvent<T>) => resolve(data);
  });
