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

/** For the page's own <meta>: a static host needs no configuration. */
export const metaPolicy = directives.join('; ');

/** For a response header; a browser ignores frame-ancestors in a <meta>. */
export const headerPolicy = [...directives, "frame-ancestors 'none'"].join('; ');
