import { type ProblemError, problem } from '../problem';

/** What a host says before the bytes come. Of headers that it does not let other pages read there is null. */
export interface Answer {
  readonly status: number;
  /** Content-Length. */
  readonly length: number | null;
  /** Content-Range, as `bytes 10-19/20`. */
  readonly range: string | null;
  /** X-Linked-ETag or ETag. */
  readonly tag: string | null;
}

/** What was asked for: the file from a byte on. */
export interface Asked {
  readonly address: string;
  readonly from: number;
  /** Bytes that the file should have; null where nobody knows. */
  readonly bytes: number | null;
}

/** Why no answer came. */
export type Failure = 'offline' | 'forbidden' | 'unreachable';

const RANGE = /^bytes (\d+)-\d+\/(\d+|\*)$/;

/**
 * The byte of the file with which an answer begins: the one that was asked for, or 0 where the host sends no parts.
 * @throws ProblemError where it is no answer to go on with
 */
export function firstByte({ status, length, range }: Answer, { address, from, bytes }: Asked): number {
  if (status === 200) {
    if (bytes !== null && length !== null && length !== bytes) throw otherSize(address, length, bytes);
    return 0;
  }
  if (status !== 206) throw refused(status, address);
  const [, begin, total] = RANGE.exec(range ?? '') ?? [];
  // A host that hides Content-Range still tells how much is to come.
  const size = total === undefined ? (length === null ? null : from + length) : total === '*' ? null : Number(total);
  if (begin !== undefined && Number(begin) !== from)
    throw problem(
      `The host sends the file from byte ${begin} on, where byte ${from} was asked for.`,
      address,
      'Delete what was kept of the model, and download it anew.',
    );
  if (bytes !== null && size !== null && size !== bytes) throw otherSize(address, size, bytes);
  return from;
}

/** Bytes of the whole file by an answer from its first byte on; null where the host does not say. */
export function sizeOf({ length, range }: Answer): number | null {
  const total = RANGE.exec(range ?? '')?.[2];
  return total === undefined || total === '*' ? length : Number(total);
}

export const otherSize = (address: string, has: number, wanted: number): ProblemError =>
  problem(
    `The file has ${has} bytes there, and ${wanted} when the download began.`,
    address,
    'It has changed. Delete what was kept of the model, and download it anew.',
  );

/** @param status of an answer that is no file */
export function refused(status: number, address: string): ProblemError {
  if (status === 401 || status === 403)
    return problem(
      'The host gives this file only to those who have signed in or agreed to its terms.',
      address,
      'Download it there with your account, and open its folder under Model: no password goes through this page.',
    );
  if (status === 404 || status === 410)
    return problem('There is no such file.', address, 'Look at the address with the browser.');
  if (status === 416)
    return problem(
      'The file is shorter there than what has been kept of it.',
      address,
      'It has changed. Delete what was kept of the model, and download it anew.',
    );
  return problem(`The host answers with status ${status}.`, address, 'Try again later, or ask who runs it.');
}

/** The words of each failure. */
export function failed(failure: Failure, address: string): ProblemError {
  if (failure === 'offline')
    return problem('There is no network.', address, 'Connect, and try again: what has come so far is kept.');
  if (failure === 'forbidden')
    return problem(
      'The host does not let other pages read this file.',
      address,
      'Download it with the browser, and open its folder under Model. A server of your own must send Access-Control-Allow-Origin: *.',
    );
  return problem('The host cannot be reached.', address, 'Check the address and the network, and try again.');
}

/** @param has bytes that are kept now */
export const cut = (address: string, has: number, bytes: number | null): ProblemError =>
  problem(
    bytes === null
      ? `The connection was cut after ${has} bytes.`
      : `The connection was cut after ${has} of ${bytes} bytes.`,
    address,
    'Resume: it goes on from there.',
  );

export const wrongHash = (address: string, sha256: string, stated: string): ProblemError =>
  problem(
    `The file was damaged on its way: its SHA-256 is ${sha256}, and the host states ${stated}.`,
    address,
    'It was removed. Resume, and it is fetched anew.',
  );
