// What the rules say, what is at the bottom of the evidence, what was not
// understood, and how to confirm it all by hand.

import { fill, h, listed, plural, prose } from './dom.js';
import { copyButton } from './take.js';

/** @typedef {import('./api').FixResponse} FixResponse */
/** @typedef {import('./api').Finding} Finding */
/** @typedef {import('./api').Rule} Rule */
/** @typedef {(file: string, line: number, column: number) => void} Go */

const SEVERITIES = { error: 'Error', warning: 'Warning', info: 'Note' };

const CONFIDENCES = {
  proven: 'proven by the evidence, or nginx would not start',
  certain: 'made certain by an answer or evidence',
  safe: 'safe: no working backend can stop working',
  presumed: 'presumed: right for most, but a working backend might fail',
};

/**
 * @param {FixResponse} response
 * @param {Map<string, Rule>} rules
 * @param {Go} go
 */
export function findingsView({ findings }, rules, go) {
  const applied = findings.filter((finding) => finding.applied);
  const open = findings.filter((finding) => !finding.applied);
  return [
    group('applied', `Mended by the diff`, applied, rules, go),
    group('open', 'Found, not changed', open, rules, go),
  ];
}

/** @param {string} id @param {string} title @param {Finding[]} findings @param {Map<string, Rule>} rules @param {Go} go */
function group(id, title, findings, rules, go) {
  if (findings.length === 0) return null;
  return h(
    'section',
    { class: `findings ${id}`, 'aria-labelledby': `findings-${id}` },
    h('h3', { id: `findings-${id}` }, title, ' ', h('span', { class: 'count' }, findings.length)),
    listed(h('ul'), findings, (finding) => [findingView(finding, rules.get(finding.rule), go)], 'findings'),
  );
}

/** @param {Finding} finding @param {Rule | undefined} rule @param {Go} go */
function findingView(finding, rule, go) {
  const { severity, message, file, line, column, applied, not_applied_because: because } = finding;
  return h(
    'li',
    { class: `finding ${severity}`, 'data-rule': finding.rule },
    h(
      'div',
      { class: 'head' },
      h('span', { class: 'severity' }, SEVERITIES[severity]),
      h('p', { class: 'message' }, prose(message)),
      place(file, line, column, go),
    ),
    !applied && because ? h('p', { class: 'because' }, prose(because)) : null,
    h(
      'details',
      { 'data-keep': `${finding.rule} ${file} ${line}` },
      h('summary', null, 'Why, and what it rests on', h('span', { class: 'hidden' }, `: ${message}`)),
      h('p', null, prose(finding.why)),
      h(
        'dl',
        null,
        rule ? [h('dt', null, 'Fix'), h('dd', null, prose(rule.fix))] : null,
        h('dt', null, 'Confidence'),
        h('dd', null, CONFIDENCES[finding.confidence]),
        finding.rests_on.length > 0
          ? [h('dt', null, 'Rests on'), h('dd', null, finding.rests_on.join(', '))]
          : null,
        h('dt', null, 'Rule'),
        h('dd', null, h('code', null, finding.rule), rule ? ` ${rule.title}` : null),
        finding.refs.length > 0 ? [h('dt', null, 'Read'), h('dd', null, ...finding.refs.map(link))] : null,
      ),
    ),
  );
}

/** @param {string} file @param {number} line @param {number} column @param {Go} go */
function place(file, line, column, go) {
  return h(
    'button',
    { type: 'button', class: 'place', onclick: () => go(file, line, column) },
    h('span', { class: 'hidden' }, 'Go to '),
    `${file}:${line}`,
  );
}

/** @param {string} url */
function link(url) {
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, url.replace(/^https:\/\//, ''));
}

/** @param {FixResponse} response @param {Go} go */
export function notHandledView({ not_handled: gaps }, go) {
  if (gaps.length === 0) return null;
  return h(
    'section',
    { class: 'gaps', 'aria-labelledby': 'gaps-title' },
    h('h3', { id: 'gaps-title' }, 'Not understood ', h('span', { class: 'count' }, gaps.length)),
    h('p', { class: 'why' }, 'These were left as they are, and nothing was concluded from them.'),
    listed(
      h('ul'),
      gaps,
      ({ file, line, why }) => [
        h('li', null, line ? place(file, line, 1, go) : h('span', { class: 'place' }, file), ' ', prose(why)),
      ],
      'places',
    ),
  );
}

/** @param {FixResponse} response */
export function commandsView({ commands }) {
  if (commands.length === 0) return null;
  return h(
    'section',
    { class: 'commands', 'aria-labelledby': 'commands-title' },
    h('h3', { id: 'commands-title' }, 'Confirm by hand'),
    commands.map(({ title, text }) =>
      h(
        'div',
        { class: 'command' },
        h('div', { class: 'bar' }, h('h4', null, title), copyButton('Copy', () => text, `the command: ${title}`)),
        commandText(text),
      ),
    ),
  );
}

/**
 * A command as it is; a whole script folded up.
 * @param {string} text
 */
function commandText(text) {
  const lines = text.trimEnd().split('\n').length;
  const pre = h('pre', null, h('code', null, text));
  return lines > 3 ? h('details', null, h('summary', null, `Show its ${lines} lines`), pre) : pre;
}

/**
 * The answer in one sentence, what it was read from, and the ranked causes.
 * @param {FixResponse} response
 * @param {Go} go
 */
export function diagnosisView(response, go) {
  const [first, ...others] = alike(response.diagnosis);
  if (!first) return [h('h2', null, summary(response)), ...checked(response)];
  const [likeliest] = first.causes;
  return [
    h('p', { class: 'eyebrow' }, source(first, go)),
    h('h2', null, prose(first.title)),
    likeliest ? h('p', null, h('strong', null, 'Likeliest: '), prose(likeliest.text)) : null,
    h('p', { class: 'verdict' }, summary(response)),
    ...checked(response),
    h('div', { class: 'more' }, causes(first), others.length > 0 && othersView(others, go)),
  ];
}

/** @typedef {import('./api').Diagnosis} Diagnosis */

/** One for all lines that say the same of the same hops. @param {Diagnosis[]} list @returns {Diagnosis[]} */
function alike(list) {
  /** @type {Map<string, Diagnosis>} */
  const groups = new Map();
  for (const each of list) {
    const key = JSON.stringify([each.side, each.reason, each.hops]);
    const group = groups.get(key);
    groups.set(key, group ? { ...group, count: group.count + each.count } : each);
  }
  return [...groups.values()];
}

/** @param {Diagnosis} diagnosis @param {Go} go */
function source({ evidence, line, count }, go) {
  return [place(evidence, line, 1, go), count > 1 ? ` and ${plural(count - 1, 'line')} like it` : null];
}

/**
 * What evidence means as long as there is no config.
 * @param {import('./api').ExplainResponse} response
 */
export function explanationsView({ explanations }) {
  const known = explanations.filter(({ kind }) => kind !== 'unknown');
  const different = new Map((known.length > 0 ? known : explanations).map((each) => [each.title, each]));
  return [
    ...[...different.values()].map((each) =>
      h(
        'section',
        { class: 'explanation' },
        h('h2', null, prose(each.title)),
        h('p', { class: 'paragraphs' }, prose(each.text)),
        unfolded(causes(each)),
        each.refs.length > 0 ? h('p', { class: 'refs' }, each.refs.map(link)) : null,
      ),
    ),
    h('p', { class: 'verdict' }, 'Paste the config too, and you get a diff.'),
  ];
}

/** @param {HTMLDetailsElement | null} details */
function unfolded(details) {
  if (details) details.open = true;
  return details;
}

/** @param {{ causes: import('./api').Cause[], reason?: string, alert?: number | null, note?: string | null }} of */
function causes({ causes: list, reason, note }) {
  if (list.length === 0 && !reason && !note) return null;
  return h(
    'details',
    { class: 'causes', 'data-keep': 'causes' },
    h('summary', null, list.length > 0 ? `${plural(list.length, 'possible cause')}, likeliest first` : 'What the log says'),
    list.length > 0 ? h('ol', null, list.map(({ text }) => h('li', null, prose(text)))) : null,
    note ? h('p', { class: 'note' }, prose(note)) : null,
    reason ? h('p', { class: 'reason' }, reason) : null,
  );
}

/** @param {import('./api').Diagnosis[]} others @param {Go} go */
function othersView(others, go) {
  return h(
    'details',
    { class: 'others', 'data-keep': 'others' },
    h('summary', null, `${plural(others.length, 'other thing')} in the evidence`),
    listed(
      h('ul'),
      others,
      (each) => [h('li', null, prose(each.title), ' ', h('span', { class: 'where' }, source(each, go)))],
      'lines',
    ),
  );
}

/** What came of it, in one or two sentences. @param {FixResponse} response */
export function summary(response) {
  const { diff, findings, asks, hops, files } = response;
  const mended = findings.filter((finding) => finding.applied).length;
  const open = findings.length - mended;
  if (diff) {
    const changed = files.filter((file) => file.changed);
    const where = changed.length === 1 ? changed[0].path : plural(changed.length, 'file');
    const what = mended > 0 ? `The diff mends ${plural(mended, 'fault')}` : 'There is a diff';
    return `${what} in ${where}${rest(response)}`;
  }
  if (asks.length > 0) {
    return `Nothing can be changed before ${plural(asks.length, 'question')} ${asks.length === 1 ? 'is' : 'are'} answered.`;
  }
  if (open > 0) return `Nothing is certain enough to be changed; ${plural(open, 'thing')} found.`;
  if (hops.length === 0) return 'No connection to an upstream was found in this config.';
  return 'Nothing to change.';
}

/** What the diff leaves. @param {FixResponse} response */
function rest(response) {
  const { asks } = response;
  if (likeliestIsOpen(response)) {
    return asks.length > 0 ? '. The likeliest cause is not among them: it needs an answer.' : '. The likeliest cause is not among them.';
  }
  return asks.length > 0 ? `; ${plural(asks.length, 'answer')} would mend more.` : '.';
}

/** Whether the log's likeliest cause was found and is left as it is. @param {FixResponse} response */
function likeliestIsOpen({ diagnosis, findings }) {
  return diagnosis.some(({ causes: [likeliest], hops }) => {
    const found = findings.filter(
      (finding) => likeliest?.rules.includes(finding.rule) && finding.hops.some((hop) => hops.includes(hop)),
    );
    return found.length > 0 && !found.some((finding) => finding.applied);
  });
}

/** What was looked at, where nothing is changed. @param {FixResponse} response */
function checked({ diff, hops }) {
  if (diff || hops.length === 0) return [];
  return [
    h('p', { class: 'why' }, `Checked ${plural(hops.length, 'connection')} to upstreams:`),
    listed(
      h('ul', { class: 'hops' }),
      hops,
      (hop) => [
        h(
          'li',
          null,
          h('code', null, hop.target),
          ' ',
          h('span', { class: 'where' }, `${hop.file}:${hop.line}, `, tls(hop.tls)),
        ),
      ],
      'connections',
    ),
  ];
}

/** @param {boolean | null} state */
function tls(state) {
  return state === null ? 'TLS depends on a variable' : state ? 'TLS' : 'plain text';
}

/**
 * Puts views into an element; what the user had unfolded stays so.
 * @param {Element} element @param {...(import('./dom.js').Child | import('./dom.js').Child[])} views
 */
export function refill(element, ...views) {
  const open = new Set(
    [...element.querySelectorAll('details[open]')].map((each) => each.getAttribute('data-keep')),
  );
  fill(element, ...views);
  for (const each of element.querySelectorAll('details')) {
    if (open.has(each.getAttribute('data-keep'))) each.open = true;
  }
}
