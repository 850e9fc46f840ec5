// The ways people go: a host connects Zoom, an invitee books, moves and cancels, with and without
// JavaScript, by mouse and by keyboard. Nothing waits for time to pass, only for what must come.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import {
  ada, confirm, connectZoom, hidden, launch, offer, password, open, root, signIn, start, team, toTheForm, turnZoomOn, zoomMeetings,
} from './harness.mjs';

let browser;
let world;
before(async () => { [browser, world] = await Promise.all([launch(), start()]); });
after(async () => { await browser?.close(); await world?.stop(); });

const fine = async page => {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
};

test('a host turns Zoom on, connects, and uses it in three clicks', async () => {
  const page = await open(browser, world);
  await signIn(page);
  await offer(page);
  await turnZoomOn(page);
  let clicks = 0;
  const click = async locator => { clicks += 1; await locator.click(); };
  await connectZoom(page, click);
  await page.goto('/360/integrations');
  assert.equal(await page.getByRole('article', { name: 'Zoom' }).locator('.badge').innerText(), 'Connected');
  await page.goto('/360/events');
  await click(page.getByRole('link', { name: /^Edit/ }).first());
  await page.getByLabel('Location', { exact: true }).selectOption({ label: 'Zoom' });
  await click(page.getByRole('button', { name: 'Save', exact: true }));
  await page.getByRole('status').filter({ hasText: /saved/i }).first().waitFor();
  assert.ok(clicks <= 3, `${clicks} clicks of ours`);
  await fine(page);
});

for (const js of [true, false]) {
  test(`an invitee books, moves and cancels ${js ? 'with' : 'without'} JavaScript`, async () => {
    const page = await open(browser, world, { js });
    await toTheForm(page);
    const email = js ? 'grace@navy.example' : 'joan@clarke.example';
    const hub = await confirm(page, { email });
    if (js) {
      await page.getByText('Link ready').waitFor();
    } else {
      while (!await page.getByText('Link ready').isVisible()) {
        await page.getByRole('link', { name: 'Check again' }).click();
      }
    }
    const link = await page.getByRole('link', { name: 'Join Zoom meeting' }).getAttribute('href');
    assert.match(link, /^https:\/\/[^/]+\/j\/\d+/);

    await page.getByRole('link', { name: 'Reschedule' }).click();
    await page.locator('a.slot').nth(2).click();
    await page.getByRole('button', { name: 'Move booking' }).click();
    await page.getByRole('heading', { name: 'Moved' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Join Zoom meeting' }).getAttribute('href'), link);
    assert.notEqual(page.url(), hub);

    await page.getByRole('link', { name: 'Cancel booking' }).click();
    await page.getByRole('button', { name: 'Cancel booking' }).click();
    await page.getByRole('heading', { name: 'Canceled.' }).waitFor();
    await fine(page);
  });
}

test('the places of a group fill up, and its time disappears', async () => {
  const host = await open(browser, world);
  await signIn(host);
  await team(host);
  await fine(host);
  let time;
  for (const [left, email] of [[2, 'mary@jackson.example'], [1, 'dorothy@vaughan.example']]) {
    const page = await open(browser, world);
    await page.goto('/team/engineers/demo');
    const first = page.locator('a.slot').first();
    assert.match(await first.innerText(), new RegExp(`${left} spots? left`));
    time ??= await first.getAttribute('href');
    assert.equal(await first.getAttribute('href'), time);
    await first.click();
    await confirm(page, { email });
    await page.getByText('Link ready').waitFor();
    await fine(page);
  }
  const page = await open(browser, world);
  await page.goto('/team/engineers/demo');
  assert.notEqual(await page.locator('a.slot').first().getAttribute('href'), time);
  // Who kept the page of the full time open is told, and loses nothing.
  await page.goto(time);
  await page.getByText('That time was just taken.').waitFor();
  const demos = (await zoomMeetings(world)).filter(room => room.topic === 'Demo with Ada Lovelace');
  assert.equal(demos.length, 1);
  page.complaints = page.complaints.filter(it => !it.includes('409'));
  await fine(page);
});

test('a booking is made by the keyboard alone, in at most twelve presses to the form', async () => {
  const page = await open(browser, world);
  await page.goto('/ada');
  await page.goto(await page.locator('.offers a').first().getAttribute('href'));
  let presses = 0;
  const press = async key => { presses += 1; await page.keyboard.press(key); };
  const at = selector => page.evaluate(it => document.activeElement.matches(it), selector);
  const tabTo = async selector => {
    for (let n = 0; n < 20 && !await at(selector); n += 1) await press('Tab');
    assert.ok(await at(selector), `${selector} is not reached by Tab`);
  };
  await tabTo('a.day');
  const label = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
  const first = await label();
  await press('ArrowDown');
  // A week later may be in the next month.
  await page.waitForFunction(was => document.activeElement.matches('a.day') && document.activeElement.ariaLabel !== was, first);
  const [day] = (await label()).split(',');
  await press('Enter');
  // Focus goes to the new day's heading, never back to the top.
  await page.waitForFunction(is => document.activeElement.id === 'th' && document.activeElement.innerText === is, day);
  await tabTo('a.slot');
  await press('Enter');
  await page.getByRole('heading', { name: 'Your details' }).waitFor();
  assert.ok(presses <= 12, `${presses} presses`);
  for (const [field, words] of [['#name', 'Alan Turing'], ['#email', 'alan@bletchley.example']]) {
    await tabTo(field);
    await page.keyboard.type(words);
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'You’re booked' }).waitFor();
  await fine(page);
});

test('a host goes from signing in to a meeting that is canceled by the keyboard alone, and sees where they are', async () => {
  const own = await start();
  try {
    const page = await open(browser, own);
    const press = key => page.keyboard.press(key);
    /** Tab by Tab, each seen and nothing lying over it, until one has this name. */
    const tabTo = async locator => {
      const wanted = await locator.elementHandle();
      for (let n = 0; n < 80; n += 1) {
        await press('Tab');
        assert.deepEqual(await hidden(page), [], page.url());
        if (await page.evaluate(it => document.activeElement === it, wanted)) return;
      }
      assert.fail(`Tab doesn’t lead to ${locator} on ${page.url()}`);
    };
    const enter = async (role, name, exact = true) => {
      await tabTo(page.getByRole(role, { name, exact }).first());
      await press('Enter');
    };
    const type = async (label, words) => {
      await tabTo(page.getByLabel(label, { exact: true }));
      await page.keyboard.type(words);
    };
    await page.goto('/sign-in');
    await type('Email', ada.email);
    await type('Password', password);
    await press('Enter');
    await page.waitForURL(/\/360\//);

    await enter('link', 'Integrations');
    await page.getByRole('heading', { name: 'Integrations', level: 1 }).waitFor();
    await page.goto('/360/integrations/zoom');
    await tabTo(page.getByLabel('Enable Zoom for this organization'));
    await press('Space');
    await enter('button', 'Save changes');
    await page.getByRole('status').filter({ hasText: 'saved' }).first().waitFor();
    await enter('button', 'Connect my Zoom');
    // Zoom’s own page.
    await page.getByLabel('Sign in as').selectOption(ada.email);
    await page.getByRole('button', { name: 'Allow', exact: true }).press('Enter');
    await page.getByText('Zoom connected successfully!').waitFor();

    await enter('link', 'Event Types');
    await page.waitForURL(/\/360\/events$/);
    await enter('link', 'New event type');
    await type('Name', 'Keys only');
    await press('Enter');
    await page.waitForURL(/\/360\/events\/[0-9a-f-]{36}/);
    await tabTo(page.getByLabel('Location', { exact: true }));
    await page.keyboard.type('Zoom');
    await enter('button', 'Save');
    await page.getByRole('status').filter({ hasText: /saved/i }).first().waitFor();

    const guest = await open(browser, own);
    await guest.goto('/ada/keys-only');
    await guest.locator('a.slot').first().click();
    await confirm(guest);
    await guest.getByText('Link ready').waitFor();
    await guest.context().close();

    await enter('link', 'Meetings');
    await page.waitForURL(/\/360\/meetings$/);
    await enter('link', /Keys only/, false);
    await enter('link', /Cancel/, false);
    await tabTo(page.locator('textarea'));
    await page.keyboard.type('No longer needed');
    await enter('button', 'Cancel booking');
    await page.getByText('No longer needed').first().waitFor();
    // It is removed at Zoom by a job, which may not have run yet.
    while ((await zoomMeetings(own)).length > 0) await page.reload();

    await page.goto('/360/integrations/zoom');
    await enter('link', /Disconnect/, false);
    await page.getByRole('heading', { name: /Disconnect/ }).first().waitFor();
    await enter('button', 'Disconnect');
    await page.getByRole('status').filter({ hasText: /disconnected/i }).first().waitFor();
    await fine(page);
  } finally {
    await own.stop();
  }
});

test('Zoom holds one meeting for each booking that stands', async () => {
  const meetings = async () => JSON.stringify(await zoomMeetings(world));
  let seen = await meetings();
  const ends = Date.now() + 30_000;
  const live = text => (JSON.parse(text).meetings ?? JSON.parse(text)).filter(it => !it.deleted && it.status !== 'deleted');
  // Alan's, and the one that the places of the group share.
  while (live(seen).length !== 2 && Date.now() < ends) seen = await meetings();
  assert.equal(live(seen).length, 2, seen);
});

test('every letter is well built', async () => {
  const page = await open(browser, world);
  // Cancellations are the last to go: the outbox shows them once they have left.
  await page.goto('/demo/outbox');
  while (await page.getByText(/^Canceled: /).count() < 2) await page.reload();
  const check = spawnSync(`${root}/.tools/venv/bin/python`, [`${root}/e2e/check_mails.py`, world.letters], { encoding: 'utf8' });
  assert.equal(check.status, 0, check.stdout + check.stderr);
  await fine(page);
});

test('the public pages are light', async () => {
  const page = await open(browser, world);
  await page.goto('/ada');
  const path = await page.locator('.offers a').first().getAttribute('href');
  await page.context().close();
  const fresh = await open(browser, world);
  const devtools = await fresh.context().newCDPSession(fresh);
  await devtools.send('Network.enable');
  const loads = [];
  devtools.on('Network.loadingFinished', it => loads.push(it.encodedDataLength));
  await fresh.goto(path, { waitUntil: 'networkidle' });
  const bytes = loads.reduce((sum, it) => sum + it, 0);
  assert.ok(loads.length <= 4, `${loads.length} requests`);
  assert.ok(bytes <= 30 * 1024, `${bytes} bytes`);
  const size = async selector => {
    const at = await fresh.locator(selector).first().evaluate(it => it.src || it.href);
    const answer = await fetch(at, { headers: { 'accept-encoding': 'gzip' } });
    return Number(answer.headers.get('content-length')) || (await sizeOnTheWire(at));
  };
  const [script, style] = [await size('script[src]'), await size('link[rel=stylesheet]')];
  assert.ok(script <= 8 * 1024, `script ${script}`);
  assert.ok(style <= 10 * 1024, `style ${style}`);
  await fine(fresh);
});

// What arrives, still compressed: fetch would unpack it.
async function sizeOnTheWire(url) {
  const { get } = await import('node:http');
  return new Promise((done, failed) => {
    get(url, { headers: { 'accept-encoding': 'gzip' } }, answer => {
      let bytes = 0;
      assert.equal(answer.headers['content-encoding'], 'gzip');
      answer.on('data', chunk => { bytes += chunk.length; }).on('end', () => done(bytes));
    }).on('error', failed);
  });
}
