/*
 * First import of entry.ts, so that it runs before any other code of this thread.
 *
 * The thread inherits the page's policy because it was made from a blob: address. A thread that it made from the address
 * of a script would inherit nothing, and on a host that sends no headers could ask any origin: so it can make none.
 */
if (!Reflect.deleteProperty(self, 'Worker'))
  throw new Error('worker/sealed.ts: this browser keeps Worker in a worker.');
