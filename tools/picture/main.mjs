// npm run picture: the README's pictures, of the production build: the page after a run, and a filter that freezes nothing.
import { join } from 'node:path';
import { commandOf } from '../commands.mjs';
import { readOrRefuse } from '../flags.mjs';
import { provideFor } from '../machine.mjs';
import { serve } from '../serve.mjs';
import { ensureBuilt, root } from '../setup.mjs';

readOrRefuse(commandOf('picture'));
provideFor('picture');
if (!ensureBuilt()) {
  console.error('The app could not be built: see the message above.');
  process.exit(1);
}
const { open } = await import('../browser.mjs');
const served = await serve({ root: join(root, 'dist') });
const { page, close } = await open(served.url, { context: { viewport: { width: 1440, height: 1200 } } });
const picture = (/** @type {string} */ name) => page.screenshot({ path: join(root, `tools/picture/${name}.png`) });
try {
  await page.locator('task-switch').getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('button', { name: 'Fine-tune the sample now' }).click();
  await page
    .locator('run-panel')
    .getByText(/Held-out loss .* → /)
    .waitFor({ timeout: 900_000 });
  await picture('page');
  await page.getByRole('navigation').getByRole('button', { name: 'Freeze' }).click();
  await page.setViewportSize({ width: 1280, height: 800 }); // all of the picture is on one screen
  await page.locator('freeze-findings').getByRole('button', { name: 'Repair' }).waitFor();
  await page.locator('freeze-figure .arrow').waitFor();
  await picture('freeze');
} finally {
  await close();
  await served.close();
}
