const storageKey = 'adaptab.example';

/** Whether somebody has left the example of a filter in this browser: it then does not open by itself again. */
export function exampleSeen(): boolean {
  try {
    return localStorage.getItem(storageKey) !== null;
  } catch {
    return false; // storage is refused in some private windows: each page is then a first visit
  }
}

export function rememberExampleSeen(): void {
  try {
    localStorage.setItem(storageKey, 'seen');
  } catch {
    // See exampleSeen().
  }
}
