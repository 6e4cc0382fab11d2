// Open questions as fields. An answer stays where it was given, so that it can
// be changed or taken back, for as long as its hop is there.

import { fill, h, plural, prose } from './dom.js';

/** @typedef {import('./api').Ask} Ask */
/** @typedef {import('./api').Answer} Answer */
/** @typedef {import('./api').FixResponse} FixResponse */
/** @typedef {import('./api').Hop} Hop */

/** Those whose answer is one of a few. @type {Partial<Record<Ask['key'], Record<string, string>>>} */
const CHOICES = {
  'upstream-scheme': { https: 'https', http: 'http' },
  'allow-legacy': { yes: 'Yes, allow it there' },
};

/** @type {Partial<Record<Ask['key'], string>>} */
const HINTS = {
  'upstream-name': 'backend.example.com',
  'ca-file': '/etc/nginx/tls/backend-ca.pem',
  'client-cert': '/etc/nginx/tls/client.crt',
  'client-key': '/etc/nginx/tls/client.key',
};

/** What a choice is called, where its value alone says too little. @type {Record<string, string>} */
const LABELS = { system: 'the system’s bundle' };

export class Asks {
  /** @type {Map<string, Field>} */ #fields = new Map();
  /** @type {() => void} */ #changed;
  #title = h('h3', { id: 'asks-title' });
  #list = h('div', { class: 'fields' });
  element = h(
    'section',
    { class: 'asks card', 'aria-labelledby': 'asks-title', hidden: true },
    h('div', { class: 'bar' }, this.#title),
    this.#list,
  );

  /** @param {() => void} changed  an answer was given, changed or taken back */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @returns {Answer[]} */
  get answers() {
    return [...this.#fields.values()]
      .filter((field) => field.value !== '')
      .map(({ ask, target, value }) => ({ ask: ask.key, hop: target, value }));
  }

  /**
   * The module refuses an answer: its field says why.
   * @param {number} index  among `answers`
   * @param {string} message
   */
  refuse(index, message) {
    const field = [...this.#fields.values()].filter((each) => each.value !== '')[index];
    field?.setFault(message);
    return field !== undefined;
  }

  clear() {
    this.#fields.clear();
    fill(this.#list);
    this.element.hidden = true;
  }

  /** @param {FixResponse} response */
  show(response) {
    const open = merge(response);
    for (const [id, field] of this.#fields) {
      const gone = field.target !== null && !response.hops.some((hop) => hop.target === field.target);
      if (!open.has(id) && (gone || field.value === '')) {
        field.element.remove();
        this.#fields.delete(id);
      }
    }
    for (const [id, { ask, target, hops }] of open) {
      let field = this.#fields.get(id);
      if (!field) {
        field = new Field(`ask-${++serial}`, ask, target, this.#changed);
        this.#fields.set(id, field);
        this.#list.append(field.element);
      }
      field.update(ask, hops);
    }
    for (const [id, field] of this.#fields) {
      field.setOpen(open.has(id));
      field.setFault(null);
    }
    this.element.hidden = this.#fields.size === 0;
    this.#title.textContent = open.size > 0 ? `${plural(open.size, 'open question')}` : 'Your answers';
  }
}

let serial = 0;

/**
 * One entry for each key and target: hops with the same target share an answer.
 * @param {FixResponse} response
 */
function merge({ asks, hops }) {
  /** @type {Map<string, { ask: Ask, target: string | null, hops: Hop[] }>} */
  const open = new Map();
  for (const ask of asks) {
    const hop = hops.find((each) => each.id === ask.hop);
    const target = hop?.target ?? null;
    const id = `${ask.key}@${target ?? ''}`;
    const entry = open.get(id) ?? { ask, target, hops: [] };
    if (hop) entry.hops.push(hop);
    open.set(id, entry);
  }
  return open;
}

class Field {
  value = '';
  /** @type {HTMLInputElement | null} */ #input = null;
  /** @type {() => void} */ #changed;
  #id;
  #question = h('span');
  #why = h('p', { class: 'why' });
  #help = h('details', { class: 'help' }, h('summary', null, 'Why, and how to find it'), this.#why);
  #where = h('span', { class: 'where' });
  #choices = h('div', { class: 'choices' });
  #state = h('span', { class: 'state' });
  #fault = h('p', { class: 'fault', role: 'alert', hidden: true });
  #offered = '';

  /** @param {string} id @param {Ask} ask @param {string | null} target @param {() => void} changed */
  constructor(id, ask, target, changed) {
    this.#id = id;
    this.ask = ask;
    this.target = target;
    this.#changed = changed;
    this.#why.id = `${id}-why`;
    this.element = CHOICES[ask.key] ? this.#group() : this.#line();
    this.element.setAttribute('data-ask', ask.key);
  }

  /** A question with a few answers. */
  #group() {
    return h(
      'fieldset',
      { class: 'field', 'aria-describedby': this.#why.id },
      h('legend', null, this.#question, ' ', this.#where),
      this.#help,
      this.#choices,
      this.#fault,
      this.#state,
    );
  }

  /** A question with a text for an answer. */
  #line() {
    this.#input = h('input', {
      id: this.#id,
      type: 'text',
      placeholder: HINTS[this.ask.key],
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      'aria-describedby': this.#why.id,
      oninput: () => this.#answer(this.#input?.value.trim() ?? ''),
    });
    return h(
      'div',
      { class: 'field' },
      h('div', null, h('label', { for: this.#id }, this.#question, ' ', this.#where), this.#help),
      h('div', null, h('div', { class: 'line' }, this.#input, this.#state), this.#fault, this.#choices),
    );
  }

  /** @param {Ask} ask @param {Hop[]} hops */
  update(ask, hops) {
    this.ask = ask;
    fill(this.#question, prose(ask.question));
    fill(this.#why, prose(ask.why));
    this.#where.textContent = hops.length > 1 ? `${hops.length} places` : '';
    const fixed = CHOICES[ask.key];
    const offered = fixed ? Object.keys(fixed) : [...new Set([ask.suggested, ...ask.choices])].filter(isText);
    if (this.#offered === offered.join('\n')) return;
    this.#offered = offered.join('\n');
    if (fixed) fill(this.#choices, Object.entries(fixed).map(([value, label]) => this.#radio(value, label)));
    else fill(this.#choices, offered.map((value) => this.#chip(value)));
  }

  /** @param {string | null} message */
  setFault(message) {
    fill(this.#fault, message ? prose(message) : null);
    this.#fault.hidden = !message;
    this.#input?.setAttribute('aria-invalid', String(Boolean(message)));
    if (message) this.setOpen(true);
  }

  /** @param {boolean} open */
  setOpen(open) {
    const answered = !open && this.value !== '';
    this.element.classList.toggle('answered', answered);
    if (answered === (this.#state.childNodes.length > 0)) return;
    fill(
      this.#state,
      answered && h('button', { type: 'button', onclick: () => this.#takeBack() }, 'Take back'),
    );
  }

  /** @param {string} value */
  #chip(value) {
    return h(
      'button',
      { type: 'button', class: 'chip', onclick: () => this.#set(value) },
      h('span', { class: 'hidden' }, 'Use '),
      LABELS[value] ?? value,
    );
  }

  /** @param {string} value @param {string} label */
  #radio(value, label) {
    const input = h('input', {
      type: 'radio',
      name: this.#id,
      value,
      checked: this.value === value,
      onchange: () => this.#answer(value),
    });
    return h('label', { class: 'choice' }, input, label);
  }

  #takeBack() {
    for (const input of this.element.querySelectorAll('input')) input.checked = false;
    this.#set('');
    this.element.querySelector('input')?.focus();
  }

  /** @param {string} value */
  #set(value) {
    if (this.#input) this.#input.value = value;
    this.#answer(value);
  }

  /** @param {string} value */
  #answer(value) {
    if (value === this.value) return;
    this.value = value;
    this.#changed();
  }
}

/** @param {string | null} value @returns {value is string} */
function isText(value) {
  return value !== null && value !== '';
}
