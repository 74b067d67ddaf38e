interface Left {
  /** Something would be lost. */
  readonly unsaved: boolean;
  readonly runs: { saveSoon(): Promise<void> };
}

/**
 * Has the browser ask before the tab is closed or reloaded while something would be lost, and has a run save when the page may
 * end without another word: it is left, frozen, or on a phone put aside.
 */
export function guardLeaving(page: Left): void {
  addEventListener('beforeunload', (event) => {
    if (page.unsaved) event.preventDefault();
  });
  const leave = () => {
    if (page.unsaved) void page.runs.saveSoon();
  };
  addEventListener('pagehide', leave);
  document.addEventListener('freeze', leave);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && matchMedia('(pointer: coarse)').matches) leave();
  });
}
