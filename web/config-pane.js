// The config: one editor, and a tab for each file where there are several.

import { fill, h, say } from './dom.js';
import { Editor, textOf } from './editor.js';

/** @typedef {import('./editor.js').Mark} Mark */
/** @typedef {{ path: string, state: import('@codemirror/state').EditorState }} Open */

const HINT = 'Paste nginx.conf, a part of it, or the output of nginx -T';
const MAIN = 'nginx.conf';

export class ConfigPane {
  /** @type {Open[]} */ #files = [];
  #active = 0;
  /** @type {() => void} */ #changed;
  #names = h('div', { class: 'names' });
  #picker = h('input', { type: 'file', multiple: true, class: 'hidden', tabindex: -1, 'aria-hidden': 'true' });
  #frame = h('div', { class: 'editor' });
  /** @type {Editor} */ #editor;
  element;

  /**
   * @param {{ root: ShadowRoot, changed: () => void, example: () => void, clear: () => void, took: (files: File[]) => void }} options
   */
  constructor({ root, changed, example, clear, took }) {
    this.#changed = changed;
    this.#picker.addEventListener('change', () => {
      took([...(this.#picker.files ?? [])]);
      this.#picker.value = '';
    });
    this.element = h(
      'section',
      { class: 'config', 'aria-labelledby': 'config-title' },
      h(
        'div',
        { class: 'bar' },
        h('h2', { id: 'config-title' }, 'Config'),
        this.#names,
        h(
          'div',
          { class: 'tools' },
          this.#picker,
          h('button', { type: 'button', onclick: () => this.#picker.click() }, 'Open…'),
          h('button', { type: 'button', onclick: example }, 'Example'),
          h('button', { type: 'button', onclick: clear }, 'Clear'),
        ),
      ),
      this.#frame,
    );
    this.#editor = new Editor({
      root,
      parent: this.#frame,
      label: 'nginx config',
      hint: HINT,
      changed: () => this.#changed(),
    });
    this.set([]);
  }

  /** @returns {import('./api').ConfigFile[]} those that hold something */
  get files() {
    this.#keep();
    return this.#files
      .map(({ path, state }) => ({ path, text: textOf(state) }))
      .filter(({ text }) => text.trim() !== '');
  }

  /** @param {import('./api').ConfigFile[]} files  none is an empty main file */
  set(files) {
    const all = files.length > 0 ? files : [{ path: MAIN, text: '' }];
    this.#files = all.map(({ path, text }) => ({ path, state: this.#editor.newState(text) }));
    this.#open(0);
  }

  /** Adds files; one of the same name is replaced, an empty one gives way. @param {import('./api').ConfigFile[]} files */
  add(files) {
    const added = new Set(files.map((file) => file.path));
    this.set([...this.files.filter((file) => !added.has(file.path)), ...files]);
  }

  focus() {
    this.#editor.focus();
  }

  /** Marks the findings of the file that is shown. @param {import('./api').Finding[]} findings */
  mark(findings) {
    /** @type {Mark[]} */
    const marks = [];
    for (const { file, line, column, severity, message, rule } of findings) {
      const at = this.#locate(file, line);
      if (at?.index === this.#active) marks.push({ line: at.line, column, severity, message, source: rule });
    }
    this.#editor.mark(marks);
  }

  /** Scrolls to a line of the file that is shown. @param {string} file @param {number} line */
  show(file, line) {
    const at = this.#locate(file, line);
    if (at?.index === this.#active) this.#editor.scrollTo(at.line);
  }

  /** Shows a place; false when it is in no file here. @param {string} file @param {number} line @param {number} column */
  goTo(file, line, column) {
    const at = this.#locate(file, line);
    if (!at) return false;
    if (at.index !== this.#active) {
      this.#open(at.index);
      this.#changed();
    }
    this.#editor.goTo(at.line, column);
    return true;
  }

  /**
   * Where a line of a file is: in a file here, or in a dump that holds it.
   * @param {string} path @param {number} line
   */
  #locate(path, line) {
    this.#keep();
    const index = this.#files.findIndex((file) => file.path === path);
    if (index >= 0) return { index, line };
    for (const [at, { state }] of this.#files.entries()) {
      const header = headers(state.doc).get(path);
      if (header) return { index: at, line: header + line };
    }
    return null;
  }

  #keep() {
    if (this.#files[this.#active]) this.#files[this.#active].state = this.#editor.state;
  }

  /** @param {number} index */
  #open(index) {
    this.#active = index;
    this.#editor.show(this.#files[index].state);
    this.#showNames();
  }

  #showNames() {
    fill(this.#names, this.#files.length === 1 ? this.#nameField() : this.#tabs());
  }

  #nameField() {
    const [file] = this.#files;
    return h('input', {
      class: 'name',
      value: file.path,
      'aria-label': 'Name of the config file',
      title: 'The name in the diff',
      autocomplete: 'off',
      spellcheck: 'false',
      /** @param {Event} event */
      onchange: (event) => {
        const input = /** @type {HTMLInputElement} */ (event.target);
        file.path = input.value.trim() || MAIN;
        input.value = file.path;
        this.#changed();
      },
    });
  }

  #tabs() {
    return h(
      'ul',
      { class: 'tabs', 'aria-label': 'Config files' },
      this.#files.map(({ path }, index) =>
        h(
          'li',
          { class: index === this.#active ? 'tab active' : 'tab' },
          h(
            'button',
            {
              type: 'button',
              'aria-current': index === this.#active ? 'true' : null,
              onclick: () => {
                this.#keep();
                this.#open(index);
                this.#changed();
              },
            },
            path,
          ),
          h('button', { type: 'button', class: 'remove', 'aria-label': `Remove ${path}`, onclick: () => this.#remove(index) }, '×'),
        ),
      ),
    );
  }

  /** @param {number} index */
  #remove(index) {
    this.#keep();
    say(this.element, `Removed ${this.#files[index].path}`);
    this.#files.splice(index, 1);
    this.#open(Math.min(this.#active, this.#files.length - 1));
    this.#changed();
    this.focus();
  }
}

/** @typedef {import('@codemirror/state').Text} Text */

/** @type {WeakMap<Text, Map<string, number>>} */
const known = new WeakMap();

/** The lines of a dump that begin a file, by its path. @param {Text} doc */
function headers(doc) {
  let all = known.get(doc);
  if (all) return all;
  all = new Map();
  let number = 0;
  for (const text of doc.iterLines()) {
    number++;
    const path = /^# configuration file (\/.*):\r?$/.exec(text)?.[1];
    if (path && !all.has(path)) all.set(path, number);
  }
  known.set(doc, all);
  return all;
}
