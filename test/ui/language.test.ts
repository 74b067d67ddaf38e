import { afterEach, expect, test } from 'vitest';
import { page as browser } from 'vitest/browser';
import { panels } from '../../src/ui/bench/workbench';
import { speak } from '../../src/ui/words/language';
import { all, faults, one, openPage, settled } from './page';

afterEach(() => speak('en'));

test.each([1440, 360])(
  'the page speaks Chinese once it is chosen, and nothing is lost: %i px',
  async (width) => {
    await browser.viewport(width, 900);
    const { bench, app } = await openPage();
    bench.edit({ name: 'Kept' });
    const choice = one<HTMLSelectElement>(app, 'language-switch select');
    choice.value = 'zh';
    choice.dispatchEvent(new Event('change'));
    await expect.poll(() => document.documentElement.lang).toBe('zh-CN');
    await settled();
    expect(one<HTMLSelectElement>(app, 'language-switch select').value).toBe('zh');
    expect(bench.form.name).toBe('Kept');
    for (const panel of panels) {
      bench.show(panel);
      await settled();
      expect(all(app, 'h2')[0]?.textContent, panel).toMatch(/\p{Script=Han}/u);
      expect(await faults(), panel).toEqual([]);
      const { scrollWidth, clientWidth } = document.documentElement;
      expect(scrollWidth - clientWidth, `${panel} is wider than the page`).toBe(0);
    }
  },
  60_000,
);
