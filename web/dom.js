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
