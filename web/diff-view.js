// The diff: its lines, why each hunk is there, and ways to take it away.

import { differences, parseDiff } from './diff.js';
import { basename, fill, h, listed, plural, prose } from './dom.js';
import { copyButton, download } from './take.js';

/** @typedef {import('./api').FixResponse} FixResponse */
/** @typedef {import('./api').Finding} Finding */
/** @typedef {import('./diff.js').Line} Line */

/** As in style.css. */
const TAB = 4;

/** What all lines share is not shown on a narrow screen, up to this. */
const MOST_INDENT = 40;

const LINES_AT_ONCE = 500;

export class DiffView {
  #response = /** @type {FixResponse | null} */ (null);
  #count = h('span', { class: 'count' });
  #tools = h('div', { class: 'tools' });
  #body = h('div', { class: 'files' });
  #files = '';
  element = h(
    'section',
    { class: 'diff card', 'aria-labelledby': 'diff-title' },
    h('div', { class: 'bar' }, h('h3', { id: 'diff-title' }, 'Diff'), this.#count, this.#tools),
    this.#body,
  );

  /** @param {FixResponse | null} response  null, or one without a diff: nothing to show */
  show(response) {
    this.#response = response;
    const files = response?.diff ? parseDiff(response.diff) : [];
    this.element.hidden = files.length === 0;
    if (!response || files.length === 0) return;
    fill(this.#count, ...counts(files));
    this.#showTools(response);
    fill(this.#body, files.map((file) => fileView(file, response.findings)));
  }

  /** The buttons stay the same elements while the files are: focus stays too. @param {FixResponse} response */
  #showTools(response) {
    const changed = response.files.filter((file) => file.changed).map((file) => file.path);
    if (this.#files === changed.join('\n') && this.#tools.firstChild) return;
    this.#files = changed.join('\n');
    const patch = changed.length === 1 ? `${basename(changed[0])}.patch` : 'tlsmend.patch';
    fill(
      this.#tools,
      copyButton('Copy', () => this.#response?.diff ?? '', 'the diff'),
      h('button', { type: 'button', onclick: () => download(patch, this.#response?.diff ?? '') }, 'Download .patch'),
      changed.map((path) =>
        h('button', { type: 'button', onclick: () => this.#downloadFile(path) }, `Download ${basename(path)}`),
      ),
    );
  }

  /** @param {string} path */
  #downloadFile(path) {
    const file = this.#response?.files.find((each) => each.path === path);
    if (file) download(basename(path), file.text);
  }
}

/** @param {import('./diff.js').FileDiff[]} files */
function counts(files) {
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  return [
    files.length > 1 ? `${plural(files.length, 'file')}, ` : null,
    h('span', { class: 'added' }, `+${added}`),
    h('span', { class: 'hidden' }, ' lines added,'),
    ' ',
    h('span', { class: 'removed' }, `−${removed}`),
    h('span', { class: 'hidden' }, ' lines removed'),
  ];
}

/** @param {import('./diff.js').FileDiff} file @param {Finding[]} findings */
function fileView({ path, hunks }, findings) {
  const here = findings.filter((finding) => finding.applied && finding.file.replace(/^\//, '') === path);
  return listed(
    h('div', { class: 'file' }, h('h4', { class: 'path' }, path)),
    hunks,
    (hunk) => {
      const end = hunk.oldStart + Math.max(hunk.oldCount, 1);
      const reasons = here.filter(({ line }) => line >= hunk.oldStart && line < end);
      return [hunkView(hunk, path), reasons.length > 0 ? reasonsView(reasons) : null];
    },
    'places',
  );
}

/** @param {import('./diff.js').Hunk} hunk @param {string} path */
function hunkView({ lines, oldStart }, path) {
  const partners = pair(lines);
  const table = h(
    'table',
    { class: 'hunk' },
    h('caption', { class: 'hidden' }, `Changes in ${path} from line ${oldStart}`),
    h('colgroup', null, ['number', 'number', 'sign', 'code'].map((name) => h('col', { class: name }))),
    h(
      'thead',
      { class: 'hidden' },
      h('tr', null, ['Old line', 'New line', 'Change', 'Text'].map((name) => h('th', { scope: 'col' }, name))),
    ),
    listed(h('tbody'), lines, (line) => [lineView(line, partners.get(line))], 'lines', LINES_AT_ONCE),
  );
  const indents = lines.filter(({ text }) => text.trim() !== '').map(({ text }) => indent(text));
  table.style.setProperty('--common', String(indents.reduce((least, each) => Math.min(least, each), MOST_INDENT)));
  return table;
}

/** @param {Line} line @param {Line | undefined} partner */
function lineView(line, partner) {
  const text = h('td', { class: 'code' }, code(line, partner), line.noNewline ? noNewline() : null);
  text.style.setProperty('--indent', String(indent(line.text)));
  return h(
    'tr',
    { class: line.kind },
    h('td', { class: 'number' }, line.old),
    h('td', { class: 'number' }, line.new),
    h('td', { class: 'sign' }, sign(line.kind)),
    text,
  );
}

/** In columns. @param {string} text */
function indent(text) {
  const blanks = /^[ \t]*/.exec(text)?.[0] ?? '';
  return [...blanks].reduce((at, c) => (c === '\t' ? at - (at % TAB) + TAB : at + 1), 0);
}

/** @param {Line['kind']} kind */
function sign(kind) {
  if (kind === 'same') return null;
  const [symbol, word] = kind === 'add' ? ['+', 'added'] : ['−', 'removed'];
  return [h('span', { 'aria-hidden': 'true' }, symbol), h('span', { class: 'hidden' }, word)];
}

function noNewline() {
  return h('span', { class: 'note' }, ' (no newline at the end of the file)');
}

/** @param {Line} line @param {Line | undefined} partner */
function code({ kind, text }, partner) {
  if (kind === 'same') return text || '\u200b';
  const tag = kind === 'add' ? 'ins' : 'del';
  const [before, after] = kind === 'add' ? [partner?.text, text] : [text, partner?.text];
  const parts = before && after ? differences(before, after)?.[kind === 'add' ? 1 : 0] : null;
  if (!parts) return h(tag, null, text || '\u200b');
  return h(tag, null, parts.map((part) => (part.marked ? h('mark', null, part.text) : part.text)));
}

/**
 * Each removed line and the added one that takes its place: the same directive
 * in one run of changes.
 * @param {Line[]} lines
 */
function pair(lines) {
  /** @type {Map<Line, Line>} */
  const partners = new Map();
  /** @type {Line[]} */
  let removed = [];
  for (const line of lines) {
    if (line.kind === 'del') removed.push(line);
    else if (line.kind === 'same') removed = [];
    else {
      const name = firstWord(line.text);
      const at = removed.findIndex((each) => name && firstWord(each.text) === name);
      if (at < 0) continue;
      partners.set(line, removed[at]);
      partners.set(removed[at], line);
      removed.splice(at, 1);
    }
  }
  return partners;
}

/** @param {string} text */
function firstWord(text) {
  return /\w+/.exec(text)?.[0] ?? '';
}

/** @param {Finding[]} reasons */
function reasonsView(reasons) {
  const messages = [...new Map(reasons.map((each) => [each.message, each])).values()];
  return h(
    'ul',
    { class: 'reasons', 'aria-label': 'Why' },
    messages.map(({ message, line }) =>
      h('li', null, h('span', { class: 'where' }, `Line ${line}`), ' ', prose(message)),
    ),
  );
}
