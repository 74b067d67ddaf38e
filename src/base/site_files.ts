import { problem } from '../problem';

const INCOMPLETE = 'Reload the page; if it stays so, the site is incomplete.';

/**
 * A file of this site, whole.
 * @param where what a person misses without it
 * @throws ProblemError where it is not there, or its bytes do not all arrive
 */
export async function fetchBytes(url: URL, where: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw problem(`${url.pathname} answered ${response.status}.`, where, INCOMPLETE);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch and a body that was cut off both end in one
    throw problem(
      `Could not fetch ${url.pathname}: ${error.message}`,
      where,
      'Check the connection and reload the page.',
    );
  }
}

/** The same of a file that is JSON. */
export async function fetchJson<T>(url: URL, where: string): Promise<T> {
  const text = new TextDecoder().decode(await fetchBytes(url, where));
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    // Some hosts answer with a page of their own where a file is missing.
    throw problem(`${url.pathname} is not JSON: ${(error as Error).message}`, where, INCOMPLETE);
  }
}
