// A page inside another page: tells it how tall it is and what was done here. Never who, nor a link.

const told = document.querySelector('[data-told]');
const { told: kind, ...data } = told ? { ...told.dataset } : {};
const waiting = [];

/** The page around this one. Where the browser doesn’t say, it does so itself (static/embed.js). */
let around = location.ancestorOrigins?.[0] ?? origin(document.referrer);

function origin(url) {
  const from = url ? new URL(url).origin : location.origin;
  // From the second step on it is our own page that led here.
  return from === location.origin ? null : from;
}

function tell(type, about = {}) {
  const message = { source: '42min', v: 1, type, data: about };
  if (around) parent.postMessage(message, around);
  else waiting.push(message);
}

addEventListener('message', ({ source, origin: from, data: said }) => {
  if (source !== parent || said?.source !== '42min' || said.type !== 'hello') return;
  around = from;
  for (const message of waiting.splice(0)) parent.postMessage(message, around);
});

let height;
function tellHeight() {
  const now = Math.ceil(document.body.getBoundingClientRect().height);
  if (now === height) return;
  height = now;
  tell('height', { height });
}
// In the next frame: lengths that depend on a container settle only then, and would tell it twice.
new ResizeObserver(() => { requestAnimationFrame(tellHeight); }).observe(document.body);

addEventListener('keydown', event => {
  if (event.key === 'Escape' && !event.defaultPrevented) tell('close');
});

/** The link came while the page was open, or was there when it opened after something was done. */
function tellLink() {
  if (document.querySelector('[data-link=ready]')) tell('link.ready', data);
}

tell('ready', data);
if (kind) tell(kind, data);
if (kind?.startsWith('booking.')) tellLink();
addEventListener('swapped', tellLink);

// What was done is told once, also when this page is loaded again.
const url = new URL(location.href);
if (url.searchParams.has('did')) {
  url.searchParams.delete('did');
  history.replaceState(null, '', url);
}
