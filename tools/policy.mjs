/**
 * The Content-Security-Policy: everything from this origin, nothing from any other, nothing inline. What is not named
 * is refused: frames, plugins, media, fonts, WebAssembly, code from text.
 *
 * `blob:` is for the trainer's worker alone. Such a worker inherits this policy, whatever headers the host sends or does
 * not (see src/worker/connect.ts); 'self' beside it is for the service worker and for what the worker imports.
 *
 * No policy covers two ways out of a page: leading it to another address, and WebRTC (Chromium does not know the
 * directive `webrtc`). A worker has neither, and what a person opens is read and trained on there.
 */
const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/**
 * download.html fetches models from hosts that a person names: not itself, but through a frame that has no origin of its own, sees
 * nothing that is kept here, and is given addresses alone. The page may embed that frame, and is else as sealed as the others.
 */
const downloading = [...directives, "frame-src 'self'"];

/** fetch.html, that frame: it may ask other origins, and nothing besides. */
const fetching = [
  "default-src 'none'",
  "script-src 'self'",
  'connect-src https: http://localhost:* http://127.0.0.1:*',
  "base-uri 'none'",
  "form-action 'none'",
];

/** What documents have of their own; all others have the page's. */
const OWN = new Map([
  ['download.html', { policy: downloading, inHeader: ["frame-ancestors 'none'"] }],
  ['fetch.html', { policy: fetching, inHeader: ["frame-ancestors 'self'", 'sandbox allow-scripts'] }],
]);

/** @param {string} name of a file, by its place in the site */
const policyOf = (name) => OWN.get(name) ?? { policy: directives, inHeader: ["frame-ancestors 'none'"] };

/** For a document's own <meta>: a static host needs no configuration. @param {string} name of the document */
export const metaPolicyOf = (name) => policyOf(name).policy.join('; ');

/** For a response header; a browser ignores some directives in a <meta>. @param {string} name of the file */
export const headerPolicyOf = (name) => [...policyOf(name).policy, ...policyOf(name).inHeader].join('; ');

/** That of the page. */
export const metaPolicy = metaPolicyOf('index.html');
export const headerPolicy = headerPolicyOf('index.html');
