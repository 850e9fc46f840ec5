// Takes the pictures of bin/screens.

import { join } from 'node:path';
import { furnish, launch, open, root, start } from './harness.mjs';

const looks = { '1280-light': {}, '390-light': { width: 390 }, '390-dark': { width: 390, dark: true } };
const [browser, world, fresh] = await Promise.all([launch(), start(), start({ empty: true })]);
try {
  const screens = await furnish(browser, world);
  for (const [look, options] of Object.entries(looks)) {
    const shoot = async (paths, at, state) => {
      const page = await open(browser, at, { ...options, state });
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(path);
        await page.screenshot({ path: join(root, 'e2e/shots', `${name}-${look}.png`), fullPage: true });
      }
      await page.context().close();
    };
    await shoot(screens.public, world);
    await shoot(screens.signedIn, world, screens.state);
    await shoot({ setup: '/setup' }, fresh);
  }
} finally {
  await browser.close();
  await Promise.all([world.stop(), fresh.stop()]);
}
