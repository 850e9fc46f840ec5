// Takes the pictures of bin/screens: every scene in every look, and the index that shows them.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, root, start, startDemo } from './harness.mjs';
import { looks, wear, WIDTHS } from './looks.mjs';
import { firstDays, guests, hosts, later, trouble, withoutApp } from './scenes.mjs';

const folder = join(root, 'docs/screens');
/** What the README shows. */
const shown = { booker: 'booking', confirmed: 'confirmation', zoom: 'zoom', log: 'sync-log' };

/** Pages are seen whole unless they are very long; what sticks to the edge of the window does so there. */
async function dress(page, look) {
  await wear(page, look);
  const tall = await page.evaluate(() => document.documentElement.scrollHeight);
  const height = Math.min(Math.max(tall, look.width < 600 ? 700 : 640), 1600);
  await page.setViewportSize({ width: look.width, height });
  await page.evaluate(() => new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
}

/** WebP, a third of what JPEG takes. */
async function shoot(page, look, path) {
  await dress(page, look);
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 20 });
  await devtools.detach();
  await writeFile(path, data, 'base64');
}

const tours = [
  ['For guests', 'demo', guests],
  ['For hosts', 'demo', hosts],
  ['When Zoom turns away', 'demo', trouble],
  ['Later, and after a restore', 'late', later],
  ['The first days of a server', 'empty', firstDays],
  ['A server without a Zoom app', 'bare', withoutApp],
];
const [browser, demo, late, empty, bare] = await Promise.all([launch(), startDemo('127.0.0.1:4242'), start(), start({ empty: true }), start({ app: false })]);
const worlds = { demo, late, empty, bare };
const index = ['# Every screen', '', 'Taken by `bin/screens` from the running program, at 1280, 390 and 320 pixels, in light and in dark.', ''];
try {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [title, world, tour] of tours) {
    index.push(`## ${title}`, '', `| | ${looks.map(it => `${it.width} ${it.scheme}`).join(' | ')} |`, `|---|${'---|'.repeat(looks.length)}`);
    for await (const { name, page } of tour(browser, worlds[world])) {
      const cells = [];
      for (const look of looks) {
        const file = `${name}-${look.width}-${look.scheme}.webp`;
        await shoot(page, look, join(folder, file));
        cells.push(`[![${name}](${file})](${file})`);
      }
      if (shown[name]) {
        await dress(page, { width: WIDTHS[0], scheme: 'light' });
        const clip = { x: 0, y: 0, width: WIDTHS[0], height: 760 };
        await page.screenshot({ path: join(root, 'docs/pictures', `${shown[name]}.png`), clip });
      }
      await wear(page, { width: WIDTHS[0], scheme: 'light' });
      index.push(`| ${name} | ${cells.join(' | ')} |`);
    }
    index.push('');
  }
  await writeFile(join(folder, 'README.md'), `${index.join('\n').trimEnd()}\n`);
} finally {
  await browser.close();
  await Promise.all(Object.values(worlds).map(it => it.stop()));
}
