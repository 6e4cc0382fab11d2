// Asks real nginx about every row of src/nginx/directives.inc: `nginx -t` says
// "unknown directive", "is not allowed here", "invalid number of arguments" or "is
// duplicate", and must say it exactly where the table does.
//
// NGINX_BINARIES (colon-separated) names the binaries; NGINX_MODULES the folder of
// their dynamic modules where it is not the one that they were built with.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Asker, headLines } from './catalogue/ask.mjs';
import { sample } from './catalogue/samples.mjs';
import { CONTEXTS, arityFits, inVersion, readTable, versionNumber } from './catalogue/table.mjs';

/** @typedef {import('./catalogue/table.mjs').Row} Row */

const ROWS = readTable();
const BUILT = fileURLToPath(new URL('../../build/nginx-1.26.3/sbin/nginx', import.meta.url));
const PATHS = process.env.NGINX_BINARIES?.split(':').filter(Boolean) ??
    ['/usr/sbin/nginx', BUILT].filter((path) => existsSync(path));
assert.ok(PATHS.length > 0, 'no nginx to ask: install nginx, or set NGINX_BINARIES');

/** Rows of which no sample can be made here, and why. */
const UNSAMPLED = {
    load_module: 'would need a module that is not loaded yet', ssl_engine: 'needs an engine',
    geoip_country: 'needs a database', geoip_city: 'needs a database', geoip_org: 'needs a database',
};
/** Distributions have them in older versions too, by security updates: either answer is right. */
const BACKPORTED = ['max_headers'];
/** They do nothing since, and so may be repeated. */
const INERT = Object.fromEntries([
    ...['http2_max_concurrent_pushes', 'http2_push_preload'].map((name) => [name, versionNumber('1.25.1')]),
    ...['http2_idle_timeout', 'http2_max_field_size', 'http2_max_header_size', 'http2_max_requests',
        'http2_recv_timeout'].map((name) => [name, versionNumber('1.19.7')]),
]);
/** Later releases took more: the arity in the table is the widest. */
const WIDENED = { keepalive: versionNumber('1.29.7') };

/**
 * A configuration with `text` in the context, starting on line 1.
 * @param {string} context @param {string} text @param {string} dir
 */
function inside(context, text, dir) {
    const listen = (/** @type {string} */ name) => `listen unix:${dir}/${name};`;
    // nginx -t opens the pid file: never the machine's.
    const main = `${/^pid\b/m.test(text) ? '' : `pid ${dir}/pid;`} ${/^events\b/m.test(text) ? '' : 'events { }'}`;
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) =>
        text.includes(`${name}_temp_path`) ? '' : `${name}_temp_path ${dir}/temp;`).join(' ');
    const zones = 'limit_conn_zone $remote_addr zone=conn1:1m; limit_conn_zone $remote_addr zone=conn2:1m;';
    const more = 'limit_req_zone $host zone=req1:1m rate=1r/s; limit_req_zone $host zone=req2:1m rate=1r/s;';
    const http = (/** @type {string} */ body) => `${main} http { ${/access_log/.test(text) ? '' : 'access_log off;'} ${paths} ${zones} ${more} ${body} }`;
    const server = (/** @type {string} */ body) => http(`server { set $memcached_key x; ${/\blisten /.test(text) ? '' : listen('s')} ${body} }`);
    const location = (/** @type {string} */ body) => server(`location / { ${body} }`);
    const imap = `${/\bprotocol /.test(text) ? '' : 'protocol imap;'} ${/\bauth_http /.test(text) ? '' : 'auth_http 127.0.0.1:1/;'}`;
    const wrap = /** @type {Record<string, () => string>} */ ({
        MAIN: () => `${text} ${main}`,
        EVENTS: () => `pid ${dir}/pid; events { ${text} }`,
        HTTP: () => http(text),
        SERVER: () => server(text),
        LOCATION: () => location(text),
        SERVER_IF: () => server(`if ($host) { ${text} }`),
        LOCATION_IF: () => location(`if ($host) { ${text} }`),
        LIMIT_EXCEPT: () => location(`limit_except GET { ${text} }`),
        UPSTREAM: () => http(`upstream u { ${text} server 127.0.0.1:1; }`),
        STREAM: () => `${main} stream { ${zones} ${text} }`,
        STREAM_SERVER: () => `${main} stream { ${zones} server { ${/\blisten /.test(text) ? '' : listen('s')} ${text} ${/\b(return|pass|proxy_pass) /.test(text) ? '' : 'return ok;'} } }`,
        STREAM_UPSTREAM: () => `${main} stream { upstream u { ${text} server 127.0.0.1:1; } }`,
        MAIL: () => `${main} mail { ${text} }`,
        MAIL_SERVER: () => `${main} mail { server { ${/\blisten /.test(text) ? '' : listen('s')} ${imap} ${text} } }`,
    });
    return wrap[context]();
}

/** What nginx made of a directive: the first line of what it said, as one word. */
function verdict(/** @type {string} */ said, /** @type {string} */ name) {
    const about = (/** @type {string} */ text) => said.includes(text.replace('X', name));
    if (about('unknown directive "X"')) return 'unknown';
    if (about('"X" directive is not allowed here')) return 'misplaced';
    if (about('invalid number of arguments in "X" directive')) return 'arity';
    if (about('directive "X" has no opening "{"')) return 'wants block';
    if (about('directive "X" is not terminated by ";"')) return 'wants no block';
    if (about('"X" directive is duplicate')) return 'duplicate';
    return 'taken';
}

/** The module whose blocks these are. @param {string} context */
const familyOf = (context) => /^(MAIN|EVENTS|STREAM|MAIL)/.exec(context)?.[0] ?? 'HTTP';

/** Groups by a key, in order. @template T @param {T[]} list @param {(item: T) => string} key */
function groupBy(list, key) {
    const groups = /** @type {Map<string, T[]>} */ (new Map());
    for (const item of list) groups.set(key(item), [...groups.get(key(item)) ?? [], item]);
    return groups;
}

/** Makes what the samples name. @param {string} dir */
function makeFiles(dir) {
    const openssl = (/** @type {string[]} */ ...args) => {
        const made = spawnSync('openssl', args, { cwd: dir, encoding: 'utf8' });
        assert.equal(made.status, 0, made.stderr);
    };
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=name.test',
        '-days', '2', '-keyout', 'key.pem', '-out', 'cert.pem');
    openssl('genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048', '-out', 'dh.pem');
    writeFileSync(join(dir, 'ca.cnf'), '[ca]\ndefault_ca=d\n[d]\ndatabase=index\ndefault_md=sha256\ndefault_crl_days=2\n');
    for (const name of ['index', 'empty', 'pass']) writeFileSync(join(dir, name), '');
    openssl('ca', '-config', 'ca.cnf', '-gencrl', '-keyfile', 'key.pem', '-cert', 'cert.pem', '-out', 'crl.pem');
    writeFileSync(join(dir, 'ticket.key'), 'k'.repeat(48));
    writeFileSync(join(dir, 'empty.dtd'), '<!ENTITY name "value">\n');
    writeFileSync(join(dir, 'sheet.xslt'),
        '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>\n');
}

const ASKERS = PATHS.map((path) => new Asker(path));
const NEWEST = Math.max(...ASKERS.map((asker) => versionNumber(asker.version)));

for (const asker of ASKERS) {
    const version = versionNumber(asker.version);
    const newest = version === NEWEST;
    const open = ROWS.filter((row) => row.open && !BACKPORTED.includes(row.name));
    const without = [...new Set(open.map((row) => row.module))].filter((module) => !asker.has(module));
    const present = open.filter((row) => asker.has(row.module) && inVersion(row, version));
    const named = groupBy(present, (row) => row.name);
    // With the rows of other versions: that those are not there is to be shown as well.
    const homes = groupBy(open, (row) => row.name);

    let turn = 0;

    /** @param {{name: string, text: string, context: string}[]} questions */
    const verdicts = async (questions) => {
        const said = await asker.ask(questions.map(({ context, text }) => inside(context, text, asker.dir)));
        return questions.map(({ name }, i) => verdict(said[i], name));
    };
    /** @param {import('node:test').TestContext} t @param {string[]} wrong @param {number} count */
    const conclude = (t, wrong, count) => {
        t.diagnostic(`${count} asked, ${wrong.length} mismatches`);
        assert.equal(wrong.join('\n'), '');
    };

    describe(`nginx ${asker.version} (${asker.path})`, () => {
        after(() => asker.remove());
        makeFiles(asker.dir);

        test('knows the names it should, and no other', async (t) => {
            t.diagnostic(`not built in, skipped: ${without.join(' ')}`);
            // A module that may be missing proves nothing by an unknown name.
            const sure = (/** @type {string} */ name) => !BACKPORTED.includes(name) &&
                (named.has(name) || !open.some((row) => row.name === name && inVersion(row, version)));
            // Names of other flavours are the same to every version.
            const some = newest ? ROWS : open;
            const names = [...new Set(some.map((row) => row.name))].filter(sure);
            const got = await verdicts(names.map((name) => ({ name, text: `${name};`, context: 'EVENTS' })));
            conclude(t, names.filter((name, i) => (got[i] !== 'unknown') !== named.has(name)), names.length);
        });

        test('allows each name in exactly the contexts of its rows, with their number of arguments', async (t) => {
            const questions = [...named].flatMap(([name, rows]) => placements(name, rows));
            const got = await verdicts(questions);
            const wrong = questions.filter(({ expected }, i) => got[i] !== expected)
                .map((question) => `${question.context}: ${question.text} is ${got[questions.indexOf(question)]}, not ${question.expected}`);
            conclude(t, wrong, questions.length);
        });

        test('takes a block where the table says so', async (t) => {
            const blocks = present.filter((row) => row.opens !== 'NONE');
            const questions = blocks.map((row) => ({ name: row.name, text: `${row.name};`, context: row.contexts[0] }));
            const got = await verdicts(questions);
            conclude(t, blocks.filter((_, i) => got[i] !== 'wants block').map((row) => row.name), questions.length);
        });

        test('accepts a sample of every row, once and, where it may be repeated, twice', async (t) => {
            const rows = present.filter((row) => !Object.hasOwn(UNSAMPLED, row.name));
            const lacking = rows.filter((row) => sample(row) === null).map((row) => row.name);
            assert.deepEqual(lacking, [], 'without a sample');
            const before = asker.asked;
            const wrong = [];
            for (const [times, some] of /** @type {[number, Row[]][]} */ ([[1, rows], [2, rows.filter(repeatsHere)]])) {
                const byContext = CONTEXTS.map((context) => /** @type {const} */ ([context, some.filter((row) => row.contexts.includes(context))]));
                for (const [context, here] of byContext) wrong.push(...await refused(context, here, times));
            }
            conclude(t, wrong, asker.asked - before);
        });

        test('refuses a second one in a block where the table says so', async (t) => {
            const once = present.filter((row) => !row.repeats && !Object.hasOwn(UNSAMPLED, row.name));
            const questions = once.map((row) => ({ name: row.name, text: twice(row), context: row.contexts[0] }));
            const got = await verdicts(questions);
            conclude(t, once.filter((_, i) => got[i] !== 'duplicate').map((row) => `${row.name} (${row.module})`), once.length);
        });
    });

    /** @param {Row} row */
    function text(row, n = 1) {
        return /** @type {string} */ (sample(row)).replaceAll('@DIR@', asker.dir).replaceAll('@N@', `${n}`);
    }

    /** @param {Row} row */
    function repeatsHere(row) {
        return row.repeats && !(version < (INERT[row.name] ?? 0));
    }

    /** @param {Row} row */
    function twice(row) {
        return `${text(row)} ${text(row, 2)}`;
    }

    /**
     * The name in every context; where it may stand, with a number of arguments at the
     * edge of what is allowed, another one each time.
     * @param {string} name @param {Row[]} rows
     */
    function placements(name, rows) {
        const edges = new Map(rows.map((row) => [row, edgesOf(row)]));
        const questions = [];
        for (const [i, context] of CONTEXTS.entries()) {
            const row = rows.find((candidate) => candidate.contexts.includes(context));
            if (row) questions.push(counted(row, context, edges.get(row)?.shift() ?? 0));
            else if (worthAsking(name, context, i)) questions.push({ name, context, text: `${name};`, expected: 'misplaced' });
        }
        for (const [row, left] of edges) questions.push(...left.map((count) => counted(row, row.contexts[0], count)));
        return questions;
    }

    /**
     * That a name is misplaced everywhere else would be eight thousand runs a binary. All
     * blocks of the name's own module are asked about; of the others, whose modules nginx
     * does not even look at, and of older versions, each name takes its turn.
     * @param {string} name @param {string} context @param {number} i
     */
    function worthAsking(name, context, i) {
        turn++;
        if (process.env.CATALOGUE_ALL) return true;
        const rows = homes.get(name) ?? [];
        if (rows.some((row) => row.contexts.includes(context))) return true;
        const own = rows.some((row) => row.contexts.some((other) => familyOf(other) === familyOf(context)));
        return newest && own || turn % 4 === i % 4;
    }

    /** @param {Row} row */
    function edgesOf(row) {
        if (Object.hasOwn(WIDENED, row.name) && version < WIDENED[/** @type {'keepalive'} */ (row.name)]) return [0];
        const counts = [0, 1, 2, 3, 4, 5, 8];
        return counts.filter((count, i) => i > 0 && arityFits(row, count) !== arityFits(row, counts[i - 1]) ||
            i + 1 < counts.length && arityFits(row, count) !== arityFits(row, counts[i + 1]));
    }

    /** @param {Row} row @param {string} context @param {number} count */
    function counted(row, context, count) {
        const args = Array.from({ length: count }, () => ' x').join('');
        const expected = arityFits(row, count) ? 'taken' : 'arity';
        return { name: row.name, context, text: `${row.name}${args}${row.opens === 'NONE' ? ';' : ' { }'}`, expected };
    }

    /**
     * The rows that nginx refuses in a context: all at once, one a line; whoever it
     * complains about is asked again alone, as it may only not bear the others.
     * @param {string} context @param {Row[]} rows @param {number} times
     */
    async function refused(context, rows, times) {
        const lines = new Map(rows.map((row) => [row, times === 1 ? text(row) : twice(row)]));
        const alone = /** @type {Row[]} */ ([]);
        let together = rows;
        while (together.length > 0) {
            const [said] = await asker.ask([inside(context, `\n${together.map((row) => lines.get(row)).join('\n')}\n`, asker.dir)]);
            if (!/\[emerg\]/.test(said)) break;
            const line = Number(/ in \S+:(\d+)\n/.exec(said)?.[1] ?? 0) - headLines(asker) - 2;
            // A complaint from the end of a block has no line of ours; it may have a name. Else: halve.
            const blamed = together[line] ?? together.find(({ name }) => said.includes(`"${name}"`));
            const out = blamed ? [blamed] : together.slice(0, Math.ceil(together.length / 2));
            alone.push(...out);
            together = together.filter((row) => !out.includes(row));
        }
        const said = await asker.ask(alone.map((row) => inside(context, lines.get(row) ?? '', asker.dir)));
        return alone.filter((_, i) => /\[emerg\]/.test(said[i])).map((row) => `${context}: ${lines.get(row)}: ${said[alone.indexOf(row)].trim()}`);
    }
}
