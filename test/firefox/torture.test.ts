import { expect, test } from 'vitest';
import { openFirefox } from '../../tools/torture/firefox';
import { tortured } from '../e2e/tortured';

test("a run whose worker, tab's process and browser are killed ends as one that nobody disturbed, bit for bit", async () => {
  const { kills, faults } = await tortured(openFirefox, 'text', [
    { victim: 'worker', aim: 'steps', share: 0.3, spared: 0 },
    { victim: 'renderer', aim: 'checkpoint', share: 0.5, spared: 1 },
    { victim: 'browser', aim: 'checkpoint', share: 0.2, spared: 1 },
  ]);
  expect(faults).toEqual([]);
  expect(kills.map(({ kill }) => kill.victim)).toEqual(['worker', 'renderer', 'browser']);
});
