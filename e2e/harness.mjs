// The real binary beside the simulated Zoom, and a browser to look at it with. Everything a test
// starts here is its own (folder, ports, processes) and ends with it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = fileURLToPath(new URL('..', import.meta.url));
const binaries = resolve(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), process.env.PROFILE ?? 'debug');
const quiet = ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-first-run'];

export const password = 'correct horse battery';
export const ada = { email: 'ada@engines.example', name: 'Ada Lovelace', username: 'ada' };
export const grace = { email: 'grace@engines.example', name: 'Grace Hopper', username: 'grace' };

/** A server with Ada as its admin, Grace as a member and a Zoom beside it. `empty` leaves the people
 *  out, `app: false` what the server knows of Zoom. */
export async function start({ empty = false, app = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), '42min-e2e-'));
  const processes = [];
  const stop = async () => {
    for (const one of processes) await end(one);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const sim = run('zoom-sim', ['--listen', '127.0.0.1:0', '--webhook-url', `${url}/webhooks/zoom`], {});
    processes.push(sim);
    const [zoom] = await said(sim.stdout, /http:\/\/[\d.]+:\d+/);
    const settings = {
      MIN42_LISTEN: `127.0.0.1:${port}`,
      MIN42_DATA: join(folder, 'data'),
      MIN42_SMTP_URL: `folder:${join(folder, 'letters')}`,
      MIN42_DEMO: 'on',
      // Each browser profile comes from an address of its own, as behind a proxy: see `open`.
      MIN42_TRUSTED_PROXIES: '127.0.0.1',
    };
    if (app) {
      Object.assign(settings, {
        MIN42_ZOOM_CLIENT_ID: 'sim-client-id',
        MIN42_ZOOM_CLIENT_SECRET: 'sim-client-secret',
        MIN42_ZOOM_WEBHOOK_SECRET: 'sim-webhook-secret',
        MIN42_ZOOM_OAUTH_URL: zoom,
        MIN42_ZOOM_API_URL: `${zoom}/v2`,
      });
    }
    if (!empty) {
      await add(settings, ada, ['--admin']);
      await add(settings, grace, []);
    }
    const control = join(folder, 'control');
    const serve = async () => {
      const server = run('42min', ['serve'], { ...settings, MIN42_CONTROL: control });
      processes.push(server);
      await said(server.stderr, /42min listens/);
    };
    await serve();
    /** Moves the server’s clock on from the machine’s. Only a debug build hears it. */
    const ahead = async milliseconds => {
      await writeFile(`${control}.new`, `ahead ${milliseconds * 1000}\n`);
      await rename(`${control}.new`, control);
    };
    /** Goes on with a backup of itself, as after an accident. */
    const restore = async () => {
      const backup = join(folder, 'backup');
      await command(['backup', backup], settings);
      await end(processes.pop());
      await command(['restore', backup, '--replace'], settings);
      await serve();
    };
    const setupCode = async () => (await readFile(join(folder, 'data', 'setup-code'), 'utf8')).trim();
    return { url, zoom, letters: join(folder, 'letters'), setupCode, ahead, restore, stop, proxied: true };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The demo as bin/demo starts it: seeded people, event types, bookings. `said` are its words. */
export async function startDemo(listen) {
  const at = listen ?? `127.0.0.1:${await freePort(3)}`;
  const demo = run('42min-demo', ['--listen', at], {});
  const words = [];
  demo.stdout.on('data', chunk => words.push(chunk));
  const stop = () => end(demo);
  try {
    await said(demo.stdout, /Ctrl\+C stops it/);
    const all = words.join('');
    const [url, zoom] = [/http\S+(?=\/sign-in)/, /http\S+(?=\/sim\/)/].map(it => it.exec(all)[0]);
    return { url, zoom, said: all, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const add = (settings, person, rights) => command(['user', 'add', ...rights, '--password-stdin', '--email', person.email,
  '--name', person.name, '--username', person.username, '--timezone', 'Europe/Madrid'], settings, `${password}\n`);

/** Runs a command of the product’s to its end. */
async function command(args, settings, input = '') {
  const one = run('42min', args, settings, 'pipe');
  let words = '';
  one.stderr.on('data', chunk => { words += chunk; });
  one.stdout.resume();
  one.stdin.end(input);
  const [code] = await once(one, 'close');
  assert.equal(code, 0, words);
}

function run(name, args, settings, stdin = 'ignore') {
  // No setting of whoever runs the tests may leak in.
  const kept = Object.entries(process.env).filter(([key]) => !key.startsWith('MIN42_'));
  return spawn(join(binaries, name), args, {
    cwd: tmpdir(), env: { ...Object.fromEntries(kept), ...settings }, stdio: [stdin, 'pipe', 'pipe'],
  });
}

/** Resolves with the match once a line of the stream has it; afterwards lines are read and dropped. */
function said(stream, pattern) {
  const heard = [];
  return new Promise((found, failed) => {
    createInterface({ input: stream })
      .on('line', line => {
        const match = pattern.exec(line);
        if (match) found(match);
        else if (heard.length < 50) heard.push(line);
      })
      .on('close', () => failed(new Error(`ended without saying ${pattern}:\n${heard.join('\n')}`)));
  });
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** The first of so many free ports in a row. */
async function freePort(many = 1) {
  for (;;) {
    const first = createServer().listen(0, '127.0.0.1');
    await once(first, 'listening');
    const { port } = first.address();
    const others = Array.from({ length: many - 1 }, (_, n) => createServer().listen(port + 1 + n, '127.0.0.1'));
    const heard = await Promise.all(others.map(it => Promise.race([
      once(it, 'listening').then(() => true), once(it, 'error').then(() => false),
    ]).catch(() => false)));
    for (const server of [first, ...others]) server.close();
    if (heard.every(Boolean)) return port;
  }
}

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet, timeout: 60_000 });

let profiles = 0;

/** A page in a browser profile of its own. What it complains about is collected in `complaints`. */
export async function open(browser, world, { width = 1280, dark = false, js = true, zone = 'Europe/Madrid', state } = {}) {
  const context = await browser.newContext({
    baseURL: world?.url,
    viewport: { width, height: width < 600 ? 844 : 900 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    javaScriptEnabled: js,
    timezoneId: zone,
    locale: 'en-GB',
    storageState: state,
    extraHTTPHeaders: world?.proxied ? { 'x-forwarded-for': `203.0.113.${(profiles += 1) % 250}` } : {},
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.complaints = [];
  page.on('console', message => {
    // A policy that was broken is said here too. What the simulator's pages lack is not ours.
    const from = message.location().url;
    if (['error', 'warning'].includes(message.type()) && !(world && from.startsWith(world.zoom))) {
      page.complaints.push(`${message.text()} at ${from}`);
    }
  });
  page.on('pageerror', error => page.complaints.push(String(error)));
  page.on('request', request => {
    const at = new URL(request.url());
    if (!['data:', 'about:', 'blob:'].includes(at.protocol) && ![world?.url, world?.zoom].includes(at.origin)) {
      page.complaints.push(`asked another host: ${request.url()}`);
    }
  });
  return page;
}

export async function signIn(page, person = ada) {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password ?? password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/360/**');
}

/** An event type, made as its host would. */
export async function offer(page, title = 'Intro call') {
  await page.goto('/360/events/new');
  await page.getByLabel('Name', { exact: true }).fill(title);
  await page.getByRole('button', { name: /create/i }).click();
  await page.waitForURL(/\/360\/events\/[0-9a-f-]{36}/);
}

/** Ada in the demo. */
export const demoAda = { ...ada, password: 'analytical engine' };

export async function turnZoomOn(page) {
  await page.goto('/360/integrations/zoom');
  await page.getByLabel('Enable Zoom for this organization').check();
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByRole('status').filter({ hasText: 'saved' }).first().waitFor();
}

/** From Integrations through Zoom's consent and back. */
export async function connectZoom(page, click = locator => locator.click()) {
  await page.goto('/360/integrations');
  await click(page.getByRole('button', { name: 'Connect my Zoom' }));
  await page.getByLabel('Sign in as').selectOption(ada.email);
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.getByText('Zoom connected successfully!').waitFor();
}

/** The first event type of who is signed in takes place at Zoom from now on. */
export async function meetAtZoom(page) {
  await page.goto('/360/events');
  await page.getByRole('link', { name: /^Edit/ }).first().click();
  await page.getByLabel('Location', { exact: true }).selectOption({ label: 'Zoom' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('status').filter({ hasText: /saved/i }).first().waitFor();
}

/** A team of Ada alone, which can be booked in groups. */
export async function team(page) {
  await page.goto('/360/teams');
  await page.getByLabel('Name').fill('Engineers');
  await page.getByLabel(/Ada Lovelace/).check();
  await page.getByRole('button', { name: 'Create team' }).click();
  await page.getByRole('status').filter({ hasText: 'Engineers is there' }).waitFor();
  const path = new URL(page.url()).pathname;
  await page.goto('/360/events/new');
  await page.getByLabel('Name', { exact: true }).fill('Demo');
  await page.getByRole('button', { name: /create/i }).click();
  await page.getByLabel('Type', { exact: true }).selectOption({ label: 'Group + Round Robin' });
  await page.getByLabel('Team', { exact: true }).selectOption({ label: 'Engineers' });
  await page.getByLabel('Max invitees per slot').fill('2');
  await page.getByLabel('Show remaining spots to invitees').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('status').filter({ hasText: /saved/i }).first().waitFor();
  return { path, editor: new URL(page.url()).pathname };
}

/** From a person's page to the form of the first time on offer. */
export async function toTheForm(page, person = ada) {
  await page.goto(`/${person.username}`);
  await page.locator('.offers a').first().click();
  await page.locator('a.slot').first().click();
  await page.getByRole('heading', { name: 'Your details' }).waitFor();
}

export async function confirm(page, { name = 'Grace Hopper', email = 'grace@navy.example' } = {}) {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByRole('button', { name: 'Confirm booking' }).click();
  await page.getByRole('heading', { name: 'You’re booked' }).waitFor();
  return page.url();
}

/** On to a month with all its days: of this one little may be left, whatever the day is. Where none
 *  follows that can be booked, the page has opened on such a month already. */
export async function nextMonth(page) {
  const heading = page.locator('#mon');
  const was = await heading.innerText();
  const next = page.locator('a[rel=next]');
  if (await next.count() === 0) return;
  await next.click();
  await heading.filter({ hasNotText: was }).waitFor();
}

/** The state of the simulated Zoom. */
export const zoomMeetings = async world => (await (await fetch(`${world.zoom}/sim/meetings`)).json());

const axe = readFile(join(root, 'e2e/node_modules/axe-core/axe.min.js'), 'utf8');

/** What axe finds, one line each. */
export async function violations(page) {
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(await axe);
  return page.evaluate(async () => {
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations: found } = await globalThis.axe.run(document, { runOnly: rules });
    return found.map(it => `${it.id} (${it.nodes.length}): ${it.nodes[0].html.slice(0, 160)} ${it.nodes[0].any[0]?.message ?? ''}`);
  });
}

/** What goes over the edge: the page itself, and parts whose content is wider than they are. */
export const overflow = page => page.evaluate(() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const clipped = [...document.querySelectorAll('.card, td, dd, .note, h1, h2, h3, .btn, .badge')]
    .filter(it => it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).display !== 'inline')
    .filter(it => !it.closest('.tablewrap, .vh') && !it.querySelector('.skip, .tablewrap') && it.clientWidth > 1)
    .map(it => `clipped: ${it.outerHTML.slice(0, 120)}`);
  return wide > 0 ? [`${wide}px too wide`, ...clipped] : clipped;
});

/** Targets that are hard to hit: under 24 pixels, links within a text aside; the main ones of public
 *  pages under 44. */
export const targets = page => page.evaluate(() => {
  const size = it => { const box = it.getBoundingClientRect(); return Math.min(box.width, box.height); };
  const shown = it => it.checkVisibility({ visibilityProperty: true }) && size(it) > 1 && !it.closest('[aria-hidden=true]');
  const within = it => getComputedStyle(it).display === 'inline';
  const words = (it, least) => `${Math.round(size(it))} of ${least} pixels: ${it.outerHTML.slice(0, 120)}`;
  const all = [...document.querySelectorAll('a, button, select, summary, input:not([type=hidden])')].filter(shown);
  // A checkbox is pressed by its label too.
  const pressed = it => (it.labels?.[0] && size(it) < 24 ? it.labels[0] : it);
  const small = all.filter(it => !within(it) && size(pressed(it)) < 23.5).map(it => words(it, 24));
  const mains = all.filter(it => it.matches('.public main :is(.btn:not(.sm, .icon), .slot, form.pad :is(input, select))') && !it.matches('[type=checkbox], [type=radio]'));
  return [...small, ...mains.filter(it => size(it) < 43.5 && it.offsetHeight < 43.5).map(it => words(it, 44))];
});

/** What hides where the focus is: no outline, be it of what stands around it, or something over it. */
export const hidden = page => page.evaluate(() => {
  const it = document.activeElement;
  const name = it.outerHTML.slice(0, 100);
  const around = [];
  for (let part = it; part !== document.body && part; part = part.parentElement) around.push(part);
  if (around.length === 0) return [];
  const styles = [...around.map(part => getComputedStyle(part)), getComputedStyle(it, '::after')];
  const outlined = styles.some(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
  const found = outlined ? [] : [`no outline: ${name}`];
  const box = it.getBoundingClientRect();
  const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const near = it.closest('label, li, .field') ?? it;
  if (!at || (!near.contains(at) && !at.contains(it))) found.push(`covered by ${at?.outerHTML.slice(0, 80)}: ${name}`);
  return found;
});

/** How much of what is there jumps about while a page comes up; what people set off doesn't count. */
export const shift = page => page.evaluate(() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => {
    for (const it of list.getEntries()) if (!it.hadRecentInput) sum += it.value;
  }).observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
}));

/** With the colors the system forces, what nobody would see any more: parts told apart by their
 *  background alone. */
export const lost = page => page.evaluate(() => [...document.querySelectorAll('.badge, .btn, .note, .switch input, .toggle .track, a.day, a.slot')]
  .filter(it => it.checkVisibility() && !it.matches('.ghost') && getComputedStyle(it).borderTopStyle === 'none')
  .map(it => `has no edge: ${it.outerHTML.slice(0, 100)}`));
