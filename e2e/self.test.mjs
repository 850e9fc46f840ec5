// The instruments themselves: each must see the fault that is planted here.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hidden, launch, lost, open, overflow, shift, targets, violations } from './harness.mjs';

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
  assert.deepEqual([await violations(page), await overflow(page), await targets(page), await lost(page), page.complaints], [[], [], [], [], []]);
  assert.equal(await shift(page), 0);
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

test('a target that is hard to hit is seen, and so is a main one that is only small', async () => {
  const page = await show(good.replace('<p>', '<button style="width:20px;height:20px;padding:0" aria-label="x"></button><div class="public"><main><a class="btn" href="#" style="display:block;height:30px">Book</a></main></div><p>'));
  const found = await targets(page);
  assert.match(found[0], /^20 of 24 pixels/);
  assert.match(found[1], /^30 of 44 pixels/);
  assert.equal(found.length, 2);
});

test('a part that only its background tells apart is seen', async () => {
  const page = await show(good.replace('<p>', '<p><span class="badge" style="background:#ff0">New</span>'));
  assert.match((await lost(page))[0], /has no edge/);
});

test('a focus that shows nowhere is seen, and one that something lies over', async () => {
  const plain = await show(good.replace('<p>', '<p><a href="#">Next</a>'));
  await plain.keyboard.press('Tab');
  assert.deepEqual(await hidden(plain), []);
  const bare = await show(good.replace('<p>', '<p><a href="#" style="outline:none">Next</a>'));
  await bare.keyboard.press('Tab');
  assert.match((await hidden(bare))[0], /^no outline/);
  const covered = await show(good.replace('<p>', '<div style="position:fixed;inset:0;background:#fff"></div><p><a href="#">Next</a>'));
  await covered.keyboard.press('Tab');
  assert.match((await hidden(covered))[0], /^covered by <div/);
});

test('a page that jumps about is seen', async () => {
  const page = await show(good);
  await page.evaluate(() => new Promise(done => {
    const late = document.createElement('div');
    late.style.height = '300px';
    requestAnimationFrame(() => { document.body.prepend(late); requestAnimationFrame(done); });
  }));
  assert.ok(await shift(page) > 0.02);
});

test('errors, broken policies and other hosts are seen', async () => {
  const policy = '<meta http-equiv="Content-Security-Policy" content="style-src \'self\'">';
  const page = await show(good.replace('<p>', `${policy}<p style="color:red"><script>console.error("planted")</script><img alt="" src="http://127.0.0.1:9/x.png">`));
  await page.waitForLoadState('load');
  for (const fault of [/planted/, /Content Security Policy/, /asked another host/]) {
    assert.ok(page.complaints.some(line => fault.test(line)), `${fault} is not in ${page.complaints.join('\n')}`);
  }
});
