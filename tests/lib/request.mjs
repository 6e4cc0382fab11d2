// API requests, as the tests write them down: options of the command line, texts and files.

const TARGETS = ['nginx', 'openssl', 'platform'];

/**
 * The request of `tlsmend fix OPTIONS`.
 * @param {string[]} options such as ['--nginx', '1.26.3', '--answer', 'ca-file=system']
 * @param {{ path: string, text: string }[]} files
 * @param {{ name: string, text: string }[]} [evidence]
 */
export function fixRequest(options, files, evidence = []) {
    const request = { api: 1, op: 'fix', files };
    if (evidence.length) request.evidence = evidence;
    for (let i = 0; i < options.length; i += 2) take(request, options[i].replace(/^--/, ''), options[i + 1]);
    return request;
}

function take(request, name, value) {
    if (value === undefined) throw new Error(`--${name} has no value`);
    if (TARGETS.includes(name)) request.target = { ...request.target, [name]: value };
    else if (name === 'profile') request.profile = value;
    else if (name === 'answer') (request.answers ??= []).push(answerOf(value));
    else if (name === 'only' || name === 'skip')
        request.rules = { ...request.rules, [name]: value.split(',') };
    else throw new Error(`no option of these tests: --${name}`);
}

/** KEY[@TARGET]=VALUE; a target may hold "=" in its query, a key never does. */
export function answerOf(text) {
    const [, ask, hop, value] = /^([a-z-]+)(?:@(.+?))?=(.*)$/s.exec(text) ?? [];
    if (!ask) throw new Error(`no answer: ${text}`);
    return { ask, ...(hop ? { hop } : {}), value };
}
