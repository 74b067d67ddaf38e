/**
 * Has the browser ask before the tab is closed or reloaded while `unsaved` says so, and calls `save` when the page may
 * end without another word: it is left, frozen, or on a phone put aside.
 */
export function guardLeaving(unsaved: () => boolean, save: () => void): void {
  addEventListener('beforeunload', (event) => {
    if (unsaved()) event.preventDefault();
  });
  const leave = () => {
    if (unsaved()) save();
  };
  addEventListener('pagehide', leave);
  document.addEventListener('freeze', leave);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && matchMedia('(pointer: coarse)').matches) leave();
  });
}
