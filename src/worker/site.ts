/*
 * The worker runs from a blob: address (see connect.ts), so its own location leads nowhere: the site is found from this
 * script's address. In a variable, because the bundler takes `new URL('…', import.meta.url)` for a file to ship.
 */
const script = import.meta.url;

/** Where the page lives: the worker's script is in assets/ beside it, in a build; below the root, in development. */
const site = import.meta.env.DEV ? new URL('/', script) : new URL('../', script);

/** A folder that ships with the page. */
export const siteFolder = (path: string) => new URL(`${path}/`, site);

/** A file that ships with the page. */
export const siteFile = (path: string) => new URL(path, site);
