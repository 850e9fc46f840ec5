// What a person at a browser waits for, printed for bin/bench as one JSON object a line: from Confirm
// to the visible link with a Zoom that takes half a second for each answer, and until a booking page
// has painted its largest part. Nothing is judged here.
//   node e2e/timings.mjs [HOW MANY]

import { atZoom } from './scenes.mjs';
import { confirm, connectZoom, launch, meetAtZoom, offer, open, signIn, start, toTheForm, turnZoomOn } from './harness.mjs';

const many = Number(process.argv[2] ?? 20);
const [browser, world] = await Promise.all([launch(), start()]);
const say = (what, all, bar) => {
  const sorted = all.toSorted((one, other) => one - other);
  const at = share => Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]);
  console.log(JSON.stringify({ what, many: all.length, p50: at(0.5), p95: at(0.95), bar }));
};

// Five bookings a day may name one address.
async function fromConfirmToLink(n) {
  const guest = await open(browser, world);
  await toTheForm(guest);
  await guest.getByLabel('Name').fill('Grace Hopper');
  await guest.getByLabel('Email', { exact: true }).fill(`guest${n}@navy.example`);
  const pressed = performance.now();
  await guest.getByRole('button', { name: 'Confirm booking' }).click();
  await guest.getByText('Link ready').waitFor();
  const waited = performance.now() - pressed;
  await guest.context().close();
  return waited;
}

const largestPaint = page => page.evaluate(() => new Promise(done => {
  new PerformanceObserver(list => done(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true });
}));

try {
  const host = await open(browser, world);
  await signIn(host);
  await offer(host);
  await turnZoomOn(host);
  await connectZoom(host);
  await meetAtZoom(host);
  const [cold, warm, links] = [[], [], []];
  for (let n = 0; n < many; n += 1) {
    const page = await open(browser, world);
    await page.goto('/ada');
    const path = await page.locator('.offers a').first().getAttribute('href');
    const fresh = await open(browser, world);
    await fresh.goto(path, { waitUntil: 'load' });
    cold.push(await largestPaint(fresh));
    await fresh.reload({ waitUntil: 'load' });
    warm.push(await largestPaint(fresh));
    for (const one of [page, fresh]) await one.context().close();
  }
  await atZoom(world, 'faults', { on: 'meeting', kind: 'delay', ms: 500, times: 'all' });
  for (let n = 0; n < many; n += 1) links.push(await fromConfirmToLink(n));
  say('from Confirm to the link, Zoom at 500 ms', links, 1500);
  say('largest paint of a booking page, first visit', cold, 500);
  say('largest paint of a booking page, next visit', warm, 200);
} finally {
  await browser.close();
  await world.stop();
}
