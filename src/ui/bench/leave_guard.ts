/** Has the browser ask before the tab is closed or reloaded while `unsaved` says so. */
export function guardLeaving(unsaved: () => boolean): void {
  addEventListener('beforeunload', (event) => {
    if (unsaved()) event.preventDefault();
  });
}
