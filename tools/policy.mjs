/**
 * The Content-Security-Policy: everything from this origin, nothing from any other, nothing inline.
 * `data:` and `blob:` are for pictures (a dropped image, an icon in a style sheet), `blob:` is for the trainer's worker
 * too: such a worker inherits this policy, whatever headers its host sends or does not (see src/worker/connect.ts).
 */
const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:", // 'self' for the service worker and what the trainer's worker, a blob:, imports
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** For the page's own <meta>: a static host needs no configuration. */
export const metaPolicy = directives.join('; ');

/** For a response header; a browser ignores frame-ancestors in a <meta>. */
export const headerPolicy = [...directives, "frame-ancestors 'none'"].join('; ');
