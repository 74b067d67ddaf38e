// How long a key in the freeze editor keeps the page's own thread busy: node tools/bench/typing.mjs
import { join } from 'node:path';
import { provideFor } from '../machine.mjs';
import { serve } from '../serve.mjs';
import { ensureBuilt, isMain, root } from '../setup.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Typed into an empty field, key by key: most of what stands there in between is no filter yet. */
const WHOLE = 'Any(PathRegex(".*img.*"), All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*"))))';

/** Typed in the middle of a filter: after each key it is one, and freezes other leaves. */
const [BEFORE, PATTERN, AFTER] = ['All(PathRegex("', '.*(img|llm.*(mlp|attn)).*', '"), Not(PathRegex(".*lora.*")))'];

/**
 * Types a filter on the picture and the tree of π0 at full size with both adapters, 70 leaves, all of it open. Of each key two numbers, in
 * milliseconds of processor time of the page's main thread, as Chromium counts its tasks, scripts, style, layout and paint
 * alike: until the next frame is drawn, and until the answer of the worker to that very text is drawn too.
 * @param {string} [dist] the built site
 */
export async function benchTyping(dist = join(root, 'dist')) {
  const { open } = await import('../browser.mjs');
  const served = await serve({ root: dist });
  const { page, context, close } = await open(`${served.url}#freeze?task=actions&model=all_lora`, {
    context: { viewport: { width: 1440, height: 900 } },
  });
  try {
    const leaves = await openTree(page);
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busy = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
    };
    return {
      leaves,
      of_it_measuring_ms: await measuring(page, busy),
      whole_filter: await type(page, busy, '', WHOLE, ''),
      inside_a_filter: await type(page, busy, BEFORE, PATTERN, AFTER),
    };
  } finally {
    await close();
    await served.close();
  }
}

/** What a frame without any key takes: so much of each number below is the measurement's own. @param {Page} page @param {() => Promise<number>} busy */
async function measuring(page, busy) {
  const times = [];
  for (let frame = 0; frame < 20; frame++) {
    const start = await busy();
    await untilDrawn(page);
    times.push((await busy()) - start);
  }
  return spread(times);
}

/**
 * Types `keys` between `before` and `after`.
 * @param {Page} page @param {() => Promise<number>} busy milliseconds so far
 * @param {string} before @param {string} keys @param {string} after
 */
async function type(page, busy, before, keys, after) {
  const field = page.getByLabel('Freeze filter');
  await field.fill(before + after);
  await field.evaluate(
    (area, at) => /** @type {HTMLTextAreaElement} */ (area).setSelectionRange(at, at),
    before.length,
  );
  await untilAnswered(page);
  const [toFrame, toAnswer] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  for (const key of keys) {
    const start = await busy();
    await page.keyboard.press(key);
    await untilDrawn(page);
    toFrame.push((await busy()) - start);
    await untilAnswered(page);
    toAnswer.push((await busy()) - start);
  }
  if ((await field.inputValue()) !== before + keys + after) throw new Error('a key was lost');
  return { keys: keys.length, key_to_frame_ms: spread(toFrame), key_to_answer_ms: spread(toAnswer) };
}

/** Shows the full-size tree, below the picture, with every branch open; answers with its leaves. @param {Page} page */
async function openTree(page) {
  await page.locator('freeze-details').getByRole('button', { name: 'Tree' }).click();
  await page.getByRole('treeitem', { name: /257,152/ }).waitFor();
  await page.getByRole('button', { name: 'Open all' }).click();
  return page.getByRole('treeitem').evaluateAll((rows) => rows.filter((row) => !row.ariaExpanded).length);
}

/** Until the frame after this moment is on the screen. @param {Page} page */
const untilDrawn = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel(); // its message comes when the frame is drawn
          port1.onmessage = () => resolve(null);
          port2.postMessage(null);
        });
      }),
  );

/** Until the worker's answer to what stands in the field is drawn. @param {Page} page */
async function untilAnswered(page) {
  await page.waitForFunction(() => {
    const app = /** @type {import('../../src/ui/app/adaptab-app').AdaptabApp} */ (
      document.querySelector('adaptab-app')
    );
    return app.bench.studio.report?.text === (app.bench.studio.example ?? app.bench.form.freeze);
  });
  await untilDrawn(page);
}

/** @param {readonly number[]} values */
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const round = (/** @type {number | undefined} */ value) => Number((value ?? Number.NaN).toFixed(1));
  return { median: round(sorted[sorted.length >> 1]), max: round(sorted.at(-1)) };
}

if (isMain(import.meta.filename)) {
  provideFor('typing');
  const [dist] = process.argv.slice(2);
  if (!dist && !ensureBuilt()) throw new Error('The app could not be built: see the message above.');
  console.log(JSON.stringify(await benchTyping(dist), null, 2));
}
