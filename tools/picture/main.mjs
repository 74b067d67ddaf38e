// npm run picture: the README's picture of the page, after the sample has been fine-tuned on the production build.
import { join } from 'node:path';
import { open } from '../browser.mjs';
import { serve } from '../serve.mjs';
import { ensureBuilt, install, root } from '../setup.mjs';

if (!install() || !ensureBuilt()) throw new Error('The app could not be built: see the message above.');
const served = await serve({ root: join(root, 'dist') });
const { page, close } = await open(served.url, { context: { viewport: { width: 1440, height: 960 } } });
try {
  await page.getByRole('button', { name: 'Fine-tune the sample now' }).click();
  await page
    .locator('run-panel')
    .getByText(/Held-out loss .* → /)
    .waitFor({ timeout: 600_000 });
  await page.screenshot({ path: join(root, 'tools/picture/page.png') });
} finally {
  await close();
  await served.close();
}
