/** What nobody reads any more, as behind "| head", is written to nobody, without a word. */
export function quietWhenClosed() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') throw error;
    });
  }
}
