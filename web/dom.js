// Building elements. Text becomes text nodes: there is no way to pass markup.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any> | null} [props]  `class`, `onclick` and the like, otherwise attributes; true is a bare one, false and null are left out
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...flat(children));
  return element;
}

/**
 * Puts these in the place of what an element holds.
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...flat(children));
}

/** @param {(Child | Child[])[]} children @returns {(Node | string)[]} */
function flat(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/**
 * A sentence in which `…` is code.
 * @param {string} text
 */
export function prose(text) {
  return text.split('`').map((part, i) => (i % 2 === 1 ? h('code', null, part) : part));
}

/**
 * `1 change`, `2 changes`.
 * @param {number} count @param {string} one @param {string} [many]
 */
export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/**
 * A long list is shown bit by bit, on demand.
 * @template {HTMLElement} T
 * @template I
 * @param {T} list  what the views go into
 * @param {I[]} items
 * @param {(item: I) => Child[]} view
 * @param {string} what  `findings`
 * @param {number} [atOnce]
 * @returns {T}
 */
export function listed(list, items, view, what, atOnce = 100) {
  let shown = 0;
  const more = h('button', { type: 'button', class: 'rest', onclick: next });
  const holder = held(list, more);
  function next() {
    const from = shown;
    shown = Math.min(items.length, from + atOnce);
    holder.remove();
    const first = list.childNodes.length;
    list.append(...flat(items.slice(from, shown).flatMap(view)));
    if (from > 0) focusIn(list.childNodes[first]);
    more.textContent = `Show more of the other ${items.length - shown} ${what}`;
    if (shown < items.length) list.append(holder);
  }
  next();
  return list;
}

/** A button, in what such a list may hold. @param {Element} list @param {HTMLButtonElement} button */
function held(list, button) {
  if (list instanceof HTMLUListElement) return h('li', null, button);
  if (list instanceof HTMLTableSectionElement) return h('tr', null, h('td', { colspan: 4 }, button));
  return button;
}

/** The keyboard goes on where the new begins. @param {Node} node */
function focusIn(node) {
  const next = node instanceof HTMLElement ? node.querySelector('button, summary') : null;
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}

/** The last part of a path. @param {string} path */
export function basename(path) {
  return path.replace(/\/+$/, '').split('/').pop() || path;
}

/**
 * Says something to screen readers; the element that holds this one listens.
 * @param {Element} from @param {string} text
 */
export function say(from, text) {
  from.dispatchEvent(new CustomEvent('say', { bubbles: true, detail: text }));
}
