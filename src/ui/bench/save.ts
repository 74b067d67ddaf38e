/** Hands a file to the browser's downloads. */
export function save(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download reads the URL after click() has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
