// Taking text out of the page: by the clipboard or as a file.

import { h, say } from './dom.js';

const SAID_MS = 2000;

/**
 * @param {string} label
 * @param {() => string} text  asked for when it is pressed
 * @param {string} what  for screen readers: what is copied
 */
export function copyButton(label, text, what) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const shown = h('span', null, label);
  const button = h(
    'button',
    {
      class: 'copy',
      type: 'button',
      onclick: async () => {
        const done = await copy(text(), button);
        clearTimeout(timer);
        shown.textContent = done ? 'Copied' : 'Not copied';
        button.classList.toggle('done', done);
        say(button, done ? `Copied ${what}` : 'The browser did not allow copying');
        timer = setTimeout(() => {
          shown.textContent = label;
          button.classList.remove('done');
        }, SAID_MS);
      },
    },
    shown,
    h('span', { class: 'hidden' }, ` ${what}`),
  );
  return button;
}

/** @param {string} text @param {HTMLElement} beside @returns {Promise<boolean>} */
async function copy(text, beside) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text, beside);
  }
}

/** Where the page has no clipboard (an older browser, a frame). @param {string} text @param {HTMLElement} beside */
function copyBySelection(text, beside) {
  const area = h('textarea', { class: 'hidden', 'aria-hidden': 'true', tabindex: -1 });
  area.value = text;
  beside.after(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  beside.focus();
  return done;
}

/** @param {string} name @param {string} text */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  h('a', { href: url, download: name }).click();
  // Not before the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
