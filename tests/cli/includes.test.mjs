// Includes on disk, followed as nginx follows them.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FAILING, folder, give, tlsmend } from './lib.mjs';

/** @param {string} name */
const site = (name) => `server {\n    location / {\n        proxy_pass https://${name}.example.com;\n    }\n}\n`;

/** @param {string} diff */
const paths = (diff) => [...diff.matchAll(/^--- a\/(.*)$/gm)].map(([, path]) => path);

test('globs are sorted, relative to the folder of the main file', () => {
    const cwd = folder({
        'etc/nginx.conf': 'http {\n    include sites/*.conf;\n}\n',
        'etc/sites/b.conf': site('b'), 'etc/sites/a.conf': site('a'), 'etc/sites/.hidden.conf': site('hidden'),
        'etc/sites/c.conf.bak': site('c'),
    });
    const { code, stdout } = tlsmend(['fix', 'etc/nginx.conf'], { cwd });
    assert.equal(code, 1);
    assert.deepEqual(paths(stdout), ['etc/sites/a.conf', 'etc/sites/b.conf']);
    assert.deepEqual(paths(tlsmend(['fix', 'nginx.conf'], { cwd: join(cwd, 'etc') }).stdout), ['sites/a.conf', 'sites/b.conf']);
    assert.deepEqual(paths(tlsmend(['fix', join(cwd, 'etc/nginx.conf')]).stdout),
        ['a', 'b'].map((name) => `${cwd.slice(1)}/etc/sites/${name}.conf`));
});

test('includes of includes are relative to the main file too', () => {
    const cwd = folder({
        'etc/nginx.conf': 'http { include sites/shop.conf; }\n',
        'etc/sites/shop.conf': 'server { location / { include snippets/tls.conf; proxy_pass https://api.example.com; } }\n',
        'etc/snippets/tls.conf': 'proxy_ssl_server_name on;\n', 'etc/sites/snippets/tls.conf': '# not this one\n',
    });
    const { code, stderr } = tlsmend(['fix', 'etc/nginx.conf'], { cwd });
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /not given/);
});

test('absolute includes and quoted ones are followed', () => {
    const cwd = folder({ 'b/x y.conf': site('quoted'), 'c/z.conf': site('absolute') });
    const main = folder({ 'nginx.conf': `http { include "${cwd}/b/x y.conf"; include ${cwd}/c/z.conf; }` });
    assert.equal(paths(tlsmend(['fix', 'nginx.conf'], { cwd: main }).stdout).length, 2);
});

test('a file is read once, and a circle ends', () => {
    const cwd = folder({
        'nginx.conf': 'http { include a.conf; include a.conf; include nginx.conf; include ./a.conf; }\n',
        'a.conf': `include b.conf;\n${site('a')}`, 'b.conf': `include a.conf;\n${site('b')}`,
    });
    const { code, stdout, stderr } = tlsmend(['fix', 'nginx.conf'], { cwd });
    assert.equal(code, 1);
    assert.deepEqual(paths(stdout).sort(), ['a.conf', 'b.conf']);
    assert.match(stderr.replace(/\s+/g, ' '), /leads back to itself/);
});

test('several files are one configuration, whether included or not', () => {
    const cwd = folder({ 'nginx.conf': 'http { include a.conf; }\n', 'a.conf': site('a'), 'b.conf': site('b') });
    assert.deepEqual(paths(tlsmend(['fix', 'nginx.conf', 'a.conf', 'b.conf', 'nginx.conf'], { cwd }).stdout).sort(),
        ['a.conf', 'b.conf']);
});

test('what is missing is reported, by the core and only once', () => {
    const cwd = folder({ 'nginx.conf': 'http {\n    include gone.conf;\n    include none/*.conf;\n}\n' });
    const { code, stderr } = tlsmend(['fix', 'nginx.conf'], { cwd });
    assert.equal(code, 0);
    assert.match(stderr, /nginx\.conf:2 {2}include gone\.conf; this include was not given/);
    assert.equal(stderr.match(/gone\.conf/g)?.length, 1);
    assert.doesNotMatch(stderr, /^tlsmend:/m);
});

test('what is there and cannot be read is said, with where and why', () => {
    const cwd = folder({ 'nginx.conf': `events {}\ninclude sites/*;\n${FAILING}`, 'sites/a.conf': '' });
    mkdirSync(join(cwd, 'sites/folder'));
    symlinkSync('/dev/null', join(cwd, 'sites/null'));
    symlinkSync('loop', join(cwd, 'sites/loop'));
    const { code, stderr } = tlsmend(['fix', 'nginx.conf'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /^tlsmend: sites\/folder: Is a directory \(included at nginx\.conf:2\)$/m);
    assert.match(stderr, /^tlsmend: sites\/null: not a regular file \(included at nginx\.conf:2\)$/m);
    assert.match(stderr, /^tlsmend: sites\/loop: Too many levels of symbolic links/m);
});

test('what may not be read is said', () => {
    const cwd = folder({ 'nginx.conf': 'include a.conf;\ninclude closed/*;\n', 'a.conf': '' });
    chmodSync(join(cwd, 'a.conf'), 0);
    mkdirSync(join(cwd, 'closed'), { mode: 0 });
    for (const path of ['', 'nginx.conf', 'a.conf', 'closed']) give(join(cwd, path));
    const { code, stderr } = tlsmend(['fix', 'nginx.conf'], { cwd, plain: true });
    assert.equal(code, 0);
    assert.match(stderr, /^tlsmend: a\.conf: Permission denied \(included at nginx\.conf:1\)$/m);
    assert.match(stderr, /^tlsmend: closed\/\*: Permission denied \(included at nginx\.conf:2\)$/m);
    const main = tlsmend(['fix', 'a.conf'], { cwd, plain: true });
    assert.equal(main.code, 2);
    assert.match(main.stderr, /^tlsmend: a\.conf: Permission denied$/m);
});

test('a dump on disk and standard input bring no files of this machine', () => {
    const dump = '# configuration file /etc/nginx/nginx.conf:\nhttp { include a.conf; }\n';
    const cwd = folder({ 'dump.txt': dump, 'a.conf': site('a') });
    for (const [args, input] of /** @type {[string[], string][]} */ ([[['fix', 'dump.txt'], ''], [['fix'], 'http { include a.conf; }']]))
        assert.equal(tlsmend(args, { cwd, input }).stdout, '', args.join(' '));
});

test('tables are not read: what they include is data', () => {
    const cwd = folder({
        'nginx.conf': 'http { map $a $b { include huge.map; } geo $c { include huge.map; } include sites.conf; }\n',
        'huge.map': 'proxy_pass https://api.example.com;\n', 'sites.conf': site('a'),
    });
    const { stdout, stderr } = tlsmend(['fix', 'nginx.conf'], { cwd });
    assert.deepEqual(paths(stdout), ['sites.conf']);
    assert.doesNotMatch(stderr, /huge/);
});

test('two thousand files are no trouble', () => {
    const files = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`sites/${i}.conf`, site(`n${i}`)]));
    const cwd = folder({ ...files, 'nginx.conf': 'http { include sites/*.conf; }\n' });
    const begin = Date.now();
    const { code, stdout } = tlsmend(['fix', '-q', 'nginx.conf'], { cwd });
    assert.equal(code, 1);
    assert.equal(paths(stdout).length, 2000);
    assert.ok(Date.now() - begin < 20000, `${Date.now() - begin} ms`);
});
