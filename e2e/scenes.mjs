// Every screen in every state that people come to, in the order in which they do: what the tests
// examine and bin/screens takes pictures of. Each scene is its name and a page that shows it; the
// page is looked at, never worked with, before the next scene.

import { confirm, connectZoom, demoAda, meetAtZoom, offer, open, password, signIn, turnZoomOn } from './harness.mjs';

const zoomPage = '/360/integrations/zoom';

/** Tells the simulated Zoom to do something by hand. */
export const atZoom = (world, act, said = {}) => fetch(`${world.zoom}/sim/${act}`, {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(said),
});

const scenes = page => ({
  /** Goes there and shows it. */
  async at(name, path, { status = 200 } = {}) {
    const answer = await page.goto(path);
    if (answer.status() !== status) throw new Error(`${name}: ${path} answered ${answer.status()}`);
    return { name, page };
  },
  /** Shows what the page has come to. */
  now: name => ({ name, page }),
});

const main = page => page.locator('main');
const button = (page, name) => page.getByRole('button', { name, exact: true });
/** The form of the first time that Ada offers for an intro call. */
const fills = async page => {
  await page.goto('/ada/intro-call');
  await page.locator('a.slot').first().click();
  await page.getByRole('heading', { name: 'Your details' }).waitFor();
};
/** A time of the first day that has one: of today there may be none left. */
const anyTime = async page => {
  await page.locator('a.day').first().click();
  await page.locator('a.day[aria-current]').first().waitFor();
  await page.locator('a.slot').first().click();
};
const seen = (page, words) => main(page).getByText(words).first().waitFor();
/** Sends the page's form although the browser would rather have it filled in. */
const send = async (page, name) => {
  await page.evaluate(() => { for (const form of document.forms) form.noValidate = true; });
  await button(page, name).click();
};

/** A server without a Zoom app of its own. */
export async function* withoutApp(browser, world) {
  const admin = await open(browser, world);
  const { at } = scenes(admin);
  await signIn(admin);
  yield at('integrations-no-app', '/360/integrations');
  yield at('zoom-no-app', zoomPage);
  yield at('zoom-set-up-no-app', `${zoomPage}/setup`);
  await admin.context().close();
}

/** From an empty server to its second person. */
export async function* firstDays(browser, world) {
  const admin = await open(browser, world);
  const { at, now } = scenes(admin);
  yield at('set-up', '/setup');
  await admin.getByLabel('Setup code').fill('not the code');
  await admin.getByLabel('Your name').fill('Ada Lovelace');
  await admin.getByLabel('Email').fill('ada@engines.example');
  await send(admin, 'Create my booking page');
  await admin.getByRole('alert').waitFor();
  yield now('set-up-errors');
  await admin.getByLabel('Setup code').fill(await world.setupCode());
  await admin.getByLabel('Password', { exact: true }).fill(password);
  await button(admin, 'Create my booking page').click();
  await seen(admin, 'You’re live');
  yield now('welcome');
  yield at('meetings-empty', '/360/meetings');
  yield at('integrations-off', '/360/integrations');
  yield at('zoom-off', zoomPage);
  yield at('log-empty', `${zoomPage}/log`);
  await turnZoomOn(admin);
  yield now('zoom-empty');
  yield at('integrations-not-connected', '/360/integrations');
  yield at('zoom-connect', `${zoomPage}/connect`);
  yield at('teams-empty', '/360/teams');
  yield at('outbox-empty', '/demo/outbox');
  await meetAtZoom(admin);
  yield now('editor-zoom-unconnected');
  await admin.goto('/360/events');
  await admin.getByRole('switch').first().click();
  await admin.getByRole('switch', { checked: false }).waitFor();
  yield now('event-types-off');
  const offered = await admin.getByRole('link', { name: /^View page/ }).getAttribute('href');
  await admin.goto(await admin.getByRole('link', { name: /^Edit/ }).getAttribute('href'));
  await admin.getByRole('link', { name: 'Delete event type…' }).click();
  yield now('event-type-delete');

  const guest = await open(browser, world);
  yield scenes(guest).at('booker-off', offered, { status: 404 });
  yield scenes(guest).at('profile-empty', '/ada-lovelace');
  await guest.context().close();

  await admin.goto('/360/users');
  await send(admin, 'Send the invitation');
  await admin.getByRole('alert').waitFor();
  yield now('users-errors');
  await admin.getByLabel('Name', { exact: true }).fill('Grace Hopper');
  await admin.getByLabel('Email').fill('grace@engines.example');
  await button(admin, 'Send the invitation').click();
  await admin.getByRole('button', { name: /^Send the invitation again/ }).waitFor();
  yield now('users-invited');
  const member = await open(browser, world);
  await member.goto('/demo/outbox');
  while (!await member.getByRole('link', { name: /invit|join/i }).first().isVisible()) await member.reload();
  await member.getByRole('link', { name: /invit|join/i }).first().click();
  const letter = await (await member.request.get(await member.locator('iframe').getAttribute('src'))).text();
  const invitation = /http[^"]+\/invitation\/[^"]+/.exec(letter)[0];
  yield scenes(member).at('invitation', invitation);
  await member.getByLabel('Password', { exact: true }).fill(password);
  await button(member, 'Accept the invitation').click();
  await member.waitForURL('**/360/**');
  yield scenes(member).at('integrations-member', '/360/integrations');
  yield scenes(member).at('zoom-member', zoomPage);
  yield scenes(member).at('not-allowed', '/360/users', { status: 403 });
  await member.context().close();
  await admin.context().close();
}

/** What a guest sees, and the few pages that ask nobody to sign in. */
export async function* guests(browser, world) {
  const guest = await open(browser, world);
  const { at, now } = scenes(guest);
  yield at('profile', '/ada');
  yield at('team', '/team/engineers');
  yield at('not-found', '/nobody', { status: 404 });
  yield at('booker', '/ada/intro-call');
  yield at('booker-group', '/ada/product-demo');
  yield at('booker-month-beyond', '/ada/intro-call?month=2031-05');
  await fills(guest);
  const form = guest.url();
  yield now('form');
  await button(guest, 'Confirm booking').click();
  await guest.getByRole('alert').waitFor();
  yield now('form-errors');

  await atZoom(world, 'faults', { on: 'create', kind: 'hold' });
  await guest.getByLabel('Name').fill('Katherine Johnson');
  await guest.getByLabel('Email', { exact: true }).fill('katherine@orbits.example');
  await button(guest, 'Confirm booking').click();
  await seen(guest, 'Your Zoom link is being prepared');
  yield now('confirmed-pending');
  await atZoom(world, 'release', { calls: 1 });
  await seen(guest, 'Link ready');
  yield now('confirmed');
  const hub = guest.url();

  const late = await open(browser, world);
  await late.goto('/ada/intro-call');
  await late.goto(form);
  yield scenes(late).now('form-gone');
  await late.context().close();

  await guest.getByRole('link', { name: 'Reschedule' }).click();
  yield now('reschedule');
  await anyTime(guest);
  await seen(guest, 'Move this booking?');
  yield now('move');
  await button(guest, 'Move booking').click();
  await guest.getByRole('heading', { name: 'Moved' }).waitFor();
  yield now('moved');
  const moved = guest.url();
  yield at('moved-old-link', hub);
  await guest.goto(moved);
  await guest.getByRole('link', { name: 'Cancel booking' }).click();
  yield now('cancel');
  await guest.getByLabel(/Reason/).fill('The launch window moved to another day.');
  await button(guest, 'Cancel booking').click();
  await seen(guest, 'Canceled.');
  yield now('canceled');

  for (const [name, path] of [['confirmed-in-person', '/ada/office-visit'], ['confirmed-address', '/ada/team-room']]) {
    await guest.goto(path);
    await guest.locator('a.slot').first().click();
    await guest.getByLabel('Name').fill('Annie Easley');
    await guest.getByLabel('Email', { exact: true }).fill('annie@rockets.example');
    await button(guest, 'Confirm booking').click();
    await seen(guest, 'You’re booked');
    yield now(name);
  }
  const spanish = await open(browser, world);
  yield scenes(spanish).at('booker-spanish', '/ada/intro-call?lang=es');
  await spanish.locator('a.slot').first().click();
  await spanish.locator('input[name=email]').waitFor();
  yield scenes(spanish).now('form-spanish');
  await spanish.context().close();
  yield at('booker-embedded', '/ada/intro-call?embed=1');
  yield at('sign-in', '/sign-in');
  await guest.getByLabel('Email').fill('ada@engines.example');
  await guest.getByLabel('Password', { exact: true }).fill('something else');
  await button(guest, 'Sign in').click();
  await guest.getByRole('alert').waitFor();
  yield now('sign-in-wrong');
  yield at('sign-in-first', '/360/meetings');
  yield at('forgot', '/forgot');
  await guest.getByLabel('Email').fill('ada@engines.example');
  await button(guest, 'Send the link').click();
  await guest.getByRole('status').filter({ hasText: 'on its way' }).waitFor();
  yield now('forgot-sent');
  yield at('dead-link', '/reset/no-such-link', { status: 410 });
  yield at('help', '/help');
  yield at('help-first', await guest.locator('main a').first().getAttribute('href'));
  yield at('help-zoom', '/help/integrations/zoom');
  yield at('outbox', '/demo/outbox');
  await guest.locator('.mails a').first().click();
  await guest.locator('iframe').waitFor();
  yield now('letter');
  await guest.context().close();
}

/** The rooms of a host who is an admin too, all in order. */
export async function* hosts(browser, world) {
  const admin = await open(browser, world);
  const { at, now } = scenes(admin);
  const first = selector => main(admin).locator(selector).first().getAttribute('href');
  await signIn(admin, demoAda);
  yield at('meetings', '/360/meetings?host=all');
  yield at('meetings-past', '/360/meetings?tab=past');
  yield at('meetings-canceled', '/360/meetings?tab=canceled');
  const canceled = await first('h3 a');
  yield at('meetings-no-match', '/360/meetings?q=nobody+of+this+name');
  await admin.goto('/360/meetings');
  const details = await admin.getByRole('link', { name: /Intro call/ }).first().getAttribute('href');
  yield at('details', details);
  yield at('details-canceled', canceled);
  yield at('details-start', `${details}/start`);
  yield at('details-place', `${details}/place`);
  yield at('details-pick', `${details}/reschedule`);
  await anyTime(admin);
  yield now('details-move');
  yield at('details-cancel', `${details}/cancel`);

  yield at('integrations', '/360/integrations');
  yield at('zoom', zoomPage);
  await admin.getByRole('link', { name: 'Disconnect' }).first().click();
  await admin.getByRole('dialog').waitFor();
  yield now('zoom-disconnect-dialog');
  const disconnect = await first('a[href$="/disconnect"]');
  yield at('zoom-disconnect', disconnect);
  await admin.goto(zoomPage);
  await admin.getByLabel('Enable Zoom for this organization').uncheck();
  await button(admin, 'Save changes').click();
  await seen(admin, 'Turn Zoom off for everyone?');
  yield now('zoom-turn-off');
  const signsInAs = async user => {
    await admin.goto(zoomPage);
    await button(admin, 'Connect my Zoom').or(button(admin, 'Use another Zoom account')).first().click();
    await admin.getByLabel('Sign in as').selectOption(user);
    await button(admin, 'Allow').click();
    await admin.waitForURL(`${world.url}/**`);
  };
  await signsInAs('zoom@engines.example');
  yield now('zoom-role');
  await main(admin).getByRole('button').first().click();
  await signsInAs('grace@engines.example');
  yield now('zoom-another-account');
  await main(admin).getByRole('button').first().click();
  await admin.waitForURL(`**${zoomPage}**`);
  yield now('zoom-kept');
  yield at('zoom-set-up', `${zoomPage}/setup`);
  yield at('log', `${zoomPage}/log`);
  const entry = await admin.getByRole('row').filter({ hasText: 'Create meeting' }).first().getByRole('link').first().getAttribute('href');
  yield at('log-no-match', `${zoomPage}/log?q=nobody`);
  yield at('log-entry', entry);
  yield at('log-why', `${zoomPage}/log/why?about=alan%40example.com`);
  yield at('log-why-nobody', `${zoomPage}/log/why?about=nobody%40example.com`);

  yield at('event-types', '/360/events');
  const editor = await admin.getByRole('link', { name: 'Edit Intro call' }).getAttribute('href');
  yield at('event-type-new', '/360/events/new');
  await send(admin, 'Create event type');
  await admin.getByRole('alert').waitFor();
  yield now('event-type-new-errors');
  yield at('editor', editor);
  await admin.getByLabel('URL slug').fill('coffee');
  await button(admin, 'Save').click();
  await admin.getByRole('alert').waitFor();
  yield now('editor-errors');
  for (const tab of ['schedule', 'limits', 'customization', 'share', 'form']) yield at(`editor-${tab}`, `${editor}/${tab}`);
  await button(admin, 'Add a question').click();
  await admin.getByLabel('Question 1').waitFor();
  yield now('editor-form-question');

  yield at('availability', '/360/availability');
  const schedule = await first('a[href^="/360/availability/"]:not([href$="/new"])');
  yield at('schedule', schedule);
  yield at('schedule-new', '/360/availability/new');
  yield at('schedule-delete', `${schedule}/delete`);
  yield at('teams', '/360/teams');
  yield at('team-settings', await first('h2 a'));
  yield at('team-delete', `${new URL(admin.url()).pathname}/delete`);
  yield at('users', '/360/users');
  await admin.getByRole('button', { name: /^Deactivate/ }).first().click();
  await admin.getByRole('dialog').waitFor();
  yield now('users-dialog');
  yield at('me', '/360/profile');
  yield at('me-delete', '/360/profile/delete');
  yield at('me-delete-meetings', '/360/profile/delete/meetings');
  yield at('guest-data', '/360/guest-data');
  yield at('guest-data-found', '/360/guest-data?email=annie%40rockets.example');
  await admin.context().close();
}

/** Zoom turns its back on everybody, and comes back. Leaves a world in which it is off. */
export async function* trouble(browser, world) {
  const admin = await open(browser, world);
  const { at, now } = scenes(admin);
  await signIn(admin, demoAda);
  for (const user of ['ada', 'zoom']) await atZoom(world, `users/${user}@engines.example/revoke`);
  await admin.goto('/360/integrations');
  while (!await seenNow(admin, 'Connection broken')) await admin.reload();
  yield now('integrations-broken');
  yield at('zoom-broken', zoomPage);
  const guest = await open(browser, world);
  await fills(guest);
  await guest.getByLabel('Name').fill('Alan Turing');
  await guest.getByLabel('Email', { exact: true }).fill('alan@bletchley.example');
  await button(guest, 'Confirm booking').click();
  await guest.getByRole('heading', { name: 'You’re booked' }).waitFor();
  while (!await seenNow(guest, /link isn’t ready yet|will send you how to join/)) await guest.reload();
  yield scenes(guest).now('confirmed-late');
  yield at('meetings-no-link', '/360/meetings');
  await admin.getByRole('link', { name: /Alan Turing/ }).first().click();
  yield now('details-no-link');
  yield at('log-why-broken', `${zoomPage}/log/why?about=alan%40bletchley.example`);
  yield at('log-broken', `${zoomPage}/log`);
  await admin.goto('/360/events');
  await admin.getByRole('link', { name: 'Edit Intro call' }).click();
  yield now('editor-zoom-broken');

  await admin.goto(zoomPage);
  await admin.getByRole('listitem').filter({ hasText: 'ada@engines.example' }).getByRole('button', { name: 'Reconnect' }).click();
  await admin.getByLabel('Sign in as').selectOption('ada@engines.example');
  await button(admin, 'Allow').click();
  await seen(admin, 'Zoom connected successfully!');
  await seen(admin, /1 of 1 done/);
  yield now('zoom-reconnected');
  await admin.goto(zoomPage);
  await admin.getByLabel('Enable Zoom for this organization').uncheck();
  await button(admin, 'Save changes').click();
  await button(admin, 'Turn off').click();
  await admin.getByRole('status').filter({ hasText: 'saved' }).first().waitFor();
  yield now('zoom-off-connected');
  await fills(guest);
  await guest.getByLabel('Name').fill('Joan Clarke');
  await guest.getByLabel('Email', { exact: true }).fill('joan@bletchley.example');
  await button(guest, 'Confirm booking').click();
  await seen(guest, 'will send you how to join');
  yield scenes(guest).now('confirmed-without-link');
  await guest.context().close();
  await admin.context().close();
}

/** Time passes, nothing is left to book, and the server is restored from a backup. */
export async function* later(browser, world) {
  const admin = await open(browser, world);
  const { at, now } = scenes(admin);
  await signIn(admin);
  await offer(admin);
  const editor = new URL(admin.url()).pathname;
  await turnZoomOn(admin);
  await connectZoom(admin);
  await meetAtZoom(admin);
  const guest = await open(browser, world);
  const seenByGuest = scenes(guest);
  await fills(guest);
  const form = guest.url();
  const hub = await confirm(guest);
  await seen(guest, 'Link ready');
  const limit = async (limits, unit = 'hours') => {
    await admin.goto(`${editor}/limits`);
    for (const [label, value] of Object.entries(limits)) await admin.locator(`#${label}`).fill(value);
    await admin.locator('#notice_unit').selectOption(unit);
    await button(admin, 'Save').click();
    await admin.getByRole('status').filter({ hasText: /saved/i }).first().waitFor();
  };
  await limit({ max_per_day: '1' });
  const start = new URL(form).searchParams.get('start');
  yield seenByGuest.at('booker-day-full', `/ada/intro-call?date=${start.slice(0, 10)}&tz=UTC`);
  await limit({ max_per_day: '', max_per_month: '1' });
  yield seenByGuest.at('booker-month-empty', `/ada/intro-call?month=${start.slice(0, 7)}&tz=UTC`);
  await limit({ horizon_days: '1', notice: '7' }, 'days');
  yield seenByGuest.at('booker-nothing', '/ada/intro-call');

  const until = Date.parse(start) - Date.now();
  await world.ahead(until + 60_000);
  yield seenByGuest.at('confirmed-started', hub);
  await admin.goto('/360/meetings');
  yield now('meetings-started');
  await admin.getByRole('link', { name: /Intro call/ }).first().click();
  yield now('details-started');
  const details = new URL(admin.url()).pathname;
  await world.ahead(until + 2 * 3_600_000);
  yield seenByGuest.at('confirmed-over', hub);
  yield at('details-over', details);

  const stranger = await open(browser, world);
  await stranger.goto('/sign-in');
  await stranger.getByLabel('Email').fill('mallory@nowhere.example');
  for (let status = 0; status !== 429;) {
    await stranger.getByLabel('Password', { exact: true }).fill('something else');
    const answer = stranger.waitForResponse(it => it.request().method() === 'POST');
    await button(stranger, 'Sign in').click();
    status = (await answer).status();
  }
  await stranger.getByRole('heading', { name: 'Please wait a little' }).waitFor();
  yield scenes(stranger).now('too-many');
  await stranger.context().close();

  await world.restore();
  yield at('meetings-held', '/360/meetings');
  yield at('zoom-held', zoomPage);
  yield at('hold', '/360/hold');
  yield at('hold-original', '/360/hold/original');
  yield at('hold-copy', '/360/hold/copy');
  await guest.context().close();
  await admin.context().close();
}

const seenNow = (page, words) => main(page).getByText(words).first().isVisible();
