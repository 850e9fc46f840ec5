// The instruments themselves: each must see the fault that is planted here.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, overflow, violations } from './harness.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const good = '<!doctype html><html lang="en"><title>Fine</title><main><h1>Fine</h1><p>Words.</p></main></html>';
const show = async body => {
  const page = await open(browser, null, { width: 320 });
  await page.goto(`data:text/html,${encodeURIComponent(body)}`);
  return page;
};

test('a good page passes all instruments', async () => {
  const page = await show(good);
  assert.deepEqual([await violations(page), await overflow(page), page.complaints], [[], [], []]);
});

test('axe sees an image without words and pale text', async () => {
  const page = await show(good.replace('<p>', '<img src="data:,"><p style="color:#ccc;background:#fff">'));
  const found = (await violations(page)).map(line => line.split(' ')[0]);
  assert.deepEqual(found.sort(), ['color-contrast', 'image-alt']);
});

test('a page that is too wide is seen', async () => {
  const page = await show(good.replace('<p>', '<p style="width:900px">'));
  assert.match((await overflow(page))[0], /too wide/);
});

test('a part that is cut off is seen', async () => {
  const page = await show(good.replace('<p>', '<p class="card" style="overflow:hidden;white-space:nowrap;width:9ch">Much too long for this: '));
  assert.match((await overflow(page))[0], /clipped/);
});

test('errors, broken policies and other hosts are seen', async () => {
  const policy = '<meta http-equiv="Content-Security-Policy" content="style-src \'self\'">';
  const page = await show(good.replace('<p>', `${policy}<p style="color:red"><script>console.error("planted")</script><img alt="" src="http://127.0.0.1:9/x.png">`));
  await page.waitForLoadState('load');
  for (const fault of [/planted/, /Content Security Policy/, /asked another host/]) {
    assert.ok(page.complaints.some(line => fault.test(line)), `${fault} is not in ${page.complaints.join('\n')}`);
  }
});
