// What the command line takes, what it refuses, and what it says then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAILING, folder, shell, tlsmend } from './lib.mjs';

const COMMANDS = ['fix', 'lint', 'effective', 'explain', 'rules', 'run', 'smoke'];
const LATER = ['prove', 'redact', 'restore', 'export', 'drift'];

/** @param {string[]} args @param {RegExp} says */
function refused(args, says) {
    const { code, stdout, stderr } = tlsmend(args);
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.equal(stdout, '', args.join(' '));
    assert.match(stderr, says);
    assert.match(stderr, /^tlsmend: /);
}

test('without arguments it prints its usage as an error', () => {
    const { code, stdout, stderr } = tlsmend([]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /Usage: tlsmend COMMAND/);
});

test('it tells its version', () => {
    for (const option of ['--version', '-V']) {
        const { code, stdout } = tlsmend([option]);
        assert.equal(code, 0);
        assert.match(stdout, /^tlsmend \d+\.\d+\.\d+ \(OpenSSL 3\.\d+\.\d+, jansson 2\.\d+\)\n$/);
    }
});

test('help lists all commands', () => {
    for (const args of [['--help'], ['-h'], ['help']]) {
        const { code, stdout, stderr } = tlsmend(args);
        assert.deepEqual([code, stderr], [0, '']);
        for (const command of [...COMMANDS, ...LATER]) assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
    }
});

test('each command has a help, which fits 80 columns but for examples', () => {
    for (const command of [...COMMANDS, ...LATER]) {
        for (const args of [[command, '--help'], ['help', command], [command, '-h']]) {
            const { code, stdout, stderr } = tlsmend(args);
            assert.deepEqual([code, stderr], [0, ''], args.join(' '));
            assert.match(stdout, new RegExp(`^Usage: tlsmend ${command}`));
            for (const line of stdout.split('Examples:')[0].split('\n')) assert.ok(line.length <= 100, line);
        }
    }
});

test('every option of a help is taken', () => {
    const values = /** @type {Record<string, string>} */ ({
        evidence: '/dev/null', answer: 'ca-file=system', profile: 'minimal', nginx: '1.26.3', openssl: '3.0.15',
        platform: 'debian', only: 'upstream-sni-off', skip: 'upstream-sni-off', 'fail-on': 'error', color: 'never',
    });
    for (const command of ['fix', 'lint', 'effective']) {
        const { stdout } = tlsmend([command, '--help']);
        const names = [...stdout.matchAll(/^ {2}(?:-.,|   ) --([a-z-]+)( [A-Z])?/gm)];
        assert.ok(names.length > 5);
        for (const [, name, value] of names) {
            if (['help', 'format', 'write'].includes(name)) continue;
            assert.equal(name in values, Boolean(value), `--${name}`);
            const args = value ? [`--${name}`, values[name]] : [`--${name}`];
            const { code, stderr } = tlsmend([command, ...args], { input: 'events {}' });
            assert.equal(code, 0, `${command} ${args.join(' ')}: ${stderr}`);
        }
    }
});

test('a wrong word is answered with the right one', () => {
    refused(['fxi'], /did you mean `fix`/);
    refused(['frobnicate'], /no command `frobnicate`.*--help/);
    refused(['fix', '--evidnce', 'x'], /did you mean --evidence/);
    refused(['fix', '--frobnicate'], /unknown option --frobnicate/);
    refused(['fix', '-x'], /unknown option -x/);
    refused(['fix', '--only', 'upstream-sni-of'], /did you mean `upstream-sni-off`/);
    refused(['fix', '--answer', 'upstream-nam=x'], /did you mean `upstream-name`/);
    refused(['lint', '--profile', 'max'], /minimal, recommended, hardened/);
    refused(['fix', '--platform', 'beos'], /debian, rhel/);
    refused(['fix', '--nginx', 'latest'], /version such as 1\.26\.3/);
    refused(['fix', '--color', 'pink'], /auto, always, never/);
    refused(['--write', 'fix'], /options stand behind the command/);
});

test('a file in place of a command is answered with the command to type', () => {
    const cwd = folder({ 'nginx.conf': FAILING });
    const { code, stderr } = tlsmend(['nginx.conf'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /tlsmend fix nginx\.conf/);
});

test('values are asked for, and refused where there are none', () => {
    refused(['fix', '--evidence'], /--evidence needs a value: --evidence FILE/);
    refused(['fix', '-e'], /--evidence needs a value/);
    refused(['fix', '--write=yes'], /--write takes no value/);
    refused(['fix', '--answer', 'upstream-name'], /KEY=VALUE/);
    refused(['fix', '--answer', 'upstream-name='], /must not be empty/);
    refused(['fix', '--answer', 'upstream-name=10.0.0.1'], /must be a DNS name/);
    refused(['fix', '--answer', 'upstream-name@https://a'], /KEY@TARGET=VALUE/);
    refused(['fix', '--answer', 'allow-legacy=maybe'], /must be `yes`/);
});

test('an option of another command is refused', () => {
    refused(['lint', '--write'], /`lint` does not take --write/);
    refused(['effective', '--answer', 'ca-file=system'], /does not take --answer/);
    refused(['run', 'file'], /`run` takes no arguments/);
    refused(['rules', 'md'], /`rules` takes no arguments/);
});

test('what is not there yet says so', () => {
    for (const command of LATER) {
        refused([command], /is not in this version of tlsmend yet/);
        refused([command, '--map', 'x', '--format', 'json', 'file'], /is not in this version/);
    }
    for (const format of ['sarif', 'github', 'checkstyle', 'junit'])
        refused(['lint', '--format', format], /is not in this version/);
    refused(['lint', '--format', 'yaml'], /one of text, json/);
    refused(['fix', '--redact'], /is not in this version/);
    refused(['lint', '--policy', 'cis'], /is not in this version/);
    refused(['lint', '-j4'], /is not in this version/);
});

test('options may be written in all the usual ways', () => {
    const cwd = folder({ 'nginx.conf': FAILING, '-odd.conf': FAILING, 'e.log': '' });
    const { stdout } = tlsmend(['fix', 'nginx.conf'], { cwd });
    assert.match(stdout, /\+ *proxy_ssl_server_name on;/);
    for (const args of [
        ['fix', '-e', 'e.log', 'nginx.conf'], ['fix', '-ee.log', 'nginx.conf'], ['fix', '--evidence=e.log', 'nginx.conf'],
        ['fix', 'nginx.conf', '--evidence', 'e.log', '-qv'], ['fix', '--', 'nginx.conf'],
        ['fix', '--profile', 'minimal', '--profile=recommended', 'nginx.conf'],
    ])
        assert.equal(tlsmend(args, { cwd }).stdout, stdout, args.join(' '));
    assert.match(tlsmend(['fix', '--', '-odd.conf'], { cwd }).stdout, /^--- a\/-odd\.conf/);
    assert.equal(tlsmend(['fix', '--skip', 'upstream-sni-off,upstream-name-wrong', '--only=upstream-sni-off', 'nginx.conf'],
        { cwd }).stdout, '');
});

test('nothing to read on a terminal is a hint, not a wait', (t) => {
    if (shell('command -v script').code !== 0) return t.skip('no script(1)');
    for (const command of ['fix', 'explain', 'run']) {
        const { stdout } = shell(`script -qec "$TLSMEND ${command}; echo status=\\$?" /dev/null </dev/tty 2>&1 || ` +
            `script -qec "$TLSMEND ${command}; echo status=\\$?" /dev/null`);
        assert.match(stdout, /nothing to (read|explain|answer)/);
        assert.match(stdout, /status=2/);
    }
});
