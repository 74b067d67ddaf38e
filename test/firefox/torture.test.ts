import { expect, test } from 'vitest';
import { openFirefox } from '../../tools/torture/firefox';
import { tortured } from '../e2e/tortured';

test("a run whose tab's process and whose browser are killed ends as one that nobody disturbed, bit for bit", async () => {
  const { kills, faults } = await tortured(openFirefox, 'text', [
    { victim: 'renderer', aim: 'checkpoint', share: 0.5, spared: 1 },
    { victim: 'browser', aim: 'checkpoint', share: 0.2, spared: 1 },
  ]);
  expect(faults).toEqual([]);
  expect(kills.map(({ kill }) => kill.victim)).toEqual(['renderer', 'browser']);
});
