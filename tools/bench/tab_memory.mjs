// The memory of a browser's tabs, as Linux tells it.
import { readFileSync } from 'node:fs';

/** @typedef {import('playwright-core').Browser} Browser */

/** @typedef {{ start: number, most: number }} TabSize megabytes, in all */

/** Milliseconds between two looks at a process. */
const PERIOD = 200;

/**
 * Watches how far the memory of the tabs grows from now on.
 * @param {Browser} browser @returns {Promise<{ growth: () => number | null, largest: () => TabSize | null, end: () => void }>}
 *   growth: megabytes by which the tab that grew the most did so. largest: the tab that had the most. Null elsewhere than on Linux
 */
export async function watchMemory(browser) {
  if (process.platform !== 'linux') return { growth: () => null, largest: () => null, end: () => undefined };
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const tabs = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => ({ id, start: memoryOf(id).now, most: 0 }));
  const look = () => {
    for (const tab of tabs) tab.most = Math.max(tab.most, memoryOf(tab.id).most);
  };
  const timer = setInterval(look, PERIOD);
  return {
    growth() {
      look();
      return Math.round(Math.max(0, ...tabs.map(({ start, most }) => most - start)) / 1e6);
    },
    largest() {
      look();
      const [tab] = tabs.sort((a, b) => b.most - a.most);
      return tab ? { start: Math.round(tab.start / 1e6), most: Math.round(tab.most / 1e6) } : null;
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
