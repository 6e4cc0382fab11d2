// The config editor: CodeMirror with nginx's colours and the findings in its
// gutter. It gives back the very bytes it was given, line ends included.

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import { nginx } from './nginx-mode.js';
import { indexOfByte, lineSeparator } from './text.js';

/**
 * @typedef {object} Mark  a finding, on a line of the open text
 * @property {number} line    1-based
 * @property {number} column  1-based, in UTF-8 bytes
 * @property {'error' | 'warning' | 'info'} severity
 * @property {string} message
 * @property {string} source
 */

export class Editor {
  /** @type {EditorView} */ #view;
  /** @type {() => void} */ #changed;
  #silent = false;

  /**
   * @param {{ root: ShadowRoot, parent: Element, label: string, hint: string, changed: () => void }} options
   */
  constructor({ root, parent, label, hint, changed }) {
    this.#changed = changed;
    this.#label = label;
    this.#hint = hint;
    this.#view = new EditorView({ root, parent, state: this.newState('') });
  }

  #label;
  #hint;

  /** A document of its own, with its own history. @param {string} text */
  newState(text) {
    return EditorState.create({
      doc: text,
      extensions: [
        // Otherwise "\r\n" would silently become "\n".
        EditorState.lineSeparator.of(lineSeparator(text)),
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        bracketMatching(),
        indentUnit.of('    '),
        nginx,
        syntaxHighlighting(classHighlighter),
        placeholder(this.#hint),
        keymap.of([...lintKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': this.#label, spellcheck: 'false', tabindex: '0' }),
        EditorView.domEventHandlers({ paste: (event) => this.#paste(event) }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !this.#silent) this.#changed();
        }),
      ],
    });
  }

  get state() {
    return this.#view.state;
  }

  get text() {
    return textOf(this.#view.state);
  }

  /** Shows a document. @param {EditorState} state */
  show(state) {
    this.#silent = true;
    this.#view.setState(state);
    this.#silent = false;
  }

  focus() {
    this.#view.focus();
  }

  /** @param {Mark[]} marks */
  mark(marks) {
    const { state } = this.#view;
    const diagnostics = marks
      .filter((mark) => mark.line <= state.doc.lines)
      .map(({ line, column, severity, message, source }) => {
        const { from, text } = state.doc.line(line);
        const start = indexOfByte(text, column);
        const statement = /^[^;{}]*[;]?/.exec(text.slice(start))?.[0].trimEnd().length || 1;
        const end = Math.min(start + statement, text.length);
        return { from: from + start, to: from + end, severity, message, source };
      });
    this.#view.dispatch(setDiagnostics(state, diagnostics));
  }

  /** @param {number} line */
  scrollTo(line) {
    const { doc } = this.#view.state;
    const { from } = doc.line(Math.min(line, doc.lines));
    this.#view.dispatch({ effects: EditorView.scrollIntoView(from, { y: 'center' }) });
  }

  /** Puts the cursor there and shows it. @param {number} line @param {number} column */
  goTo(line, column) {
    const { doc } = this.#view.state;
    const { from, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const anchor = from + indexOfByte(text, column);
    this.#view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
    });
    this.#view.focus();
  }

  /**
   * A paste over everything decides anew how lines end.
   * @param {ClipboardEvent} event
   */
  #paste(event) {
    const text = event.clipboardData?.getData('text/plain');
    const { state } = this.#view;
    const { from, to } = state.selection.main;
    if (!text || to - from < state.doc.length) return false;
    event.preventDefault();
    this.show(this.newState(text));
    this.#view.dispatch({ selection: { anchor: this.#view.state.doc.length }, scrollIntoView: true });
    this.#changed();
    return true;
  }
}

/** @param {EditorState} state */
export function textOf(state) {
  return state.sliceDoc();
}
