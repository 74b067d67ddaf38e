/** Where the page lives: the worker's own file is in assets/ beside it, in a build; at the root, in development. */
const site = import.meta.env.DEV ? new URL('/', self.location.href) : new URL('../', self.location.href);

/** A folder that ships with the page. */
export const siteFolder = (path: string) => new URL(`${path}/`, site);

/** A file that ships with the page. */
export const siteFile = (path: string) => new URL(path, site);
