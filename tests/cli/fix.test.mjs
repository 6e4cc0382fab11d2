// `tlsmend fix`: the diff on standard output, the reasons on standard error.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ASKING, FAILING, folder, MENDED, PROJECT, shell, tlsmend, valid } from './lib.mjs';

const LOG = '2026/06/12 09:41:07 [error] 7#7: *1 SSL_do_handshake() failed (SSL: error:0A000410:SSL routines::' +
    'sslv3 alert handshake failure:SSL alert number 40) while SSL handshaking to upstream, client: 203.0.113.61, ' +
    'server: shop.example.com, request: "GET / HTTP/1.1", upstream: "https://192.0.2.7:8443/", host: "shop.example.com"\n';

test('a diff is status 1, applies, and the second run has nothing to say', () => {
    const cwd = folder({ 'nginx.conf': FAILING });
    const { code, stdout, stderr } = tlsmend(['fix', 'nginx.conf'], { cwd });
    assert.equal(code, 1);
    assert.match(stdout, /^--- a\/nginx\.conf\n\+\+\+ b\/nginx\.conf\n@@ -3,6 \+3,7 @@/);
    assert.match(stderr, /nginx\.conf:5 .*\[upstream-sni-off; safe/s);
    assert.match(stderr, /patch -p1 < fix\.patch/);
    writeFileSync(join(cwd, 'fix.patch'), stdout);
    assert.equal(shell('patch -p1 <fix.patch', cwd).code, 0);
    assert.equal(readFileSync(join(cwd, 'nginx.conf'), 'utf8'), MENDED);
    const again = tlsmend(['fix', 'nginx.conf'], { cwd });
    assert.deepEqual([again.code, again.stdout], [0, '']);
});

test('where nothing can be changed, it says why', () => {
    assert.match(tlsmend(['fix'], { input: 'events {}' }).stderr, /Nothing to change: no proxy_pass/);
    assert.match(tlsmend(['fix'], { input: FAILING.replace('https:', 'http:') }).stderr, /Nothing to change: 1 hop was looked at/);
    assert.match(tlsmend(['fix'], { input: ASKING }).stderr, /Nothing is changed without the answers below/);
});

test('the diagnosis stands first: what, where, likeliest why', () => {
    const cwd = folder({ 'nginx.conf': ASKING, 'error.log': LOG });
    const { stderr } = tlsmend(['fix', '-e', 'error.log', 'nginx.conf'], { cwd });
    const [first, second, third] = stderr.replace(/\n {2}(?=[a-z])(?!nginx|likeliest)/g, ' ').split('\n');
    assert.match(first, /^error\.log:1: 192\.0\.2\.7:8443: /);
    assert.match(second, /^ {2}nginx\.conf:5 {2}proxy_pass https:\/\/192\.0\.2\.7:8443 {2}in http > server/);
    assert.match(third, /^ {2}likeliest: .*SNI/);
    assert.match(stderr, /^The likeliest cause needs an answer:\n {2}--answer upstream-name=NAME\n/m);
    const answered = tlsmend(['fix', '-e', 'error.log', '--answer', 'upstream-name=a.example', 'nginx.conf'], { cwd });
    assert.doesNotMatch(answered.stderr, /likeliest cause needs/);
    assert.match(answered.stderr, /\[upstream-sni-off; proven by error\.log:1/);
});

test('the answer that it asks for can be typed as it is printed', () => {
    const cwd = folder({ 'nginx.conf': ASKING.replace('}\n    }\n', `}
        location /x {
            proxy_pass https://192.0.2.8/x?a=b&c=d;
        }
    }
`) });
    const { code, stdout, stderr } = tlsmend(['fix', 'nginx.conf'], { cwd });
    assert.deepEqual([code, stdout], [0, '']);
    const words = [...stderr.matchAll(/^ {2}(--answer .*NAME.*)$/gm)].map(([, word]) => word);
    assert.equal(words.length, 2, stderr);
    for (const [i, word] of words.entries()) {
        const answered = shell(`"$TLSMEND" fix ${word.replace('NAME', 'api.example.com')} nginx.conf`, cwd);
        assert.equal(answered.code, 1, answered.stderr);
        assert.match(answered.stdout, /\+ *proxy_ssl_name api\.example\.com;/);
        assert.equal(answered.stdout.match(/\+ *proxy_ssl_name/g)?.length, 1, answered.stdout);
        assert.match(answered.stdout, i === 0 ? /@@ -3,/ : /@@ -6,/);
    }
    const both = tlsmend(['fix', '--answer', 'upstream-name=api.example.com', 'nginx.conf'], { cwd });
    assert.equal(both.stdout.match(/\+ *proxy_ssl_name/g)?.length, 2);
});

test('an answer for a target that is not there is not lost in silence', () => {
    const { stderr } = tlsmend(['fix', '--answer', 'upstream-name@https://192.0.2.9=a.example'], { input: ASKING });
    assert.match(stderr, /no hop has the target https:\/\/192\.0\.2\.9: the answer to upstream-name is not used/);
});

test('quiet is quiet, verbose says all', () => {
    const quiet = tlsmend(['fix', '-q'], { input: FAILING });
    assert.deepEqual([quiet.code, quiet.stderr], [1, '']);
    const verbose = tlsmend(['fix', '-v'], { input: FAILING });
    assert.match(verbose.stderr, /To confirm by hand:\n {2}# /);
    assert.equal(verbose.stdout, quiet.stdout);
});

test('a wall of text is cut, and says by how much', () => {
    const many = Array.from({ length: 40 }, (_, i) => `location /${i}/ { proxy_pass https://192.0.2.${i}; }`).join('\n');
    const { stderr } = tlsmend(['fix'], { input: `server {\n${many}\n}\n` });
    assert.ok(stderr.split('\n').length < 60, stderr);
    assert.match(stderr, /and \d+ more; -v shows them/);
    assert.ok(tlsmend(['fix', '-v'], { input: `server {\n${many}\n}\n` }).stderr.split('\n').length > 120);
});

test('absolute paths are applied from the root, odd ones by --write', () => {
    const cwd = folder({ 'sub/nginx.conf': FAILING });
    const absolute = tlsmend(['fix', join(cwd, 'sub/nginx.conf')]);
    assert.match(absolute.stderr, /patch -p1 -d \/ < fix\.patch/);
    assert.match(absolute.stdout, new RegExp(`^--- a${cwd}/sub/nginx\\.conf\n`));
    const climbing = tlsmend(['fix', '../sub/nginx.conf'], { cwd: join(cwd, 'sub') });
    assert.match(climbing.stderr, /fix --write/);
    assert.doesNotMatch(climbing.stderr, /patch -p1/);
    assert.match(tlsmend(['fix', './sub/nginx.conf'], { cwd }).stdout, /^--- a\/sub\/nginx\.conf\n/);
});

test('standard input may be a snippet or a dump', () => {
    const snippet = tlsmend(['fix'], { input: 'location / {\n    proxy_pass https://api.example.com;\n}\n' });
    assert.match(snippet.stdout, /^--- a\/stdin\n/);
    assert.equal(tlsmend(['fix', '-'], { input: FAILING }).stdout, tlsmend(['fix'], { input: FAILING }).stdout);
    const dump = '# configuration file /etc/nginx/nginx.conf:\nhttp { include conf.d/*.conf; }\n\n' +
        '# configuration file /etc/nginx/conf.d/a.conf:\nserver {\n    location / {\n        proxy_pass https://api.example.com;\n    }\n}\n\n';
    const fixed = tlsmend(['fix'], { input: dump });
    assert.match(fixed.stdout, /^--- a\/etc\/nginx\/conf\.d\/a\.conf\n/);
    assert.match(fixed.stderr, /patch -p1 -d \//);
    assert.doesNotMatch(fixed.stderr, /--write/);
});

test('standard input is read once, be it config or evidence', () => {
    const evidence = folder({ 'nginx.conf': ASKING });
    const { code, stderr } = tlsmend(['fix', '-e', '-', 'nginx.conf'], { cwd: evidence, input: LOG });
    assert.equal(code, 0);
    assert.match(stderr, /^stdin:1: /);
    for (const args of [['fix', '-e', '-'], ['fix', '-', '-'], ['fix', '-e', '-', '-e', '-', 'nginx.conf']]) {
        const twice = tlsmend(args, { cwd: evidence, input: FAILING });
        assert.equal(twice.code, 2, args.join(' '));
        assert.match(twice.stderr, /standard input can be read only once/);
    }
});

test('a file that cannot be read is status 2, and each is named', () => {
    const cwd = folder({ 'nginx.conf': FAILING });
    const { code, stdout, stderr } = tlsmend(['fix', '-e', 'gone.log', 'gone.conf', 'nginx.conf', '.', 'nginx.conf/x'], { cwd });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^tlsmend: gone\.log: No such file or directory$/m);
    assert.match(stderr, /^tlsmend: gone\.conf: No such file or directory$/m);
    assert.match(stderr, /^tlsmend: \.: Is a directory$/m);
    assert.match(stderr, /^tlsmend: nginx\.conf\/x: Not a directory$/m);
});

test('bytes that are no UTF-8 are kept as they are', () => {
    const text = Buffer.concat([Buffer.from('# caf\xe9 \xff\x00\n', 'latin1'), Buffer.from(FAILING)]);
    const cwd = folder({ 'nginx.conf': text });
    const { code, bytes } = tlsmend(['fix', 'nginx.conf'], { cwd });
    assert.equal(code, 1);
    writeFileSync(join(cwd, 'fix.patch'), bytes);
    assert.equal(shell('patch -p1 <fix.patch', cwd).code, 0);
    const expected = Buffer.concat([Buffer.from('# caf\xe9 \xff\x00\n', 'latin1'), Buffer.from(MENDED)]);
    assert.ok(readFileSync(join(cwd, 'nginx.conf')).equals(expected));
    const json = tlsmend(['fix', '--format', 'json', 'nginx.conf'], { cwd });
    assert.match(json.stderr, /nginx\.conf:1: not UTF-8/);
    assert.match(valid(json.stdout, 'fix_response').files[0].text, /^# caf\ufffd \ufffd\0\n/);
});

test('colours only where they are wanted', () => {
    const plain = tlsmend(['fix'], { input: FAILING });
    const coloured = tlsmend(['fix', '--color', 'always'], { input: FAILING });
    assert.doesNotMatch(plain.stdout + plain.stderr, /\x1b/);
    assert.match(coloured.stdout, /\x1b\[32m\+ *proxy_ssl_server_name on;\x1b\[0m\n/);
    assert.match(coloured.stderr, /\x1b\[1m/);
    assert.equal(coloured.stdout.replace(/\x1b\[\d*m/g, ''), plain.stdout);
    assert.doesNotMatch(tlsmend(['fix', '--color=never'], { input: FAILING }).stderr, /\x1b/);
});

test('on a terminal there is colour, unless NO_COLOR', (t) => {
    if (shell('command -v script').code !== 0) return t.skip('no script(1)');
    const cwd = folder({ 'nginx.conf': FAILING });
    const seen = (/** @type {string} */ env) =>
        shell(`script -qec "env TERM=xterm ${env} $TLSMEND fix nginx.conf" /dev/null`, cwd).stdout;
    assert.match(seen(''), /\x1b\[32m/);
    assert.doesNotMatch(seen('NO_COLOR=1'), /\x1b\[32m/);
    assert.match(seen('NO_COLOR='), /\x1b\[32m/);
    assert.doesNotMatch(seen('TERM=dumb'), /\x1b\[32m/);
});

test('a configuration cannot write to the terminal what it likes', () => {
    const { stderr } = tlsmend(['fix'], { input: 'server { location /\x1b]0\x07 { proxy_pass https://192.0.2.1/\x1b[2J; } }\n' });
    assert.doesNotMatch(stderr, /[\x00-\x08\x0b-\x1f\x7f]/);
    assert.match(stderr, /\\x1b/);
});

test('what could not be printed is said', (t) => {
    const cwd = folder({ 'nginx.conf': FAILING });
    const full = shell('"$TLSMEND" fix nginx.conf >/dev/full', cwd);
    assert.equal(full.code, 2);
    assert.match(full.stderr, /standard output: No space left on device/);
    assert.equal(shell('"$TLSMEND" rules | head -n 1 >/dev/null; "$TLSMEND" rules 2>&1 | head -n 1', cwd).stdout, '# Rules\n');
    const closed = shell('trap "" PIPE; { "$TLSMEND" fix -q nginx.conf; echo $? >&2; } | true', cwd);
    assert.match(closed.stderr, /^[12]\n$/);
    t.diagnostic(closed.stderr.trim());
});

/** @param {string} text */
const lab = (text) => text.replaceAll('@IP@', '127.0.0.1').replaceAll('@DIR@', '/srv/lab').replaceAll('@PKI@', '/srv/pki');
const scenarios = join(PROJECT, 'tests/nginx/scenarios');

test('the command line and the API give the same diff, byte for byte', () => {
    let diffs = 0;
    for (const name of readdirSync(scenarios)) {
        const text = lab(readFileSync(join(scenarios, name, 'nginx.conf'), 'utf8'));
        const cwd = folder({ 'nginx.conf': text });
        const request = {
            api: 1, op: 'fix', files: [{ path: 'nginx.conf', text }], target: { nginx: '1.26.3' }, profile: 'hardened',
            evidence: [{ name: 'error.log', text: LOG }], answers: [{ ask: 'upstream-name', value: 'api.example.test' }],
        };
        const run = tlsmend(['run'], { input: JSON.stringify(request) });
        const answer = valid(run.stdout, 'fix_response');
        writeFileSync(join(cwd, 'error.log'), LOG);
        const args = ['fix', '-e', 'error.log', '--nginx', '1.26.3', '--profile', 'hardened',
            '--answer', 'upstream-name=api.example.test', 'nginx.conf'];
        const cli = tlsmend(args, { cwd });
        assert.equal(cli.stdout, answer.diff, name);
        // An include on disk that the request does not hold is another configuration.
        const json = tlsmend([...args, '--format', 'json'], { cwd });
        assert.deepEqual(valid(json.stdout, 'fix_response'), answer, name);
        assert.equal(cli.code, answer.diff ? 1 : 0);
        assert.equal(run.code, 0);
        diffs += answer.diff ? 1 : 0;
    }
    assert.ok(diffs > 10, `${diffs} diffs`);
});
