// The contract's section "Never", as a question about one answer of `fix`.

const LEGACY = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1'];
const ORDER = [...LEGACY, 'TLSv1.2', 'TLSv1.3'];
const BUNDLES = {
    debian: '/etc/ssl/certs/ca-certificates.crt',
    rhel: '/etc/pki/tls/certs/ca-bundle.crt',
    suse: '/etc/ssl/ca-bundle.pem',
    alpine: '/etc/ssl/cert.pem',
    freebsd: '/etc/ssl/cert.pem',
};
const FILE_SETTINGS = /_ssl_(?:trusted_certificate|crl|certificate|certificate_key|password_file)$/;

/** Lines that a diff adds, without the mark. */
export function addedLines(diff) {
    return diff.split('\n').filter((line) => /^\+(?!\+\+ )/.test(line)).map((line) => line.slice(1));
}

/** Elements of a cipher list that open it: "aNULL", "@SECLEVEL=0", not "!aNULL". */
function badCiphers(list) {
    return list.split(/[:, ]/).filter((one) =>
        /^\+?(?:ALL|COMPLEMENTOF\w+|eNULL|NULL|aNULL|ADH|AECDH|EXP\w*|RC4|3DES|DES|LOW|MD5)\b/.test(one) ||
        /@SECLEVEL=[01]/.test(one));
}

function hasHole(list) {
    const on = ORDER.map((one) => list.includes(one)).slice(2);
    return /1+0+1/.test(on.map(Number).join(''));
}

/**
 * What the answer must never hold; an empty list is as it should be.
 * @param {any} request @param {any} answer
 * @returns {string[]}
 */
export function broken(request, answer) {
    return [...inLines(request, answer), ...answer.hops.flatMap((hop) => atHop(request, hop))];
}

function inLines(request, answer) {
    const before = request.files.map((file) => file.text).join('\n');
    const words = addedLines(answer.diff).flatMap((line) => [
        /_ssl_verify\s+off/.test(line) && !/_ssl_verify\s+(?:off|false|no|0|disabled?)\b/i.test(before) && line,
        /UnsafeLegacyRenegotiation|VerifyMode\s+None/i.test(line) && !/UnsafeLegacyRenegotiation|VerifyMode/.test(before) && line,
        /_ssl_prefer_server_ciphers|proxy_ssl_(?:dhparam|ecdh_curve|session_cache)/.test(line) && !before.includes(line.trim()) && line,
    ]);
    return words.filter(Boolean).map((line) => `added: ${line}`);
}

/** Evidence and the answer allow-legacy together allow what is weaker, at that hop. */
function isLegacy(request, hop) {
    return Boolean(request.evidence?.length) && (request.answers ?? []).some((answer) =>
        answer.ask === 'allow-legacy' && answer.value === 'yes' && [undefined, hop.target].includes(answer.hop));
}

/** What is in force at a hop after the fix, held against what was before. */
function atHop(request, hop) {
    const wrong = [];
    const legacy = isLegacy(request, hop);
    for (const [name, { value }] of Object.entries(hop.after)) {
        const old = hop.before[name]?.value ?? '';
        const now = value ?? '';
        if (now === old) continue;
        const say = (why) => wrong.push(`${hop.target}: ${name} ${now} (was ${old}): ${why}`);
        if (/_ssl_verify$/.test(name) && now === 'off' && old === 'on') say('verification turned off');
        if (/_ssl_ciphers$/.test(name) && !legacy && badCiphers(now).some((one) => !badCiphers(old).includes(one)))
            say('weak ciphers');
        if (/_ssl_protocols$/.test(name)) protocols(now, legacy ? LEGACY.join(' ') : old, say);
        if (/_ssl_verify_depth$/.test(name) && Number(now) < Number(old)) say('depth lowered');
        if (FILE_SETTINGS.test(name) && !isKnown(request, now)) say('a path that nobody gave');
    }
    return wrong;
}

function protocols(now, old, say) {
    const list = now.split(' ');
    const was = old.split(' ');
    if (list.some((one) => LEGACY.includes(one) && !was.includes(one))) say('TLS below 1.2');
    if (hasHole(list)) say('a hole');
}

function isKnown(request, path) {
    const answers = (request.answers ?? []).map((answer) => answer.value);
    return path === '' || answers.includes(path) || BUNDLES[request.target?.platform] === path ||
        request.files.some((file) => file.text.includes(path));
}
