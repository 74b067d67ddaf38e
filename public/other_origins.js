/*
 * Part of the service worker, loaded by it before its own listener: a request to another origin is answered with a
 * network error. The policy has then refused it already, in the page and in its worker; this is a second lock.
 * The service worker itself is bound by no policy on a host that sends none. It is the bundler's cache and these lines,
 * asks for files of this site alone, and never sees what a person opens: that is never part of a request.
 */
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).origin !== location.origin) event.respondWith(Response.error());
});
