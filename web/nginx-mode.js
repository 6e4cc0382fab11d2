// nginx's syntax, as much of it as colours need: a statement begins with the
// name of a directive, its arguments follow, `;` or a block ends it.

import { StreamLanguage } from '@codemirror/language';

/**
 * @typedef {object} State
 * @property {boolean} fresh   the next word is a directive's name
 * @property {string} name     the directive whose arguments are read
 * @property {string} quote    the quote that is open, or ''
 * @property {number} lua      open braces of a Lua block, 0 outside
 */

/** @type {import('@codemirror/language').StreamParser<State>} */
const parser = {
  name: 'nginx',
  languageData: { commentTokens: { line: '#' } },
  startState: () => ({ fresh: true, name: '', quote: '', lua: 0 }),
  token(stream, state) {
    if (state.lua > 0) return lua(stream, state);
    if (state.quote) return quoted(stream, state);
    if (stream.eatSpace()) return null;
    const next = stream.peek();
    if (next === '#') {
      stream.skipToEnd();
      return 'comment';
    }
    if (next === ';' || next === '{' || next === '}') {
      stream.next();
      state.lua = next === '{' && state.name.endsWith('_by_lua_block') ? 1 : 0;
      state.fresh = true;
      state.name = '';
      return 'punctuation';
    }
    if (next === '"' || next === "'") {
      stream.next();
      state.quote = next;
      state.fresh = false;
      return quoted(stream, state);
    }
    if (next === '$' && stream.match(/^\$(\{\w+\}|\w+)/)) {
      state.fresh = false;
      return 'variableName';
    }
    return word(stream, state);
  },
};

/** @param {import('@codemirror/language').StringStream} stream @param {State} state */
function word(stream, state) {
  if (!stream.match(/^(\\.|[^\s;{}$#\\]|(?<=\S)#)+/)) stream.next();
  const text = stream.current();
  if (state.fresh) {
    state.fresh = false;
    state.name = text;
    return 'keyword';
  }
  if (/^(on|off)$/i.test(text)) return 'bool';
  if (/^\d+[a-zA-Z]*$/.test(text)) return 'number';
  return null;
}

/** @param {import('@codemirror/language').StringStream} stream @param {State} state */
function quoted(stream, state) {
  while (!stream.eol()) {
    const c = stream.next();
    if (c === '\\') stream.next();
    else if (c === state.quote) {
      state.quote = '';
      break;
    }
  }
  return 'string';
}

/** @param {import('@codemirror/language').StringStream} stream @param {State} state */
function lua(stream, state) {
  while (state.lua > 0 && !stream.eol()) {
    const c = stream.next();
    if (c === '{') state.lua++;
    else if (c === '}') state.lua--;
  }
  return 'meta';
}

export const nginx = StreamLanguage.define(parser);
