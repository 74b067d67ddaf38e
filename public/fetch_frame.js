/*
 * All of the site that may ask other origins: a frame without an origin of its own (sandbox="allow-scripts"), which can
 * see neither what this browser keeps for the site nor the page around it. Through a door that the page opens it is given
 * addresses, each with a line of its own on which the answer goes back, a piece whenever one is asked for. It sends
 * no cookie, no password, no referrer.
 */
if (self.origin !== 'null') throw new Error('fetch.html runs in a sandboxed frame alone.');

addEventListener('message', ({ source, ports: [door] }) => {
  if (source !== parent || !door) return;
  door.onmessage = ({ data, ports: [line] }) => answer(data, line);
  door.postMessage('ready');
});

/** @param {{ address: string, from: number }} asked @param {MessagePort} line */
async function answer({ address, from }, line) {
  const control = new AbortController();
  const options = /** @type {const} */ ({
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    signal: control.signal,
  });
  /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */
  let reader;
  line.onmessage = async ({ data }) => {
    if (data === 'stop') control.abort();
    else await sendPiece(reader, line);
  };
  try {
    // Of a file from its start as well: what is asked for in parts is sent as it is, not compressed.
    const { status, headers, body } = await fetch(address, { ...options, headers: { Range: `bytes=${from}-` } });
    reader = body?.getReader();
    const length = headers.get('Content-Length');
    const range = headers.get('Content-Range');
    const tag = headers.get('X-Linked-ETag') ?? headers.get('ETag');
    line.postMessage({ status, length: length === null ? null : Number(length), range, tag });
  } catch {
    line.postMessage({ failure: navigator.onLine ? await reasonOf(address, options) : 'offline' });
  }
}

/** An answer that may not be read, or none? Asked by who does not want to read it, the first kind of host answers still. */
const reasonOf = (/** @type {string} */ address, /** @type {RequestInit} */ options) =>
  fetch(address, { ...options, method: 'HEAD', mode: 'no-cors' }).then(
    () => 'forbidden',
    () => 'unreachable',
  );

/** @param {ReadableStreamDefaultReader<Uint8Array> | undefined} reader @param {MessagePort} line */
async function sendPiece(reader, line) {
  try {
    const value = (await reader?.read())?.value;
    if (value) line.postMessage({ bytes: value }, [value.buffer]);
    else line.postMessage({ end: true });
  } catch {
    line.postMessage({ cut: true });
  }
}
