/**
 * The Content-Security-Policy: everything from this origin, nothing from any other, nothing inline.
 * `data:` and `blob:` are for pictures alone (a dropped image, an icon in a style sheet).
 */
const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
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
