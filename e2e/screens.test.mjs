// Every scene in every look: nothing for axe to find, nothing over the edge, nothing too small to
// hit. Then as others need it: mirrored, at twice the letters, in the colors the system forces.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, lost, overflow, start, startDemo, targets, violations } from './harness.mjs';
import { looks, wear } from './looks.mjs';
import { firstDays, guests, hosts, later, trouble, withoutApp } from './scenes.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const letters = size => page => page.evaluate(size => { document.documentElement.style.fontSize = size; }, size);
const [twice, once] = [letters('200%'), letters('')];

/** Turned to others' needs, by what the system or the browser would change. */
const needs = {
  'from right to left': { wear: page => page.evaluate(() => { document.documentElement.dir = 'rtl'; }), off: page => page.evaluate(() => { document.documentElement.dir = 'ltr'; }) },
  // As somebody at a desk sets it: half as much room then, as on a tablet.
  'at twice the letters': { width: 1280, wear: twice, off: once },
  'at twice the letters on a phone': { width: 390, wear: twice, off: once },
  'in forced colors': { wear: page => page.emulateMedia({ forcedColors: 'active' }), off: page => page.emulateMedia({ forcedColors: 'none' }), also: lost },
};

async function examine({ name, page }) {
  const found = [];
  for (const look of looks) {
    await wear(page, look);
    const lines = [...await violations(page), ...await overflow(page), ...await targets(page)];
    found.push(...lines.map(line => `${name}, ${look.width} ${look.scheme}: ${line}`));
  }
  for (const [need, it] of Object.entries(needs)) {
    await wear(page, { width: it.width ?? 390, scheme: 'light' });
    await it.wear(page);
    const lines = [...await overflow(page), ...(await it.also?.(page) ?? [])];
    await it.off(page);
    found.push(...lines.map(line => `${name}, ${need}: ${line}`));
  }
  // What the browser says of an answer that was asked for is none.
  const complaints = page.complaints.filter(it => !/status of 4\d\d/.test(it));
  page.complaints.length = 0;
  await wear(page, { width: 1280, scheme: 'light' });
  return [...found, ...complaints.map(it => `${name}: ${it}`)];
}

async function all(world, ...tours) {
  const found = [];
  const names = new Set();
  try {
    for (const tour of tours) {
      for await (const scene of tour(browser, world)) {
        assert.ok(!names.has(scene.name), `two scenes are called ${scene.name}`);
        names.add(scene.name);
        found.push(...await examine(scene));
      }
    }
  } finally {
    await world.stop();
  }
  assert.deepEqual(found, []);
  return names.size;
}

test('a server without a Zoom app', async () => all(await start({ app: false }), withoutApp));

test('an empty server, and its first days', async () => all(await start({ empty: true }), firstDays));

test('a server whose time passes, and one from a backup', async () => all(await start(), later));

test('the rooms of guests and hosts, and what they are like in trouble', async () => {
  assert.ok(await all(await startDemo(), guests, hosts, trouble) > 80);
});
