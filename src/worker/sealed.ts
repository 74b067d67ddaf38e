/*
 * First import of a thread's entry, so that it runs before any other code there.
 *
 * The thread inherits the page's policy because it was made from a blob: address. A thread, or in Firefox a service
 * worker, that it made from the address of a script would inherit nothing, and on a host that sends no headers could
 * ask any origin. So it can make neither.
 */
const makers = [
  [self, 'Worker'],
  [Object.getPrototypeOf(navigator), 'serviceWorker'],
] as const;

for (const [owner, name] of makers) {
  if (!Reflect.deleteProperty(owner, name))
    throw new Error(`worker/sealed.ts: this browser does not let go of ${name}.`);
}
