// Zoom from its rollout to its end: an admin adds a shared account, a member uses it, guests book,
// somebody removes the app at Zoom, the admin reconnects, links follow, and the log tells all of it.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { confirm, grace, launch, meetAtZoom, offer, open, signIn, start, toTheForm, turnZoomOn, zoomMeetings } from './harness.mjs';

const shared = 'zoom@engines.example';
const zoomPage = '/360/integrations/zoom';
let browser;
let world;
before(async () => { [browser, world] = await Promise.all([launch(), start()]); });
after(async () => { await browser?.close(); await world?.stop(); });

/** Looks again until it is so, as people do. */
async function until(what, holds) {
  const ends = Date.now() + 60_000;
  while (!await holds()) assert.ok(Date.now() < ends, `never: ${what}`);
}

/** Letters to this address with these words in their subject. */
async function letters(to, words) {
  const names = await readdir(world.letters).catch(() => []);
  const all = await Promise.all(names.filter(it => it.endsWith('.eml')).map(it => readFile(join(world.letters, it), 'utf8')));
  const header = (letter, name) => letter.split('\r\n').find(line => line.startsWith(`${name}: `)) ?? '';
  return all.filter(it => header(it, 'To').includes(to) && header(it, 'Subject').includes(words));
}

async function consent(page) {
  await page.getByLabel('Sign in as').selectOption(shared);
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.getByText('Zoom connected successfully!').waitFor();
}

const card = page => page.getByRole('article', { name: 'Zoom' });
const account = page => page.getByRole('listitem').filter({ hasText: shared });

async function books(name, email) {
  const guest = await open(browser, world);
  await toTheForm(guest, grace);
  await confirm(guest, { name, email });
  return guest;
}

test('from the rollout through a broken connection to its end', async () => {
  const admin = await open(browser, world);
  await signIn(admin);
  await turnZoomOn(admin);
  await admin.goto('/360/integrations');
  await admin.getByRole('button', { name: 'Add shared org account' }).click();
  await consent(admin);
  assert.match(await account(admin).innerText(), /Shared org account/);

  const member = await open(browser, world);
  await signIn(member, grace);
  await member.goto('/360/integrations');
  assert.match(await card(member).innerText(), new RegExp(`Your meetings use ${shared}`));
  await member.goto(zoomPage);
  for (const kept of ['Rollout', 'View sync log', 'Add shared org account', 'Disconnect']) {
    assert.equal(await member.getByText(kept, { exact: true }).count(), 0, `a member sees ${kept}`);
  }
  await offer(member, 'Office hours');
  await meetAtZoom(member);
  assert.match(await member.locator('main').innerText(), new RegExp(`Hosted on ${shared}`));

  const joan = await books('Joan Clarke', 'joan@clarke.example');
  await joan.getByText('Link ready').waitFor();
  const link = await joan.getByRole('link', { name: 'Join Zoom meeting' }).getAttribute('href');
  const held = await zoomMeetings(world);
  assert.deepEqual(held.map(it => [it.host, it.join_url]), [[shared, link]]);

  const console_ = await open(browser);
  await console_.goto(`${world.zoom}/sim/`);
  await console_.getByRole('row').filter({ hasText: shared }).getByRole('button', { name: 'Revoke access' }).click();
  await until('the connection is shown as broken', async () => {
    await admin.goto('/360/integrations');
    return await card(admin).locator('.badge').innerText() === 'Connection broken';
  });
  await until('the admin is mailed', async () => (await letters('ada@engines.example', 'Zoom')).length === 1);
  await admin.goto('/360/meetings');
  assert.match(await admin.locator('body').innerText(), /Zoom connection broken: zoom@engines.example hosts nothing/);
  await admin.goto(zoomPage);
  assert.match(await account(admin).innerText(), /1 upcoming booking keeps its link/);

  const alan = await books('Alan Turing', 'alan@bletchley.example');
  await until('he is mailed without a link', async () => (await letters('alan@bletchley.example', 'Office hours')).length === 1);
  await joan.reload();
  assert.equal(await joan.getByRole('link', { name: 'Join Zoom meeting' }).getAttribute('href'), link);

  await admin.goto(zoomPage);
  assert.match(await account(admin).innerText(), /1 is waiting for a link/);
  await account(admin).getByRole('button', { name: 'Reconnect' }).click();
  await consent(admin);
  await until('his page has the link', async () => {
    await alan.reload();
    return alan.getByText('Link ready').isVisible();
  });
  await admin.getByText('1 of 1 done.').waitFor();
  await until('he is mailed the link', async () => (await letters('alan@bletchley.example', '')).length === 2);

  await admin.goto(`${zoomPage}/log`);
  const log = await admin.locator('main').innerText();
  for (const words of ['Connect', 'Create meeting', 'Access removed in Zoom', 'Joan Clarke', 'Alan Turing']) {
    assert.ok(log.includes(words), `the log lacks ${words}`);
  }
  await admin.getByRole('row').filter({ hasText: 'Create meeting' }).first().getByRole('link').first().click();
  assert.match(await admin.locator('main').innerText(), /POST \/users\/me\/meetings/);
  await admin.goto('/360/integrations');
  await card(admin).getByRole('link', { name: 'Settings' }).click();
  await account(admin).getByRole('link', { name: 'Disconnect' }).click();
  const dialog = admin.getByRole('dialog');
  assert.equal(await dialog.evaluate(it => it.contains(document.activeElement) && document.activeElement.innerText), 'Keep connected');
  await dialog.getByRole('button', { name: 'Disconnect' }).click();
  await admin.getByRole('status').filter({ hasText: 'revoked' }).first().waitFor();
  await console_.goto(`${world.zoom}/sim/`);
  const row = console_.getByRole('row').filter({ hasText: shared }).first();
  assert.equal(await row.getByRole('button', { name: 'Revoke access' }).count(), 0);
  await joan.reload();
  assert.equal(await joan.getByRole('link', { name: 'Join Zoom meeting' }).getAttribute('href'), link);
  for (const page of [admin, member, joan, alan]) assert.deepEqual(page.complaints, []);
});
