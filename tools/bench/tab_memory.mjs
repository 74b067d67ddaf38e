// The memory of a browser's tabs, as Linux tells it.
import { readFileSync } from 'node:fs';

/** @typedef {import('playwright-core').Browser} Browser */

/** Milliseconds between two looks at a process. */
const PERIOD = 200;

/**
 * Watches how far the memory of the tabs grows from now on.
 * @param {Browser} browser @returns {Promise<{ growth: () => number | null, end: () => void }>}
 *   growth: megabytes by which the tab that grew the most did so; null elsewhere than on Linux
 */
export async function watchMemory(browser) {
  if (process.platform !== 'linux') return { growth: () => null, end: () => undefined };
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const tabs = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => ({ id, start: memoryOf(id).now }));
  let most = 0;
  const look = () => {
    for (const { id, start } of tabs) most = Math.max(most, memoryOf(id).most - start);
  };
  const timer = setInterval(look, PERIOD);
  return {
    growth() {
      look();
      return Math.round(most / 1e6);
    },
    end: () => clearInterval(timer),
  };
}

/** Bytes of a process in memory; Linux does not see every peak, so `most` is no more than a help. @param {number} pid */
function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (/** @type {string} */ name) =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { now: bytes('VmRSS'), most: bytes('VmHWM') };
}
