// Booking inside another site: a page on another origin with each way of embedding, at all widths
// and steps. The page around listens to what it is told, and the browser to every complaint.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { confirm, connectZoom, launch, meetAtZoom, nextMonth, offer, open, signIn, start, turnZoomOn } from './harness.mjs';

const widths = [320, 375, 480, 640, 768, 1024, 1200];
const slug = 'ada/intro-call';
let browser;
let world;
let site;
before(async () => {
  [browser, world] = await Promise.all([launch(), start()]);
  site = await elsewhere();
  const host = await open(browser, world);
  await signIn(host);
  await offer(host);
  await turnZoomOn(host);
  await connectZoom(host);
  await meetAtZoom(host);
  await host.context().close();
});
after(async () => { site?.close(); await browser?.close(); await world?.stop(); });

/** Another site, as strict as one can be: what stands in `?html=` between its own words. */
async function elsewhere() {
  const server = createServer((request, answer) => {
    const url = new URL(request.url, 'http://localhost');
    if (url.pathname === '/listen.js') {
      answer.setHeader('content-type', 'text/javascript');
      answer.end(`globalThis.heard = []; globalThis.told = [];
        addEventListener('message', event => { heard.push({ origin: event.origin, ...event.data }); });
        document.addEventListener('42min', event => { told.push(event.detail.type); });`);
      return;
    }
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.setHeader('content-security-policy',
      `default-src 'none'; script-src 'self' ${world.url}; frame-src ${world.url}; img-src data:; style-src 'none'`);
    // Always tall enough to scroll: a scrollbar that comes and goes would be a change of width, too.
    const html = `${url.searchParams.get('html')}${'<br>'.repeat(90)}`;
    answer.end(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <link rel="icon" href="data:,"><title>Engines</title><script src="/listen.js"></script><main><h1>Engines</h1>${html}</main></html>`);
  }).listen(0, 'localhost');
  await once(server, 'listening');
  server.url = `http://localhost:${server.address().port}`;
  return server;
}

/** A page of the other site with this in it. */
async function visit(html, options) {
  const page = await open(browser, world, options);
  page.requests = [];
  page.on('request', request => page.requests.push(request.url()));
  await page.goto(`${site.url}/?html=${encodeURIComponent(html)}`);
  return page;
}

const complaints = page => page.complaints.filter(it => !it.startsWith(`asked another host: ${site.url}/`));
const script = more => `<script src="${world.url}/embed.js" async${more ?? ''}></script>`;
const inline = () => `${script()}<div data-42min="${slug}" data-42min-title="Intro call with Ada Lovelace"><a href="${world.url}/${slug}">Book a time</a></div>`;
const heights = page => page.evaluate(() => heard.filter(it => it.type === 'height').map(it => it.data.height));
const types = page => page.evaluate(() => heard.map(it => it.type).filter(it => !['height', 'ready'].includes(it)));

/** What scrolls inside the frame, or would if it could. */
const scrolls = frame => frame.evaluate(() => {
  const root = document.documentElement;
  const found = [];
  if (root.scrollHeight > innerHeight) found.push(`the page is ${root.scrollHeight - innerHeight}px too tall`);
  if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth - innerWidth}px too wide`);
  for (const it of document.querySelectorAll('body *')) {
    const can = ['auto', 'scroll'].includes(getComputedStyle(it).overflowY);
    if (can && it.scrollHeight > it.clientHeight + 1) found.push(`scrolls: ${it.outerHTML.slice(0, 80)}`);
  }
  return found;
});

/** Nothing scrolls inside once the frame is as tall as it says, and a change of width costs one message at most. */
async function fitsAtAllWidths(page, frame, step) {
  // The frame has the width it is given, and gives the page in it the height that has.
  const fits = async () => {
    const width = await page.locator('iframe').evaluate(it => it.clientWidth);
    await frame.waitForFunction(wide => innerWidth === wide
      && innerHeight === Math.ceil(document.body.getBoundingClientRect().height), width);
  };
  await fits();
  for (const width of widths) {
    const told = (await heights(page)).length;
    await page.setViewportSize({ width, height: 900 });
    await fits();
    assert.deepEqual(await scrolls(frame), [], `${step} at ${width}`);
    const all = await heights(page);
    assert.ok(all.length - told <= 1, `${step} at ${width}: ${all.slice(told)}`);
  }
  assert.deepEqual(await frame.evaluate(() => document.querySelector('main h1, main h2') !== null), true, step);
}

test('all steps inside a page, at all widths, and what the page around is told', async () => {
  const page = await visit(inline());
  const frame = () => page.frames().find(it => it.url().startsWith(world.url));
  const inside = page.frameLocator('iframe');
  await inside.getByRole('heading', { name: 'Intro call' }).waitFor();
  assert.equal(await page.locator('iframe').getAttribute('title'), 'Intro call with Ada Lovelace');
  await fitsAtAllWidths(page, frame(), 'times');
  await nextMonth(inside);
  await inside.locator('a.day').nth(1).click();
  await fitsAtAllWidths(page, frame(), 'another day');

  await inside.locator('a.slot').first().click();
  await inside.getByRole('heading', { name: 'Your details' }).waitFor();
  await fitsAtAllWidths(page, frame(), 'form');
  await inside.getByRole('button', { name: 'Confirm booking' }).click();
  await inside.getByText('2 things to fix').waitFor();
  await fitsAtAllWidths(page, frame(), 'form with errors');
  await confirm(asPage(inside, frame));
  await inside.getByText('Link ready').waitFor();
  assert.equal(await inside.getByRole('link', { name: 'Join Zoom meeting' }).getAttribute('target'), '_blank');
  await fitsAtAllWidths(page, frame(), 'booked');
  const booked = frame().url();
  assert.ok(!booked.includes('did='), booked);

  await inside.getByRole('link', { name: 'Reschedule' }).click();
  await inside.getByText('Pick a new time').waitFor();
  await fitsAtAllWidths(page, frame(), 'new times');
  await inside.locator('a.slot').last().click();
  await inside.getByRole('heading', { name: 'Move this booking?' }).waitFor();
  await fitsAtAllWidths(page, frame(), 'move');
  await inside.getByRole('button', { name: 'Move booking' }).click();
  await inside.getByRole('heading', { name: 'Moved' }).waitFor();
  await fitsAtAllWidths(page, frame(), 'moved');
  await inside.getByRole('link', { name: 'Cancel booking' }).click();
  await inside.getByRole('heading', { name: 'Cancel this booking?' }).waitFor();
  await fitsAtAllWidths(page, frame(), 'cancel');
  await inside.getByRole('button', { name: 'Cancel booking' }).click();
  await inside.getByRole('heading', { name: 'Canceled' }).waitFor();
  await fitsAtAllWidths(page, frame(), 'canceled');

  const heard = await page.evaluate(() => globalThis.heard);
  assert.deepEqual([...new Set(heard.map(it => `${it.origin} ${it.source} ${it.v}`))], [`${world.url} 42min 1`]);
  assert.deepEqual((await types(page)).filter((it, n, all) => it !== all[n - 1]), [
    'time.selected', 'error', 'booking.created', 'link.ready', 'booking.rescheduled', 'link.ready', 'booking.canceled',
  ]);
  const names = [...new Set(heard.flatMap(it => Object.keys(it.data)))].sort();
  assert.deepEqual(names, ['endAt', 'eventType', 'height', 'startAt', 'uid']);
  const created = heard.find(it => it.type === 'booking.created').data;
  assert.match(created.uid, /^[0-9a-f-]{36}$/);
  assert.equal(Date.parse(created.endAt) - Date.parse(created.startAt), 42 * 60_000);
  const all = JSON.stringify(heard);
  for (const secret of ['Grace', 'navy', 'zoom', '/j/', new URL(booked).searchParams.get('t')]) {
    assert.ok(!all.includes(secret), `${secret} was told`);
  }
  // Within one step no height is told twice in a row: each message is a change.
  const twice = heard.filter(it => ['ready', 'height'].includes(it.type))
    .filter((it, n, those) => it.type === 'height' && it.data.height === those[n - 1]?.data.height);
  assert.deepEqual(twice, []);
  assert.deepEqual(await page.context().cookies(world.url), []);
  // The browser says on its own that a form came back with errors.
  assert.deepEqual(complaints(page).filter(it => !it.includes('status of 422')), []);
  await page.context().close();
});

/** As the helpers of other tests know a page. */
const asPage = (inside, frame) => ({
  getByLabel: (...it) => inside.getByLabel(...it), getByRole: (...it) => inside.getByRole(...it), url: () => frame().url(),
});

test('times are in the zone of the device, though a frame keeps no cookie', async () => {
  const context = await browser.newContext({ timezoneId: 'Asia/Tokyo', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${site.url}/?html=${encodeURIComponent(inline())}`);
  const inside = page.frameLocator('iframe');
  await inside.getByText('shown in Tokyo time').waitFor();
  await inside.locator('a.slot').first().click();
  await inside.getByText('Tokyo').first().waitFor();
  await context.close();
});

const focused = page => page.evaluate(() => document.activeElement.textContent);

for (const [name, html, opener] of [
  ['a link', () => `${script()}<a href="${world.url}/${slug}" data-42min-popup="Intro call">Book a time</a>`, 'link'],
  ['the button', () => script(` data-42min="${slug}" data-42min-title="Intro call" data-42min-button="Book a time"`), 'button'],
]) {
  test(`${name} opens a popup, which Esc closes, and the focus returns`, async () => {
    const page = await visit(html());
    const press = page.getByRole(opener, { name: 'Book a time' });
    await press.waitFor();
    await page.waitForLoadState('networkidle');
    assert.deepEqual(page.requests.filter(it => it.startsWith(world.url)), [`${world.url}/embed.js`]);
    assert.equal(await page.locator('iframe').count(), 0);

    await press.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Intro call' });
    await dialog.waitFor();
    assert.equal(await focused(page), 'Intro call');
    const inside = page.frameLocator('iframe');
    await inside.locator('a.slot').first().waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await focused(page), 'Book a time');

    // From inside the frame, too.
    await press.click();
    await inside.locator('a.slot').first().focus();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await focused(page), 'Book a time');

    await press.click();
    await inside.locator('a.slot').first().waitFor();
    // The times may still change to the guest's own zone.
    await page.frames().at(-1).waitForLoadState('networkidle');
    await inside.locator('a.slot').first().click();
    await confirm(asPage(inside, () => page.frames().at(-1)), { email: `${opener}@navy.example` });
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.ok((await page.evaluate(() => told)).includes('booking.created'));
    assert.deepEqual(complaints(page), []);
    await page.context().close();
  });
}

test('what the script itself says is in the language of the address, else of the page around', async () => {
  const place = path => `<div data-42min="${path}"></div>`;
  const page = await visit(`${script()}${place(`${slug}?lang=es`)}${place(slug)}<section lang="es-MX">${place(slug)}${place(`${slug}?lang=en`)}
    <a href="${world.url}/${slug}" data-42min-popup="Intro call">Abrir</a></section>`);
  await page.locator('iframe').nth(3).waitFor({ state: 'attached' });
  const titles = await page.locator('iframe').evaluateAll(all => all.map(it => it.title));
  assert.deepEqual(titles, ['Reservar una hora', 'Book a time', 'Reservar una hora', 'Book a time']);
  await page.getByRole('link', { name: 'Abrir' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Cerrar' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.deepEqual(complaints(page), []);
  await page.context().close();
});

test('a plain frame books without any script', async () => {
  const page = await visit(`<iframe src="${world.url}/${slug}?embed=1" title="Intro call" width="100%" height="760"></iframe>`, { js: false });
  const inside = page.frameLocator('iframe');
  await nextMonth(inside);
  await inside.locator('a.slot').nth(2).waitFor();
  // It scrolls, which shows that the instrument sees it.
  await page.setViewportSize({ width: 320, height: 900 });
  assert.match((await scrolls(page.frames().at(-1)))[0], /too tall/);
  await inside.locator('a.slot').nth(2).click();
  await confirm(asPage(inside, () => page.frames().at(-1)), { email: 'plain@navy.example' });
  while (!await inside.getByText('Link ready').isVisible()) {
    await Promise.all([page.waitForEvent('framenavigated'), inside.getByRole('link', { name: 'Check again' }).click()]);
  }
  assert.deepEqual(await page.context().cookies(world.url), []);
  assert.deepEqual(complaints(page), []);
  await page.context().close();
});

test('nothing else can be framed', async () => {
  const frames = [`/${slug}`, '/sign-in?embed=1', '/360/events?embed=1', '/setup?embed=1', '/help?embed=1'];
  const page = await visit(frames.map(it => `<iframe src="${world.url}${it}"></iframe>`).join(''));
  await page.waitForLoadState('networkidle');
  const shown = await Promise.all(page.frames().slice(1).map(it => it.evaluate(() => document.querySelector('main') !== null)));
  assert.deepEqual(shown, frames.map(() => false));
  assert.equal(page.complaints.filter(it => /frame-ancestors|X-Frame-Options/i.test(it)).length >= frames.length, true, page.complaints.join('\n'));
  await page.context().close();
});

test('the tab Share gives what works, and previews it', async () => {
  const host = await open(browser, world);
  await signIn(host);
  await host.goto('/360/events');
  await host.getByRole('link', { name: /^Edit/ }).first().click();
  await host.getByRole('link', { name: 'Share' }).click();
  const preview = host.frameLocator('.preview iframe');
  await preview.locator('a.slot').first().waitFor();
  const snippets = await host.locator('pre.snippet').allInnerTexts();
  assert.equal(snippets.length, 4);
  await host.getByRole('link', { name: 'Try the popup' }).click();
  await host.getByRole('dialog').frameLocator('iframe').locator('a.slot').first().waitFor();
  await host.keyboard.press('Escape');
  assert.deepEqual(host.complaints, []);
  await host.context().close();
  const page = await visit(snippets.filter(it => !it.includes('42min-button')).join('\n'));
  for (const it of await page.locator('iframe').all()) {
    await it.contentFrame().locator('a.slot').first().waitFor();
  }
  assert.equal(await page.locator('iframe').count(), 2);
  assert.deepEqual(complaints(page), []);
  await page.context().close();
});

test('an accent is tried before it is saved, and then on the page', async () => {
  const host = await open(browser, world);
  await signIn(host);
  await host.goto('/360/events');
  await host.getByRole('link', { name: /^Edit/ }).first().click();
  await host.getByRole('link', { name: 'Customization' }).click();
  const color = host.getByLabel('Color', { exact: true });
  assert.ok(!await color.isVisible());
  await host.getByLabel('Use a color of your own').check();
  await color.fill('#ffd400');
  await host.getByText('words on the color 14.6 : 1').first().waitFor();
  await host.getByRole('button', { name: 'Save', exact: true }).click();
  await host.getByRole('status').filter({ hasText: 'Saved' }).first().waitFor();
  await host.goto(`/${slug}`);
  const day = host.locator('a.day[aria-current=true]');
  assert.equal(await day.evaluate(it => getComputedStyle(it).backgroundColor), 'rgb(255, 212, 0)');
  assert.equal(await day.evaluate(it => getComputedStyle(it).color), 'rgb(0, 0, 0)');
  assert.deepEqual(host.complaints, []);
  await host.context().close();
});
