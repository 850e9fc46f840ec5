// Every main screen, wide and narrow, light and dark: nothing for axe to find, nothing over the edge.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { furnish, launch, open, overflow, start, violations } from './harness.mjs';

let browser;
let world;
let screens;
before(async () => {
  [browser, world] = await Promise.all([launch(), start()]);
  screens = await furnish(browser, world);
});
after(async () => { await browser?.close(); await world?.stop(); });

const looks = [{ width: 1280 }, { width: 1280, dark: true }, { width: 390 }, { width: 390, dark: true }, { width: 320 }];

for (const look of looks) {
  const words = `${look.width} pixels, ${look.dark ? 'dark' : 'light'}`;
  for (const side of ['public', 'signedIn']) {
    test(`${side === 'public' ? 'public pages' : 'the host’s pages'} at ${words}`, async () => {
      const page = await open(browser, world, { ...look, state: side === 'signedIn' ? screens.state : undefined });
      const found = [];
      for (const [name, path] of Object.entries(screens[side])) {
        const answer = await page.goto(path);
        if (answer.status() !== 200) found.push(`${name}: ${path} answered ${answer.status()}`);
        // 320 pixels are 1280 at 400 %: what matters there is that nothing is cut off.
        const seen = look.width === 320 ? [] : await violations(page);
        found.push(...[...seen, ...await overflow(page)].map(line => `${name}: ${line}`));
      }
      assert.deepEqual([...found, ...page.complaints], []);
      await page.context().close();
    });
  }
}

test('the page that sets a server up', async () => {
  const fresh = await start({ empty: true });
  try {
    for (const look of looks) {
      const page = await open(browser, fresh, look);
      await page.goto('/setup');
      assert.deepEqual([...await violations(page), ...await overflow(page), ...page.complaints], []);
      await page.context().close();
    }
  } finally {
    await fresh.stop();
  }
});
