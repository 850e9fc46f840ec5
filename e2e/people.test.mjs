// What people do that no plan foresees: they press twice, go back, come late, turn the clocks,
// change their minds about an account, use no mouse and no JavaScript, and count their clicks.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ada, confirm, connectZoom, launch, meetAtZoom, nextMonth, offer, open, overflow, shift, signIn, start, startDemo, toTheForm, turnZoomOn, violations, zoomMeetings,
} from './harness.mjs';
import { atZoom } from './scenes.mjs';

const zoomPage = '/360/integrations/zoom';
let browser;
let world;
before(async () => {
  [browser, world] = await Promise.all([launch(), start()]);
  const host = await open(browser, world);
  await signIn(host);
  await offer(host);
  await turnZoomOn(host);
  await connectZoom(host);
  await meetAtZoom(host);
  await host.context().close();
});
after(async () => { await browser?.close(); await world?.stop(); });

const fine = async page => {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
};
const intro = async page => {
  await page.goto('/ada/intro-call');
  await page.locator('a.slot').first().click();
  await page.getByRole('heading', { name: 'Your details' }).waitFor();
};
const of = async name => (await zoomMeetings(world)).filter(it => it.topic.includes(name)).length;

test('two presses of Confirm make one booking', async () => {
  const page = await open(browser, world);
  await intro(page);
  await page.getByLabel('Name').fill('Mary Cartwright');
  await page.getByLabel('Email', { exact: true }).fill('mary@girton.example');
  await page.getByRole('button', { name: 'Confirm booking' }).dblclick();
  await page.getByText('Link ready').waitFor();
  assert.equal(await of('Mary Cartwright'), 1);
  await fine(page);
});

test('the same form sent twice, as by an impatient proxy, leads to one booking', async () => {
  const page = await open(browser, world, { js: false });
  await intro(page);
  const form = Object.fromEntries(await page.locator('form input').evaluateAll(all => all.map(it => [it.name, it.value])));
  const said = { ...form, name: 'Emmy Noether', email: 'emmy@rings.example' };
  const path = new URL(await page.locator('form').getAttribute('action'), world.url).href;
  const send = () => page.request.post(path, { form: said, headers: { origin: world.url, 'sec-fetch-site': 'same-origin' }, maxRedirects: 0 });
  const [one, two] = await Promise.all([send(), send()]);
  assert.deepEqual([one.status(), two.status()], [303, 303]);
  assert.equal(one.headers().location, two.headers().location);
  await page.goto(one.headers().location);
  while (!await page.getByText('Link ready').isVisible()) await page.reload();
  assert.equal(await of('Emmy Noether'), 1);
  await fine(page);
});

test('back and forward keep what was typed', async () => {
  const page = await open(browser, world);
  await intro(page);
  await page.getByLabel('Name').fill('Sofia Kovalevskaya');
  await page.getByLabel('Email', { exact: true }).fill('sofia@stockholm.example');
  await page.getByRole('link', { name: 'Back to times' }).click();
  await page.locator('a.slot').first().waitFor();
  await page.goBack();
  assert.equal(await page.getByLabel('Name').inputValue(), 'Sofia Kovalevskaya');
  assert.equal(await page.getByLabel('Email', { exact: true }).inputValue(), 'sofia@stockholm.example');
  await page.goForward();
  await page.goBack();
  // The button still works: it isn't held for sent.
  await page.getByRole('button', { name: 'Confirm booking' }).click();
  await page.getByRole('heading', { name: 'You’re booked' }).waitFor();
  await fine(page);
});

test('who comes too late is offered the nearest times, keeps what was typed, and books one of them', async () => {
  const late = await open(browser, world);
  await intro(late);
  const quick = await open(browser, world);
  await quick.goto(late.url());
  await confirm(quick, { name: 'Hedy Lamarr', email: 'hedy@hopping.example' });
  await fine(quick);
  await late.getByLabel('Name').fill('George Antheil');
  await late.getByLabel('Email', { exact: true }).fill('george@ballet.example');
  await late.getByRole('button', { name: 'Confirm booking' }).click();
  const note = late.getByRole('alert').filter({ hasText: 'That time was just taken.' });
  await note.waitFor();
  assert.ok(await note.evaluate(it => it === document.activeElement), 'focus is elsewhere');
  const near = late.locator('button[name=pick]');
  assert.equal(await near.count(), 3);
  await near.first().click();
  // One press chose the time; what was typed goes along.
  const booked = late.getByRole('heading', { name: 'You’re booked' });
  const again = late.getByRole('button', { name: 'Confirm booking' });
  await booked.or(again).first().waitFor();
  if (await again.isVisible()) {
    assert.equal(await late.getByLabel('Name').inputValue(), 'George Antheil');
    await again.click();
  }
  await booked.waitFor();
  late.complaints = late.complaints.filter(it => !/status of 409/.test(it));
  await fine(late);
});

test('from the address that bin/demo prints to a booked meeting: at most six clicks and two fields', async () => {
  const demo = await startDemo();
  const page = await open(browser, demo);
  const address = /Book as a guest\s+(\S+)/.exec(demo.said)[1];
  await page.goto(address);
  let [clicks, fields] = [0, 0];
  const click = async it => { clicks += 1; await it.click(); };
  const type = async (label, words) => { fields += 1; await page.getByLabel(label, { exact: true }).pressSequentially(words); };
  await click(page.locator('a.slot').first());
  await type('Name', 'Ida Rhodes');
  await type('Email', 'ida@standards.example');
  await click(page.getByRole('button', { name: 'Confirm booking' }));
  await page.getByText('Link ready').waitFor();
  assert.ok(clicks <= 2 && fields <= 2, `${clicks} clicks, ${fields} fields`);
  await fine(page);
  await demo.stop();
});

test('from an empty server to its first booking: at most six clicks and six fields', async () => {
  const fresh = await start({ empty: true });
  try {
    const page = await open(browser, fresh);
    // The log prints a link with the code in it: opening that is the first click.
    await page.goto(`/setup?code=${encodeURIComponent(await fresh.setupCode())}`);
    let [clicks, fields] = [1, 0];
    const click = async it => { clicks += 1; await it.click(); };
    const type = async (label, words) => { fields += 1; await page.getByLabel(label, { exact: true }).pressSequentially(words); };
    await type('Your name', 'Ada Lovelace');
    await type('Email', 'ada@engines.example');
    await type('Password', 'correct horse battery');
    await click(page.getByRole('button', { name: 'Create my booking page' }));
    await click(page.getByRole('link', { name: 'Open my page' }));
    // Who comes to a page with one meeting on it still picks it.
    const only = page.locator('.offers a').first();
    if (await only.isVisible()) await click(only);
    await click(page.locator('a.slot').first());
    await type('Name', 'Grace Hopper');
    await type('Email', 'grace@navy.example');
    await type('Where should we meet?', 'Café Central');
    await click(page.getByRole('button', { name: 'Confirm booking' }));
    await page.getByRole('heading', { name: 'You’re booked' }).waitFor();
    assert.ok(clicks <= 6 && fields <= 6, `${clicks} clicks, ${fields} fields`);
    await fine(page);
  } finally {
    await fresh.stop();
  }
});

test('on the day the clocks change, each time says what it is measured by', async () => {
  const host = await open(browser, world);
  await signIn(host);
  await offer(host, 'Far ahead');
  await host.goto(`${new URL(host.url()).pathname}/limits`);
  await host.getByLabel('Date Range (days)').fill('365');
  await host.getByRole('button', { name: 'Save', exact: true }).click();
  await host.getByRole('status').filter({ hasText: /saved/i }).first().waitFor();
  await fine(host);
  const [friday, monday] = aroundTheChange('Europe/Madrid');
  const page = await open(browser, world);
  const offsets = new Set();
  for (const date of [friday, monday]) {
    await page.goto(`/ada/far-ahead?date=${date}`);
    const first = page.locator('a.slot time').first();
    const clock = (await first.innerText()).slice(0, 5);
    const instant = new Date(await first.getAttribute('datetime'));
    // The host’s nine o’clock stays nine o’clock, though the instant moves by an hour.
    assert.equal(clock, '09:00');
    offsets.add(9 - instant.getUTCHours());
    await page.locator('a.slot').first().click();
    await page.getByText(`09:00 to 09:42`).waitFor();
    assert.match(await page.locator('main').innerText(), new RegExp(`UTC\\+${9 - instant.getUTCHours()}`));
  }
  assert.equal(offsets.size, 2, 'the clocks did not change between the two days');
  await fine(page);
});

test('where the clocks change on other days than the host’s, a guest is told their own', async () => {
  const zone = 'America/New_York';
  const page = await open(browser, world, { zone });
  const there = (at, timeZone) => new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(at);
  // Madrid and New York change weeks apart: before the first, between the two, after both.
  const changes = [aroundTheChange('Europe/Madrid'), aroundTheChange(zone)].sort();
  const days = [changes[0][0], changes[0][1], changes[1][1]];
  const clocks = [];
  for (const date of days) {
    await page.goto(`/ada/far-ahead?date=${date}`);
    await page.getByText('shown in New York time').waitFor();
    const first = page.locator('a.slot time').first();
    const instant = new Date(await first.getAttribute('datetime'));
    const clock = (await first.innerText()).slice(0, 5);
    assert.equal(there(instant, 'Europe/Madrid'), '09:00');
    assert.equal(clock, there(instant, zone));
    clocks.push(clock);
    await page.locator('a.slot').first().click();
    await page.getByText(`${clock} to ${there(instant.getTime() + 42 * 60_000, zone)}`).waitFor();
    const ahead = (Number(clock.slice(0, 2)) - instant.getUTCHours() + 36) % 24 - 12;
    assert.match(await page.locator('main').innerText(), new RegExp(`New York time \\(UTC[-−]${-ahead}\\)`));
  }
  assert.deepEqual([...new Set(clocks)].sort(), ['03:00', '04:00']);
  await fine(page);
});

/** The last Friday before the clocks of a zone next change, and the Monday after it. */
function aroundTheChange(zone) {
  const day = 86_400_000;
  const offset = at => new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at).find(it => it.type === 'timeZoneName').value;
  const noon = new Date();
  noon.setUTCHours(12, 0, 0, 0);
  let at = noon.getTime() + 2 * day;
  const now = offset(at);
  while (offset(at) === now || new Date(at).getUTCDay() !== 1) at += day;
  return [at - 3 * day, at].map(it => new Date(it).toISOString().slice(0, 10));
}

for (const js of [true, false]) {
  test(`roles are swapped, an account is taken away and comes back, ${js ? 'with' : 'without'} JavaScript`, async () => {
    const own = await start();
    try {
      const page = await open(browser, own, { js });
      const allow = async user => {
        await page.getByLabel('Sign in as').selectOption(user);
        await page.getByRole('button', { name: 'Allow', exact: true }).click();
      };
      await signIn(page);
      await turnZoomOn(page);
      await page.goto(zoomPage);
      await page.getByRole('button', { name: 'Connect my Zoom' }).click();
      await allow(ada.email);
      await page.getByText('Zoom connected successfully!').waitFor();
      const account = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Ada Lovelace' }) });
      assert.match(await account.innerText(), /Personal/);

      // The same account once more, as a shared one: asked, kept, asked again, changed.
      for (const [answer, then] of [['Keep as personal', /Personal/], ['Change to shared org account', /Shared org account/]]) {
        await page.goto(zoomPage);
        await page.getByRole('button', { name: 'Add shared org account' }).click();
        await allow(ada.email);
        await page.getByRole('heading', { name: 'Change this account’s role?' }).waitFor();
        await page.getByRole('button', { name: answer }).click();
        await page.waitForURL(`**${zoomPage}**`);
        assert.match(await account.innerText(), then);
      }

      await offer(page);
      await meetAtZoom(page);
      const guest = await open(browser, own, { js });
      await toTheForm(guest);
      await confirm(guest);
      const link = async () => {
        while (!await guest.getByText('Link ready').isVisible()) await guest.reload();
        return guest.getByRole('link', { name: 'Join Zoom meeting' }).getAttribute('href');
      };
      const before = await link();

      await page.goto(zoomPage);
      await page.getByRole('link', { name: 'Disconnect' }).click();
      const sure = js ? page.getByRole('dialog') : page.locator('main');
      assert.match(await sure.innerText(), /Intro call[^]*no Zoom link[^]*keep their join links/);
      await sure.getByRole('button', { name: 'Disconnect' }).click();
      await page.getByRole('status').filter({ hasText: 'revoked' }).first().waitFor();
      assert.equal(await account.count(), 0);
      await guest.reload();
      assert.equal(await link(), before);

      await page.getByRole('button', { name: 'Connect my Zoom' }).click();
      await allow(ada.email);
      await page.getByText('Zoom connected successfully!').first().waitFor();
      assert.match(await account.innerText(), /Personal/);
      // Found again there, it is the same room: nobody needs a new link.
      await guest.reload();
      assert.equal(await link(), before);

      // The switches and the log, as far as they are pages.
      await page.goto(zoomPage);
      await page.getByLabel('Enable multi-account routing').check();
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByLabel('Default Zoom account').waitFor();
      await page.goto(`${zoomPage}/log`);
      await page.getByLabel('Action', { exact: true }).selectOption({ label: 'Create meeting' });
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      await page.getByRole('row').filter({ hasText: 'Create meeting' }).first().getByRole('link').first().click();
      assert.match(await page.locator('main').innerText(), /POST \/users\/me\/meetings/);
      for (const one of [page, guest]) await fine(one);
    } finally {
      await own.stop();
    }
  });
}

test('nothing jumps about while pages come up', async () => {
  // A browser elsewhere: the page that guessed the host’s zone is shown again in the guest’s.
  for (const [path, options] of [['/ada', {}], ['/ada/intro-call', { zone: 'Asia/Tokyo' }], ['/ada/intro-call', { width: 390, zone: 'Asia/Tokyo' }], ['/sign-in', {}], ['/help/integrations/zoom', {}]]) {
    const page = await open(browser, world, options);
    await page.goto(path, { waitUntil: 'networkidle' });
    const moved = await shift(page);
    assert.ok(moved <= 0.02, `${path}: ${moved}`);
    await fine(page);
  }
  const page = await open(browser, world);
  await intro(page);
  await atZoom(world, 'faults', { on: 'create', kind: 'hold' });
  await confirm(page, { name: 'Ruth Teitelbaum', email: 'ruth@eniac.example' });
  await page.getByText('Your Zoom link is being prepared').waitFor();
  await atZoom(world, 'release', { calls: 1 });
  await page.getByText('Link ready').waitFor();
  assert.ok(await shift(page) <= 0.02, `the link pushes things about: ${await shift(page)}`);
  await fine(page);
});

test('a host’s page is light too', async () => {
  const host = await open(browser, world);
  await signIn(host);
  const state = await host.context().storageState();
  await host.context().close();
  const page = await open(browser, world, { state });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  const loads = [];
  devtools.on('Network.loadingFinished', it => loads.push(it.encodedDataLength));
  await page.goto('/360/meetings', { waitUntil: 'networkidle' });
  const bytes = loads.reduce((sum, it) => sum + it, 0);
  assert.ok(loads.length <= 5, `${loads.length} requests`);
  assert.ok(bytes <= 60 * 1024, `${bytes} bytes`);
  await fine(page);
});

test('from right to left, arrows go the other way and no text is cut off', async () => {
  const page = await open(browser, world);
  await page.goto('/ada/intro-call');
  await nextMonth(page);
  await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
  const days = page.locator('a.day');
  await days.first().focus();
  const [first, second] = [await days.nth(0).getAttribute('aria-label'), await days.nth(1).getAttribute('aria-label')];
  const here = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
  await page.keyboard.press('ArrowLeft');
  assert.equal(await here(), second);
  await page.keyboard.press('ArrowRight');
  assert.equal(await here(), first);
  assert.deepEqual([...await violations(page), ...await overflow(page)], []);
  await fine(page);
});

test('what is added to a calendar has the link as soon as there is one, and says so before', async () => {
  const page = await open(browser, world);
  await intro(page);
  await atZoom(world, 'faults', { on: 'create', kind: 'hold' });
  await confirm(page, { name: 'Frances Spence', email: 'frances@eniac.example' });
  const early = page.getByText('Added now, it won’t have the Zoom link.');
  const added = async () => decodeURIComponent(await page.getByRole('link', { name: 'Google Calendar' }).getAttribute('href'));
  await early.waitFor();
  assert.doesNotMatch(await added(), /\/j\/\d+/);
  await atZoom(world, 'release', { calls: 1 });
  await early.waitFor({ state: 'detached' });
  await page.getByText('Link ready').waitFor();
  assert.match(await added(), /\/j\/\d+/);
  await fine(page);
});

/** That the tree a screen reader reads has these lines, in this order. */
async function reads(page, ...lines) {
  const tree = await page.locator('body').ariaSnapshot();
  let at = 0;
  for (const line of lines) {
    const found = tree.slice(at).search(line);
    assert.ok(found >= 0, `${line} isn’t read on ${page.url()}, or too early, in\n${tree}`);
    at += found + 1;
  }
}

test('a screen reader is told of days, times, errors and states in words', async () => {
  const page = await open(browser, world);
  await page.goto('/ada/intro-call');
  await nextMonth(page);
  const month = await page.locator('#mon').innerText();
  const day = '(Mon|Tues|Wednes|Thurs|Fri)day \\d+ \\w+';
  await reads(page, /heading "Intro call" \[level=1\]/, new RegExp(`heading "${month}" \\[level=2\\]`), /link "Skip to times"/,
    new RegExp(`grid "${month}"`), /columnheader "Monday"/, new RegExp(`link "${day}, \\d+ times?"`), /combobox "Time zone"/,
    new RegExp(`heading "${day}" \\[level=2\\]`), /heading "Morning" \[level=3\]/, /link "\d\d:\d\d"/, /\n- status/);
  await page.locator('a.slot').first().click();
  await page.getByRole('button', { name: 'Confirm booking' }).click();
  await page.getByText('2 things to fix').waitFor();
  await reads(page, /heading "Your details" \[level=1\]/, /alert:/, /link "Enter your name"/, /link "Enter your email/, /textbox "Name"/, /textbox "Email"/);
  const email = page.getByLabel('Email', { exact: true });
  assert.equal(await email.getAttribute('aria-invalid'), 'true');
  assert.match(await email.evaluate(it => it.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).innerText).join(' ')), /Enter your email address/);
  await confirm(page, { name: 'Kathleen Antonelli', email: 'kay@eniac.example' });
  await page.getByText('Link ready').waitFor();
  await reads(page, /heading "You’re booked" \[level=1\]/, /term: When/, /definition:\n +- time: /, /text: Link ready/, /link "Join Zoom meeting"/, /status: Your Zoom link is ready\./);
  page.complaints = page.complaints.filter(it => !it.includes('422'));
  await fine(page);

  const host = await open(browser, world);
  await signIn(host);
  await host.goto('/360/integrations');
  await reads(host, /link "Skip to content"/, /navigation "Main"/, /heading "Integrations" \[level=1\]/, /article "Zoom"/, /heading "Zoom" \[level=3\]/, /Connected/);
  await host.goto('/360/integrations/zoom');
  await reads(host, /heading "Accounts" \[level=2\]/, /text: Connected/, /heading "Rollout" \[level=2\]/, /switch "Enable Zoom for this organization" \[checked\]/);
  await host.goto('/360/integrations/zoom/log');
  await reads(host, /search "Sync log"/, /combobox "Result"/, /table "/, /columnheader "Time"/, /rowheader "/);
  await fine(host);
});

test('with reduced motion nothing turns, and the words stay', async () => {
  const page = await open(browser, world);
  await intro(page);
  await atZoom(world, 'faults', { on: 'create', kind: 'hold' });
  await confirm(page, { name: 'Kathleen Antonelli', email: 'kathleen@eniac.example' });
  const spin = page.locator('.spin');
  await spin.waitFor();
  const moving = await page.evaluate(() => document.getAnimations().filter(it => it.playState === 'running').length);
  assert.equal(moving, 0);
  await page.getByText('Your Zoom link is being prepared').waitFor();
  await atZoom(world, 'release', { calls: 1 });
  await page.getByText('Link ready').waitFor();
  await fine(page);
});
