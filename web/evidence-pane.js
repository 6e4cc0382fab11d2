// The evidence: pieces of text, each with a name and a field of its own.

import { h, plural, say } from './dom.js';

/** A text longer than this is shown as its size only. */
const SHOWN = 200_000;

export class EvidencePane {
  /** @type {Piece[]} */ #pieces = [];
  /** @type {() => void} */ #changed;
  #list = h('div', { class: 'pieces' });
  #picker = h('input', { type: 'file', multiple: true, class: 'hidden', tabindex: -1, 'aria-hidden': 'true' });
  element;

  /** @param {{ changed: () => void, took: (files: File[]) => void }} options */
  constructor({ changed, took }) {
    this.#changed = changed;
    this.#picker.addEventListener('change', () => {
      took([...(this.#picker.files ?? [])]);
      this.#picker.value = '';
    });
    this.element = h(
      'section',
      { class: 'evidence', 'aria-labelledby': 'evidence-title' },
      h(
        'div',
        { class: 'bar' },
        h('h2', { id: 'evidence-title' }, 'Evidence'),
        h('span', { class: 'where' }, 'error.log line or nginx -t output'),
        h(
          'div',
          { class: 'tools' },
          this.#picker,
          h('button', { type: 'button', onclick: () => this.#picker.click() }, 'Open…'),
          h('button', { type: 'button', onclick: () => this.#another() }, 'Add another'),
        ),
      ),
      this.#list,
    );
    this.set([]);
  }

  /** @returns {import('./api').Evidence[]} */
  get evidence() {
    return this.#pieces.filter(({ text }) => text.trim() !== '').map(({ name, text }) => ({ name, text }));
  }

  /** @param {import('./api').Evidence[]} evidence  none is one empty field */
  set(evidence) {
    this.#list.replaceChildren();
    this.#pieces = [];
    for (const { name, text } of evidence) this.#add(name, text);
    if (evidence.length === 0) this.#add(null, '');
  }

  /** @param {import('./api').Evidence[]} evidence */
  add(evidence) {
    this.set([...this.evidence, ...evidence]);
  }

  /** Shows a line of a piece; false when there is none of that name. @param {string} name @param {number} line */
  goTo(name, line) {
    const piece = this.#pieces.find((each) => each.name === name);
    piece?.goTo(line);
    return piece !== undefined;
  }

  #another() {
    this.#add(null, '').focus();
  }

  /** @param {string | null} name  null: named after what it holds @param {string} text */
  #add(name, text) {
    /** @type {Piece} */
    const piece = new Piece({
      taken: () => this.#pieces.filter((each) => each !== piece).map((each) => each.name),
      changed: () => this.#changed(),
      removed: () => this.#remove(piece),
    });
    this.#pieces.push(piece);
    this.#list.append(piece.element);
    piece.set(name, text);
    return piece;
  }

  /** @param {Piece} piece */
  #remove(piece) {
    say(this.element, `Removed ${piece.name}`);
    piece.element.remove();
    this.#pieces = this.#pieces.filter((each) => each !== piece);
    if (this.#pieces.length === 0) this.#add(null, '');
    this.#pieces[this.#pieces.length - 1].focus();
    this.#changed();
  }
}

class Piece {
  name = '';
  text = '';
  #named = false;
  #taken;
  #field = h('textarea', { rows: 4, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' });
  #size = h('span', { class: 'where' });
  #name = h('input', { class: 'name', 'aria-label': 'Name of this piece of evidence', autocomplete: 'off', spellcheck: 'false' });
  #removeLabel = h('span', { class: 'hidden' });
  element;

  /** @param {{ taken: () => string[], changed: () => void, removed: () => void }} options */
  constructor({ taken, changed, removed }) {
    this.#taken = taken;
    this.#field.placeholder = '2026/06/12 09:41:07 [error] … SSL_do_handshake() failed …';
    this.#field.addEventListener('input', () => {
      this.text = this.#field.value;
      this.#describe();
      changed();
    });
    this.#name.addEventListener('change', () => {
      this.#named = this.#name.value.trim() !== '';
      this.name = this.#free(this.#name.value.trim() || kindOf(this.text));
      this.#describe();
      changed();
    });
    this.element = h(
      'div',
      { class: 'piece' },
      h(
        'div',
        { class: 'head' },
        this.#name,
        this.#size,
        h('button', { type: 'button', class: 'remove', onclick: removed }, h('span', { 'aria-hidden': 'true' }, '×'), this.#removeLabel),
      ),
      this.#field,
    );
  }

  /** @param {string | null} name @param {string} text */
  set(name, text) {
    this.text = text;
    this.#named = name !== null;
    this.name = this.#free(name ?? kindOf(text));
    this.#field.hidden = text.length > SHOWN;
    this.#field.value = this.#field.hidden ? '' : text;
    this.#describe();
  }

  focus() {
    (this.#field.hidden ? this.#name : this.#field).focus();
  }

  /** @param {number} line */
  goTo(line) {
    this.focus();
    const lines = this.text.split('\n');
    const from = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    this.#field.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
  }

  #describe() {
    if (!this.#named) this.name = this.#free(kindOf(this.text));
    this.#name.value = this.name;
    this.#field.setAttribute('aria-label', `Evidence: ${this.name}`);
    this.#removeLabel.textContent = `Remove ${this.name}`;
    const lines = this.text.trim() === '' ? 0 : this.text.trimEnd().split('\n').length;
    this.#size.textContent = lines > 0 ? plural(lines, 'line') : '';
    this.element.classList.toggle('empty', lines === 0);
  }

  /** A name that no other piece has. @param {string} wanted */
  #free(wanted) {
    const taken = this.#taken();
    let name = wanted;
    for (let i = 2; taken.includes(name); i++) name = `${wanted} (${i})`;
    return name;
  }
}

/** What a text is called as long as the user gives it no name. @param {string} text */
function kindOf(text) {
  const start = text.slice(0, 4000);
  if (/^nginx version: /m.test(start)) return 'nginx -V';
  if (/^nginx: /m.test(start)) return 'nginx -t';
  return 'error.log';
}
