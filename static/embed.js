// Booking pages of 42min inside other pages. How: /help/embed on the server this comes from.
(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const frames = new Map();
  const words = { en: { close: 'Close', book: 'Book a time' }, es: { close: 'Cerrar', book: 'Reservar una hora' } };

  // In the language that the address names, else in that of the page around.
  function said(path, around) {
    const named = new URL(path, home).searchParams.get('lang') || around.closest('[lang]')?.lang || '';
    return words[named.slice(0, 2).toLowerCase()] ?? words.en;
  }

  const make = (tag, css, more) => {
    const it = Object.assign(document.createElement(tag), more);
    it.style.cssText = css;
    return it;
  };

  // Only pages of this server.
  function frame(path, title) {
    const url = new URL(path, home);
    if (url.origin !== home) return;
    url.searchParams.set('embed', 1);
    const it = make('iframe', 'display:block;width:100%;height:40rem;border:0', {
      loading: 'lazy', scrolling: 'no', allow: 'clipboard-write', title, src: url,
    });
    it.onload = () => it.contentWindow.postMessage({ source: '42min', v: 1, type: 'hello' }, home);
    frames.set(it);
    return it;
  }

  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== home || data?.source !== '42min') return;
    const it = [...frames.keys()].find(frame => frame.contentWindow === source);
    if (!it) return;
    if (data.type === 'height') it.style.height = `${data.data.height}px`;
    if (data.type === 'close') it.closest('dialog')?.close();
    if (data.type === 'ready') {
      // The next step begins at its top.
      if (frames.get(it) && it.getBoundingClientRect().top < 0) it.scrollIntoView();
      frames.set(it, true);
    }
    it.dispatchEvent(new CustomEvent('42min', { bubbles: true, detail: data }));
  });

  function popup(path, title, opener) {
    const it = frame(path, title);
    if (!it) return;
    const name = make('h2', 'font:inherit;margin:0', { textContent: title, tabIndex: -1 });
    const close = make('button', 'font:inherit;min-height:2.75rem', { textContent: said(path, opener).close, onclick: () => dialog.close() });
    const head = make('div', 'display:flex;justify-content:space-between;align-items:center;padding:.5rem 1rem;font:600 1rem system-ui');
    const dialog = make('dialog', 'box-sizing:border-box;width:min(66rem,100vw);max-width:none;max-height:100dvh;padding:0;border:0;border-radius:1rem', {
      ariaLabel: title, onclose() { frames.delete(it); dialog.remove(); opener.focus(); },
    });
    head.append(name, close);
    dialog.append(head, it);
    document.body.append(dialog);
    dialog.showModal();
    name.focus();
    return dialog;
  }

  addEventListener('click', event => {
    const link = event.target.closest('a[data-42min-popup]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (popup(link.href, link.dataset['42minPopup'] || link.text, link)) event.preventDefault();
  });

  function start() {
    for (const place of document.querySelectorAll('[data-42min]:not(script)')) {
      const it = frame(place.dataset['42min'], place.dataset['42minTitle'] || said(place.dataset['42min'], place).book);
      if (it) place.replaceChildren(it);
    }
    const label = script.dataset['42minButton'];
    if (!label) return;
    const button = make('button', 'position:fixed;inset:auto 1rem 1rem auto;z-index:99;padding:.75rem 1.25rem;border:1px solid #fff;border-radius:2rem;background:#16181d;color:#fff;font:600 1rem system-ui', { textContent: label });
    button.onclick = () => popup(script.dataset['42min'], script.dataset['42minTitle'] || label, button);
    document.body.append(button);
  }
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
  else start();
})();
