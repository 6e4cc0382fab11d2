// lint, effective, explain, rules and run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAILING, folder, MENDED, tlsmend, valid } from './lib.mjs';

/** Other rules have their say elsewhere. */
const ONLY = ['--only', 'upstream-sni-off'];

test('lint prints a finding as editors read it, with its line and a caret', () => {
    const cwd = folder({ 'nginx.conf': FAILING });
    const { code, stdout, stderr } = tlsmend(['lint', ...ONLY, 'nginx.conf'], { cwd });
    assert.equal(code, 1);
    const [head, line, marks] = stdout.split('\n');
    assert.match(head, /^nginx\.conf:5:13: (error|warning): .* \[upstream-sni-off\] \[\*\]$/);
    assert.equal(line, '     5 |             proxy_pass https://api.example.com;');
    assert.match(marks, /^ {6} \| {13}\^~{34}$/);
    assert.match(stderr, /^1 finding: 1 (error|warning)\.\n\[\*\] `tlsmend fix` mends 1 of them\.\n$/);
});

test('the caret stands beneath its word behind tabs and letters of two bytes', () => {
    const { stdout } = tlsmend(['lint', ...ONLY], { input: 'location / {\n\tset $a "\u00fc"; proxy_pass https://a.example.com;\n}\n' });
    const [head, line, marks] = stdout.split('\n');
    assert.match(head, /^stdin:2:15: /);
    assert.equal(marks.indexOf('^'), line.indexOf('proxy_pass'));
    assert.equal(marks[line.indexOf('\t')], '\t');
});

test('a line of a thousand columns is cut around the finding', () => {
    const input = `location / { ${'set $a b; '.repeat(300)} proxy_pass https://a.example.com; ${'set $a b; '.repeat(300)} }`;
    const [, line, marks] = tlsmend(['lint', ...ONLY], { input }).stdout.split('\n');
    assert.ok(line.length < 150);
    assert.equal(line.slice(marks.indexOf('^'), marks.indexOf('^') + 10), 'proxy_pass');
});

test('lint without findings is status 0, and silent on standard output', () => {
    const { code, stdout, stderr } = tlsmend(['lint', ...ONLY], { input: MENDED.replace('https:', 'http:').replace(/.*server_name.*\n/, '') });
    assert.deepEqual([code, stdout, stderr], [0, '', 'No findings.\n']);
});

test('--fail-on sets what counts', () => {
    const severity = tlsmend(['lint', ...ONLY], { input: FAILING }).stdout.match(/: (error|warning|info): /)?.[1];
    assert.ok(severity);
    for (const [on, code] of [['info', 1], [severity, 1], ...(severity === 'error' ? [] : [['error', 0]])])
        assert.equal(tlsmend(['lint', ...ONLY, '--fail-on', String(on)], { input: FAILING }).code, code, String(on));
});

test('lint as JSON', () => {
    const { code, stdout, stderr } = tlsmend(['lint', ...ONLY, '--format', 'json'], { input: FAILING });
    const { findings } = valid(stdout, 'lint_output');
    assert.equal(code, 1);
    assert.equal(stderr, '');
    assert.deepEqual([findings[0].rule, findings[0].line, findings[0].column], ['upstream-sni-off', 5, 13]);
});

test('effective prints every hop, and evidence tells the version', () => {
    const cwd = folder({ 'nginx.conf': FAILING, v: 'nginx version: nginx/1.26.3\n' });
    const { code, stdout } = tlsmend(['effective', '-e', 'v', 'nginx.conf'], { cwd });
    const { target, hops } = valid(stdout, 'effective_response');
    assert.equal(code, 0);
    assert.equal(target.nginx, '1.26.3');
    assert.deepEqual(hops[0].settings.proxy_pass, { value: 'https://api.example.com', from: 'nginx.conf:5' });
    assert.deepEqual(hops[0].settings.proxy_ssl_server_name, { value: 'off', from: 'default' });
    const asked = tlsmend(['effective', '--nginx', '1.22.1', '-e', 'v', 'nginx.conf'], { cwd });
    assert.equal(JSON.parse(asked.stdout).target.nginx, '1.22.1');
});

test('explain takes a rule, an alert, a code, a line; words need no quotes', () => {
    assert.match(tlsmend(['explain', 'upstream-sni-off']).stdout, /^The upstream is contacted without SNI\n/);
    assert.match(tlsmend(['explain', 'alert', '40']).stdout, /handshake_failure/);
    assert.equal(tlsmend(['explain', 'alert 40']).stdout, tlsmend(['explain', 'alert', '40']).stdout);
    assert.match(tlsmend(['explain', '0A000410']).stdout, /handshake/);
    const lines = tlsmend(['explain'], { input: 'alert 40\n\nupstream-sni-off\n' });
    assert.equal(lines.code, 0);
    assert.equal(lines.stdout, `${tlsmend(['explain', 'alert 40']).stdout}\n${tlsmend(['explain', 'upstream-sni-off']).stdout}`);
});

test('explain says what it does not know, and what was meant', () => {
    const typo = tlsmend(['explain', 'upstream-sni-of']);
    assert.equal(typo.code, 2);
    assert.match(typo.stderr, /did you mean `upstream-sni-off`/);
    assert.match(tlsmend(['explain', 'the', 'moon']).stderr, /not known: the moon/);
});

test('rules are listed as Markdown and as JSON', () => {
    const markdown = tlsmend(['rules']);
    const { rules } = valid(tlsmend(['rules', '--format', 'json']).stdout, 'rules_response');
    assert.equal(markdown.code, 0);
    assert.ok(rules.length > 0);
    for (const { id } of rules) assert.match(markdown.stdout, new RegExp(`^## ${id}$`, 'm'));
    assert.equal(markdown.stdout, tlsmend(['rules', '--format', 'md']).stdout);
    assert.equal((markdown.stdout.match(/^```/gm) ?? []).length % 2, 0);
});

test('run answers one request with exactly the response', () => {
    const { code, stdout } = tlsmend(['run'], { input: '{"api":1,"op":"version"}' });
    assert.equal(code, 0);
    assert.equal(stdout, JSON.stringify({ api: 1, version: tlsmend(['--version']).stdout.trim() }));
    valid(stdout, 'version_response');
});

test('run: an error is an answer, and status 2', () => {
    for (const input of ['', '{', '[]', '{"api":1,"op":"prove"}', '{"api":1,"op":"fix","files":[{"path":"a","txt":""}]}']) {
        const { code, stdout, stderr } = tlsmend(['run'], { input });
        assert.deepEqual([code, stderr], [2, '']);
        valid(stdout, 'error_response');
    }
});
