// <tls-mend>: config and evidence in, diff and reasons out.
//
// All of it works in a worker of this page. The element reads nothing from the
// network and stores nothing.

import { Asks } from './asks.js';
import { ConfigPane } from './config-pane.js';
import { DiffView } from './diff-view.js';
import { fill, h, plural } from './dom.js';
import { EvidencePane } from './evidence-pane.js';
import exampleConfig from './example/nginx.conf';
import exampleLog from './example/error.log';
import { commandsView, diagnosisView, explanationsView, findingsView, notHandledView, refill, summary } from './findings.js';
import { looksLikeEvidence, readFiles } from './read-files.js';
import style from './style.css';
import { ModuleTrap, WorkerClient } from './worker-client.js';

/** @typedef {import('./api').FixResponse} FixResponse */
/** @typedef {import('./api').Request} Request */
/** @typedef {import('./api').Target} Target */

/** @type {[label: string, target: Target][]} */
const TARGETS = [
  ['Not known', { nginx: null, openssl: null, platform: null }],
  ['1.18.0 (Ubuntu 22.04)', { nginx: '1.18.0', openssl: '3.0', platform: 'debian' }],
  ['1.20 (RHEL 9)', { nginx: '1.20.1', openssl: '3.0', platform: 'rhel' }],
  ['1.22.1 (Debian 12)', { nginx: '1.22.1', openssl: '3.0', platform: 'debian' }],
  ['1.24.0 (Ubuntu 24.04)', { nginx: '1.24.0', openssl: '3.0', platform: 'debian' }],
  ['1.26.3 (Debian 13)', { nginx: '1.26.3', openssl: '3.5', platform: 'debian' }],
  ['1.28', { nginx: '1.28.0', openssl: null, platform: null }],
  ['1.30 (stable)', { nginx: '1.30.0', openssl: null, platform: null }],
  ['1.31 (mainline)', { nginx: '1.31.0', openssl: null, platform: null }],
];

/** @type {[value: import('./api').Profile, label: string][]} */
const PROFILES = [
  ['minimal', 'Minimal: what is proven'],
  ['recommended', 'Recommended: and what is safe'],
  ['hardened', 'Hardened: and what is presumed'],
];

/** A pause in typing this long asks for an answer. */
const PAUSE_MS = 120;
/** Work longer than this is shown. */
const BUSY_MS = 200;

export class TlsMend extends HTMLElement {
  /** Where the module comes from: the base64 of its gzip. @type {() => Promise<string>} */
  static source = async () => {
    throw new Error('No module was given');
  };

  /** @type {WorkerClient | null} */ #client = null;
  /** @type {Map<string, import('./api').Rule>} */ #rules = new Map();
  /** @type {FixResponse | null} */ #response = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #cost = 0;

  #root = this.attachShadow({ mode: 'open' });
  #config = new ConfigPane({
    root: this.#root,
    changed: () => this.#later(),
    example: () => this.showExample(),
    clear: () => this.clear(),
    took: (files) => this.#take(files, 'config'),
  });
  #evidence = new EvidencePane({
    changed: () => this.#later(),
    took: (files) => this.#take(files, 'evidence'),
  });
  #asks = new Asks(() => this.#later());
  #diff = new DiffView();
  #target = select(TARGETS.map(([label], index) => [String(index), label]), '0', () => this.#later());
  #profile = select(PROFILES, 'recommended', () => this.#later());

  #notice = h('p', { class: 'notice', role: 'alert', hidden: true });
  #message = h('div', { class: 'message-box' });
  #answer = h('div', { class: 'diagnosis' });
  #details = h('div', { class: 'details' });
  #version = h('span', { class: 'version' }, 'Loading the module…');
  #live = h('p', { class: 'hidden', role: 'status', 'aria-live': 'polite' });
  #result = h(
    'main',
    { class: 'result', tabindex: -1, 'aria-label': 'Result' },
    h('div', { class: 'progress', 'aria-hidden': 'true' }),
    this.#message,
    this.#answer,
    this.#asks.element,
    this.#diff.element,
    this.#details,
  );

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.#root.adoptedStyleSheets = [...this.#root.adoptedStyleSheets, sheet];
    this.#root.append(
      h(
        'div',
        { class: 'page' },
        this.#header(),
        h('div', { class: 'input' }, this.#notice, this.#config.element, this.#evidence.element, this.#settings()),
        this.#result,
        this.#live,
      ),
    );
    this.#root.addEventListener('say', (event) => this.#say(/** @type {CustomEvent} */ (event).detail));
    this.#root.addEventListener('dragover', (event) => this.#dragOver(/** @type {DragEvent} */ (event)), true);
    this.#root.addEventListener('dragleave', () => this.#result.parentElement?.classList.remove('dropping'));
    this.#root.addEventListener('drop', (event) => this.#drop(/** @type {DragEvent} */ (event)), true);
  }

  connectedCallback() {
    this.#client ??= new WorkerClient(() => TlsMend.source());
    this.#show(null);
    this.#load(this.#client);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#client?.close();
    this.#client = null;
  }

  /** What the element would ask now. @returns {Request} */
  get request() {
    return {
      api: 1,
      op: 'fix',
      files: this.#config.files,
      evidence: this.#evidence.evidence,
      target: TARGETS[Number(this.#target.value)][1],
      profile: /** @type {import('./api').Profile} */ (this.#profile.value),
      answers: this.#asks.answers,
    };
  }

  /** What it shows now. */
  get response() {
    return this.#response;
  }

  async showExample() {
    this.#asks.clear();
    this.#config.set([{ path: 'nginx.conf', text: exampleConfig }]);
    this.#evidence.set([{ name: 'error.log', text: exampleLog }]);
    await this.#run();
    const first = this.#response?.findings[0];
    if (first) this.#config.show(first.file, first.line);
  }

  clear() {
    this.#asks.clear();
    this.#config.set([]);
    this.#evidence.set([]);
    this.#tell(null);
    this.#run();
    this.#config.focus();
  }

  #header() {
    return h(
      'header',
      { class: 'top' },
      h('h1', null, 'tlsmend'),
      h('p', { class: 'tagline' }, 'Mends TLS between nginx and its upstreams'),
      h('button', { type: 'button', class: 'skip', onclick: () => this.#result.focus() }, 'Go to the result'),
      this.#privacy(),
    );
  }

  #privacy() {
    const panel = h(
      'details',
      { class: 'privacy' },
      h('summary', null, 'Nothing leaves this page'),
      h(
        'div',
        null,
        h(
          'p',
          null,
          'The work is done here, by a WebAssembly module in a worker. The page’s policy is ',
          h('code', null, "connect-src 'none'"),
          ': the browser refuses it every connection. Nothing is stored, either.',
        ),
        h('p', null, 'To check: watch the network panel of the developer tools, or disconnect first.'),
        h('p', null, this.#version),
      ),
    );
    panel.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape' || !panel.open) return;
      panel.open = false;
      panel.querySelector('summary')?.focus();
    });
    this.#root.addEventListener('pointerdown', (event) => {
      if (!event.composedPath().includes(panel)) panel.open = false;
    });
    return panel;
  }

  #settings() {
    return h(
      'section',
      { class: 'settings', 'aria-label': 'Settings' },
      h('label', null, h('span', null, 'nginx version'), this.#target),
      h('label', null, h('span', null, 'What to change'), this.#profile),
    );
  }

  // --- Asking ---------------------------------------------------------------

  /** @param {WorkerClient} client */
  async #load(client) {
    try {
      const [{ version }, { rules }] = await Promise.all([
        client.run({ api: 1, op: 'version' }),
        client.run({ api: 1, op: 'rules' }),
      ]);
      this.#version.textContent = version ?? '';
      this.#rules = new Map((rules ?? []).map((/** @type {import('./api').Rule} */ rule) => [rule.id, rule]));
      if (this.#response) this.#show(this.#response);
    } catch (error) {
      this.#version.textContent = 'The module could not be loaded.';
      this.#trouble('The module could not be loaded.', messageOf(error));
    }
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), Math.max(PAUSE_MS, this.#cost));
  }

  async #run() {
    clearTimeout(this.#timer);
    const { request } = this;
    if (!request.files?.length && !request.evidence?.length) return this.#show(null);
    const asked = request.files?.length ? request : explain(request);
    const busy = setTimeout(() => this.#busy(true), BUSY_MS);
    const started = performance.now();
    try {
      const response = await this.#client?.runLatest(asked);
      if (!response) return;
      this.#cost = performance.now() - started;
      if (response.error) this.#refused(response.error);
      else if (response.explanations) this.#explained(response);
      else this.#show(response);
    } catch (error) {
      if (error instanceof ModuleTrap) {
        this.#trouble('The module broke off. Your text is kept, and a new worker is ready.', messageOf(error));
      } else {
        this.#trouble('The module could not be loaded. Your text is kept.', messageOf(error));
      }
    } finally {
      clearTimeout(busy);
      this.#busy(false);
    }
  }

  /** @param {boolean} busy */
  #busy(busy) {
    this.#result.classList.toggle('busy', busy);
    this.#result.setAttribute('aria-busy', String(busy));
  }

  // --- Showing --------------------------------------------------------------

  /** @param {FixResponse | null} response  null: there is nothing to mend yet */
  #show(response) {
    this.#response = response;
    fill(this.#message);
    this.#result.classList.toggle('empty', !response);
    /** @type {(file: string, line: number, column: number) => void} */
    const go = (file, line, column) => {
      if (!this.#config.goTo(file, line, column)) this.#evidence.goTo(file, line);
    };
    if (response) {
      refill(this.#answer, ...diagnosisView(response, go));
      this.#asks.show(response);
      refill(
        this.#details,
        ...findingsView(response, this.#rules, go),
        notHandledView(response, go),
        commandsView(response),
      );
      this.#say(`${response.diagnosis[0]?.title ?? ''} ${summary(response)}`);
    } else {
      fill(this.#answer, ...this.#promise());
      fill(this.#details);
    }
    this.#diff.show(response);
    this.#config.mark(response?.findings ?? []);
    this.dispatchEvent(new CustomEvent('result', { detail: response }));
  }

  #promise() {
    return [
      h('h2', null, 'A failing config in, a working diff out'),
      h(
        'p',
        null,
        'Paste an nginx config that fails towards its backend, and the line from error.log if you have it. You get a diff for ',
        h('code', null, 'patch'),
        ' and ',
        h('code', null, 'git apply'),
        ', why each line changes, and what that rests on.',
      ),
      h('p', null, 'It asks what it cannot know, and invents nothing.'),
      h('p', null, h('button', { type: 'button', class: 'primary', onclick: () => this.showExample() }, 'Try the example')),
    ];
  }

  /** There is evidence but no config. @param {import('./api').ExplainResponse} response */
  #explained(response) {
    this.#show(null);
    this.#result.classList.remove('empty');
    refill(this.#answer, ...explanationsView(response));
    this.#say(response.explanations[0]?.title ?? '');
  }

  /** The request was not understood. @param {import('./api').ErrorResponse['error']} error */
  #refused({ message, at }) {
    const answer = /^\/answers\/(\d+)\//.exec(at);
    if (answer && this.#asks.refuse(Number(answer[1]), message)) return;
    this.#trouble('This could not be read. Your text is kept.', at ? `${message} (at ${at})` : message);
  }

  /** @param {string} title @param {string} text */
  #trouble(title, text) {
    this.#result.classList.remove('empty');
    if (!this.#response) fill(this.#answer);
    fill(
      this.#message,
      h(
        'div',
        { class: 'trouble card', role: 'alert' },
        h('h2', null, title),
        h('p', null, text),
        this.#response ? h('p', { class: 'why' }, 'Below is the answer to what was there before.') : null,
        h('button', { type: 'button', onclick: () => this.#run() }, 'Try again'),
      ),
    );
  }

  /** @param {string} text */
  #say(text) {
    this.#live.textContent = text.trim();
  }

  /** @param {string | null} text */
  #tell(text) {
    this.#notice.textContent = text;
    this.#notice.hidden = !text;
  }

  // --- Files ----------------------------------------------------------------

  /** @param {DragEvent} event */
  #dragOver(event) {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    this.#result.parentElement?.classList.add('dropping');
  }

  /** @param {DragEvent} event */
  #drop(event) {
    this.#result.parentElement?.classList.remove('dropping');
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const onEvidence = event.composedPath().includes(this.#evidence.element);
    this.#take(files, onEvidence ? 'evidence' : 'either');
  }

  /** @param {File[]} files @param {'config' | 'evidence' | 'either'} as */
  async #take(files, as) {
    const read = await readFiles(files);
    const troubles = read.map((file) => file.trouble).filter((trouble) => trouble !== null);
    this.#tell(troubles.length > 0 ? troubles.join(' ') : null);
    const texts = read.filter((file) => file.text !== '');
    const isEvidence = (/** @type {{ name: string, text: string }} */ { name, text }) =>
      as === 'evidence' || (as === 'either' && looksLikeEvidence(name, text));
    const evidence = texts.filter(isEvidence).map(({ name, text }) => ({ name, text }));
    const config = texts.filter((file) => !isEvidence(file)).map(({ name, text }) => ({ path: name, text }));
    if (config.length > 0) this.#config.add(config);
    if (evidence.length > 0) this.#evidence.add(evidence);
    this.#say(`Took ${plural(texts.length, 'file')}`);
    this.#run();
  }
}

/**
 * @param {readonly (readonly [value: string, label: string])[]} options
 * @param {string} chosen
 * @param {() => void} changed
 */
function select(options, chosen, changed) {
  return h(
    'select',
    { onchange: changed },
    options.map(([value, label]) => h('option', { value, selected: value === chosen }, label)),
  );
}

/** Lines of evidence that are explained at most. */
const EXPLAINED = 50;

/** Without a config: what does each line of the evidence mean? @param {Request} request @returns {Request} */
function explain({ api, evidence = [] }) {
  const lines = new Map(
    evidence.flatMap(({ name, text }) => text.split('\n').map((line) => [line.trim(), name])),
  );
  lines.delete('');
  return {
    api,
    op: 'explain',
    evidence: [...lines].slice(0, EXPLAINED).map(([text, name]) => ({ name, text })),
  };
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
