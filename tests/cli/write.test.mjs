// `fix --write`: in place, keeping what a file is.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FAILING, folder, give, MENDED, tlsmend } from './lib.mjs';

test('files are changed in place, with their mode, and nothing is left beside them', () => {
    const cwd = folder({ 'nginx.conf': `include more.conf;\n${FAILING}`, 'more.conf': '# untouched\n' });
    chmodSync(join(cwd, 'nginx.conf'), 0o640);
    const untouched = statSync(join(cwd, 'more.conf')).mtimeMs;
    const { code, stdout, stderr } = tlsmend(['fix', '--write', 'nginx.conf'], { cwd });
    assert.deepEqual([code, stdout], [0, 'wrote nginx.conf\n']);
    assert.match(stderr, /What was changed:/);
    assert.doesNotMatch(stderr, /To apply it/);
    assert.equal(readFileSync(join(cwd, 'nginx.conf'), 'utf8'), `include more.conf;\n${MENDED}`);
    assert.equal(statSync(join(cwd, 'nginx.conf')).mode & 0o7777, 0o640);
    assert.equal(statSync(join(cwd, 'more.conf')).mtimeMs, untouched);
    assert.deepEqual(readdirSync(cwd).sort(), ['more.conf', 'nginx.conf']);
});

test('a second --write has nothing to write', () => {
    const cwd = folder({ 'nginx.conf': MENDED });
    utimesSync(join(cwd, 'nginx.conf'), 1, 1);
    const { code, stdout } = tlsmend(['fix', '--write', 'nginx.conf'], { cwd });
    assert.deepEqual([code, stdout], [0, '']);
    assert.equal(statSync(join(cwd, 'nginx.conf')).mtimeMs, 1000);
});

test('the owner is kept', (t) => {
    if (process.getuid?.() !== 0) return t.skip('only root may give a file away');
    const cwd = folder({ 'nginx.conf': FAILING });
    chownSync(join(cwd, 'nginx.conf'), 1234, 4321);
    chmodSync(join(cwd, 'nginx.conf'), 0o4750);
    assert.equal(tlsmend(['fix', '--write', 'nginx.conf'], { cwd }).code, 0);
    const { uid, gid, mode } = statSync(join(cwd, 'nginx.conf'));
    assert.deepEqual([uid, gid, mode & 0o7777], [1234, 4321, 0o4750]);
});

test('a link stays a link, and its file is changed', () => {
    const cwd = folder({ 'sites-available/a.conf': FAILING, 'sites-enabled/keep': '' });
    symlinkSync('../sites-available/a.conf', join(cwd, 'sites-enabled/a.conf'));
    assert.equal(tlsmend(['fix', '--write', 'sites-enabled/a.conf'], { cwd }).stdout, 'wrote sites-enabled/a.conf\n');
    assert.ok(lstatSync(join(cwd, 'sites-enabled/a.conf')).isSymbolicLink());
    assert.equal(readFileSync(join(cwd, 'sites-available/a.conf'), 'utf8'), MENDED);
    assert.deepEqual(readdirSync(join(cwd, 'sites-available')), ['a.conf']);
});

test('several files are written, each named', () => {
    const cwd = folder({
        'nginx.conf': 'http { include sites/*; }\n',
        'sites/a': 'server { location / { proxy_pass https://a.example.com; } }\n',
        'sites/b': 'server { location / { proxy_pass https://b.example.com; } }\n',
    });
    assert.equal(tlsmend(['fix', '--write', '-q', 'nginx.conf'], { cwd }).stdout, 'wrote sites/a\nwrote sites/b\n');
    for (const name of ['a', 'b'])
        assert.match(readFileSync(join(cwd, 'sites', name), 'utf8'), /proxy_ssl_server_name on;/);
});

test('what is no file of this machine cannot be written', () => {
    const dump = `# configuration file /etc/nginx/nginx.conf:\n${FAILING}`;
    const cwd = folder({ 'dump.txt': dump });
    for (const [args, input] of /** @type {[string[], string][]} */ ([
        [['fix', '--write'], FAILING], [['fix', '--write', '-'], FAILING], [['fix', '--write', 'dump.txt'], ''],
    ])) {
        const { code, stdout, stderr } = tlsmend(args, { cwd, input });
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(stderr, /--write needs files on disk/);
    }
    assert.equal(readFileSync(join(cwd, 'dump.txt'), 'utf8'), dump);
    assert.equal(tlsmend(['fix', '--write', '--format', 'json', 'dump.txt'], { cwd }).code, 2);
});

test('where one file cannot be written, none is', () => {
    const cwd = folder({ 'nginx.conf': `include closed/*;\n${FAILING}`, 'closed/a': FAILING });
    chmodSync(join(cwd, 'closed'), 0o555);
    for (const path of ['', 'nginx.conf', 'closed', 'closed/a']) give(join(cwd, path));
    const { code, stdout, stderr } = tlsmend(['fix', '--write', 'nginx.conf'], { cwd, plain: true });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /closed\/a: Permission denied/);
    assert.equal(readFileSync(join(cwd, 'nginx.conf'), 'utf8'), `include closed/*;\n${FAILING}`);
    assert.deepEqual(readdirSync(cwd).sort(), ['closed', 'nginx.conf']);
    chmodSync(join(cwd, 'closed'), 0o755);
});

test('a read-only file is not replaced, though its folder would allow it', () => {
    const cwd = folder({ 'nginx.conf': FAILING });
    chmodSync(join(cwd, 'nginx.conf'), 0o444);
    for (const path of ['', 'nginx.conf']) give(join(cwd, path));
    const { code, stderr } = tlsmend(['fix', '--write', 'nginx.conf'], { cwd, plain: true });
    assert.equal(code, 2);
    assert.match(stderr, /nginx\.conf: Permission denied; nothing was written there/);
    assert.equal(readFileSync(join(cwd, 'nginx.conf'), 'utf8'), FAILING);
});

test('an owner that cannot be kept is not changed behind his back', (t) => {
    if (process.getuid?.() !== 0) return t.skip('only root may give a file away');
    const cwd = folder({ 'nginx.conf': FAILING });
    give(cwd);
    chmodSync(join(cwd, 'nginx.conf'), 0o666);
    const { code, stderr } = tlsmend(['fix', '--write', 'nginx.conf'], { cwd, plain: true });
    assert.equal(code, 2);
    assert.match(stderr, /its owner cannot be kept/);
    assert.equal(readFileSync(join(cwd, 'nginx.conf'), 'utf8'), FAILING);
    assert.deepEqual(readdirSync(cwd), ['nginx.conf']);
});
