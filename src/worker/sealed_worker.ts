/**
 * A worker from the script's own address would have the policy that the host sends with it: none, on a host that sends
 * no headers. One from a blob: address inherits the page's, which is in its <meta>, and so can ask no other origin.
 * @param entryUrl of a script that imports worker/sealed.ts first
 * @param name as its thread knows it
 */
export function sealedWorker(entryUrl: string, name = ''): Worker {
  const source = `import ${JSON.stringify(new URL(entryUrl, location.href).href)};`;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' })); // one a page: kept as long as it is
  return new Worker(url, { type: 'module', name });
}
