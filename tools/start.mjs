// Installs, builds and serves Adaptab. Runs before anything is installed, so it imports nothing that is not Node's or ours.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { commandOf } from './commands.mjs';
import { readOrRefuse } from './flags.mjs';
import { provideFor } from './machine.mjs';
import { serve } from './serve.mjs';
import { build, root } from './setup.mjs';
import { whenStopped } from './stopped.mjs';

const { port: wanted = 4173, base = '/' } = /** @type {{ port?: number, base?: string }} */ (
  readOrRefuse(commandOf('start')).values
);

/** @param {string} url */
function openBrowser(url) {
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!hasDisplay || process.env.CI) return;
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url]]
        : ['xdg-open', [url]];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => console.log('No browser could be opened here: open the address yourself.'))
    .unref();
}

provideFor('start');
if (!build()) {
  console.error('The build failed: see the message above.');
  process.exit(1);
}
const { url, port, close } = await serve({ root: join(root, 'dist'), port: wanted, base });
if (wanted !== 0 && port !== wanted) {
  console.log(
    `Port ${wanted} is taken. Adapters belong to the address they were made at; these are those of port ${port}.`,
  );
}
console.log(`Adaptab is at ${url}  (Ctrl+C ends it)`);
openBrowser(url);
whenStopped(async () => {
  await close();
  console.log('Adaptab has stopped.');
  process.exit();
});
