/*
 * Every way by which a script may ask another origin for something, each tried once. A test puts this file beside the
 * built scripts; a page or worker of the site imports it, so that it runs as their own code does.
 */

/** @typedef {{ http: string, quic: string }} Elsewhere addresses of another origin; each way asks for its own name there */
/** @typedef {Record<string, (elsewhere: Elsewhere) => unknown>} Ways */

/** @param {EventTarget} target @param {string} well @returns {Promise<void>} rejected where an error comes first */
const answered = (target, well) =>
  new Promise((resolve, reject) => {
    target.addEventListener(well, () => resolve());
    target.addEventListener('error', () => reject(new Error('an error event')));
  });

/** Of pages and of workers. @type {Ways} */
const ways = {
  fetch: ({ http }) => fetch(`${http}fetch`, { mode: 'no-cors' }),
  post: ({ http }) => fetch(`${http}post`, { mode: 'no-cors', method: 'POST', body: 'data', keepalive: true }),
  xhr: ({ http }) => {
    const request = new XMLHttpRequest();
    request.open('GET', `${http}xhr`);
    request.send();
    return answered(request, 'load');
  },
  websocket: ({ http }) => answered(new WebSocket(`${http.replace('http', 'ws')}websocket`), 'open'),
  eventsource: ({ http }) => answered(new EventSource(`${http}eventsource`), 'open'),
  webtransport: ({ quic }) => new WebTransport(quic).ready,
  import: ({ http }) => import(/* @vite-ignore */ `${http}import`),
  cache: async ({ http }) => (await caches.open('ways')).add(`${http}cache`),
  beacon: ({ http }) => {
    if (!navigator.sendBeacon(`${http}beacon`, 'data')) throw new Error('not sent');
  },
};

/** Of workers alone. @type {Ways} */
const waysOfWorker = {
  importScripts: ({ http }) =>
    /** @type {{ importScripts(url: string): void }} */ (/** @type {unknown} */ (self)).importScripts(`${http}scripts`),
  font: ({ http }) => new FontFace('elsewhere', `url(${http}font)`).load(),
  serviceWorker: () => navigator.serviceWorker.register(import.meta.url, { type: 'module' }),
  // A thread of the thread's own: from this script's address, and from a blob:.
  nested: ({ http }) => answered(new Worker(import.meta.url, { type: 'module', name: `${http}nested` }), 'message'),
  nestedBlob: ({ http }) => {
    const source = new Blob([`import ${JSON.stringify(import.meta.url)};`], { type: 'text/javascript' });
    return answered(new Worker(URL.createObjectURL(source), { type: 'module', name: `${http}nestedBlob` }), 'message');
  },
};

/** @param {string} tag @param {Record<string, string>} attributes @param {Element} [parent] */
function add(tag, attributes, parent = document.body) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
}

/** Of pages alone. @type {Ways} */
const waysOfPage = {
  image: ({ http }) => answered(add('img', { src: `${http}image` }), 'load'),
  script: ({ http }) => answered(add('script', { src: `${http}script` }), 'load'),
  style: ({ http }) => answered(add('link', { rel: 'stylesheet', href: `${http}style` }), 'load'),
  prefetch: ({ http }) => answered(add('link', { rel: 'prefetch', href: `${http}prefetch` }), 'load'),
  preload: ({ http }) => answered(add('link', { rel: 'preload', as: 'image', href: `${http}preload` }), 'load'),
  video: ({ http }) => answered(add('video', { src: `${http}video` }), 'loadeddata'),
  frame: ({ http }) => void add('iframe', { src: `${http}frame` }),
  object: ({ http }) => answered(add('object', { data: `${http}object` }), 'load'),
  form: ({ http }) => {
    add('iframe', { name: 'answer' });
    const form = add('form', { action: `${http}form`, method: 'post', target: 'answer' });
    /** @type {HTMLFormElement} */ (form).submit();
  },
};

/**
 * Tries all ways that there are here.
 * @param {Elsewhere} elsewhere
 * @returns {Promise<Record<string, 'done' | 'refused'>>} by way, when each has ended; "done" says nothing of a way that has no answer
 */
export async function tryAll(elsewhere) {
  const here = { ...ways, ...('document' in self ? waysOfPage : waysOfWorker) };
  const results = Object.entries(here).map(async ([name, way]) => {
    try {
      await way(elsewhere);
      return [name, 'done'];
    } catch {
      return [name, 'refused'];
    }
  });
  return Object.fromEntries(await Promise.all(results));
}

// The nested threads themselves. What fails in them must fail outside a promise to be an error event of the thread.
if (/\/nested(Blob)?$/.test(self.name)) {
  fetch(self.name, { mode: 'no-cors' }).then(
    () => postMessage('asked'),
    (error) =>
      setTimeout(() => {
        throw error;
      }),
  );
}
