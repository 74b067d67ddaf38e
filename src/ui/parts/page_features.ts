/** What the page uses of a browser that not every browser has. */
export interface PageFeatures {
  /** A folder can be chosen: `<input webkitdirectory>`. */
  readonly folderInput: boolean;
  /** A dropped folder can be walked: `DataTransferItem.webkitGetAsEntry`. */
  readonly folderDrop: boolean;
  /** The page could keep hold of files and ask where to save: `showSaveFilePicker`. */
  readonly fileHandles: boolean;
  /** The screen can be kept on during a run. */
  readonly wakeLock: boolean;
  /** The browser can be asked to keep what the page stores: `navigator.storage.persist`. */
  readonly lastingStorage: boolean;
  /** The page can store itself for use without a network. */
  readonly offline: boolean;
  /** The browser offers the page for installation. */
  readonly install: boolean;
}

/** The parts of a window that are looked at; a test passes its own. */
export interface PageScope {
  readonly navigator: { readonly storage?: object; readonly wakeLock?: object; readonly serviceWorker?: object };
  readonly HTMLInputElement?: { readonly prototype: object };
  readonly DataTransferItem?: { readonly prototype: object };
}

/** What this browser has. */
export function pageFeatures(scope: PageScope = window): PageFeatures {
  return {
    folderInput: 'webkitdirectory' in (scope.HTMLInputElement?.prototype ?? {}),
    folderDrop: 'webkitGetAsEntry' in (scope.DataTransferItem?.prototype ?? {}),
    fileHandles: 'showSaveFilePicker' in scope,
    wakeLock: 'wakeLock' in scope.navigator,
    lastingStorage: 'persist' in (scope.navigator.storage ?? {}),
    offline: 'serviceWorker' in scope.navigator,
    install: 'BeforeInstallPromptEvent' in scope,
  };
}
