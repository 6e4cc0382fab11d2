// Our lexer against nginx's: random texts of tricky bytes, read by both.
//
// ngx_conf_read_token is cut out of nginx's source and compiled into a small program
// together with ours (tests/prop/lexer/), which compares every word, its value, every
// terminator and its line, and what nginx refuses, with its message. Then the nginx
// programs themselves are asked about some of the texts: `load_module WORD;` answers
// with the word as nginx reads it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildTool } from '../lib/c_tool.mjs';
import { PROJECT } from '../lib/tool.mjs';

const SOURCE = join(PROJECT, 'build/src/nginx/src/core/ngx_conf_file.c');
const SOUPS = Number(process.env.SOUPS ?? 200000);
const ASKED = Number(process.env.ASKED ?? 1500);
const PROGRAMS = ['/usr/sbin/nginx', join(PROJECT, 'build/nginx-1.26.3/sbin/nginx')];

const folder = mkdtempSync(join(tmpdir(), 'tlsmend-lexer-'));
const soup = join(folder, 'soup');
after(() => rmSync(folder, { recursive: true, force: true }));

/** The function, as nginx's source has it. */
function readToken() {
    const source = readFileSync(SOURCE, 'utf8');
    const start = source.search(/^static ngx_int_t\nngx_conf_read_token\(ngx_conf_t \*cf\)\n\{/m);
    return source.slice(start, source.indexOf('\n}\n', start) + 3);
}

function build() {
    writeFileSync(join(folder, 'read_token.inc'), readToken());
    buildTool(soup, ['tests/prop/lexer', 'src/base', 'src/text', 'src/syntax'],
        [join(PROJECT, 'tests/prop/lexer'), folder]);
}

/** What `nginx -t` says about a text: the emergency's message and line. */
async function ask(program, name, text) {
    const file = join(folder, name);
    writeFileSync(file, text);
    const child = spawn(program, ['-t', '-q', '-e', 'stderr', '-p', folder, '-c', file],
        { stdio: ['ignore', 'ignore', 'pipe'] });
    const chunks = [];
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
    rmSync(file);
    const said = Buffer.concat(chunks).toString('latin1');
    const start = said.indexOf('[emerg] ');
    const end = said.indexOf(` in ${file}:`);
    assert.ok(start >= 0, said);
    return {
        message: said.slice(start + 8, end < 0 ? undefined : end).replace(/^\d+#\d+: /, ''),
        line: Number.parseInt(said.slice(end + ` in ${file}:`.length), 10),
    };
}

const latin1 = (hex) => Buffer.from(hex, 'hex').toString('latin1');
const asC = (bytes) => bytes.split('\0')[0];

/** Why what nginx said is not what we read; undefined when it is. */
function difference(ours, { message, line }) {
    if (/^(unexpected|too long) /.test(message)) {
        /* One byte, where we show all of a character, and nothing of a NUL. */
        const start = asC(/^unexpected "[^]"$/.test(message) ? message.slice(0, 13) : message);
        return ours.complaints.some((one) => latin1(one.message).startsWith(start))
            ? undefined : `nginx: ${message}`;
    }
    const wanted = ours.block ? 'directive "load_module" is not terminated by ";"'
        : ours.words !== 2 ? 'invalid number of arguments in "load_module" directive'
            : `dlopen() "${join(folder, '/')}${asC(latin1(ours.value))}" failed (`;
    if (ours.broken) return `broken, nginx: ${message}`;
    /* nginx cuts a message at 1 KiB, and the line with it. */
    if (wanted.length > 1000) return message.startsWith(wanted.slice(0, 1000)) ? undefined : `${wanted.length} bytes, nginx: ${message}`;
    if (!message.startsWith(wanted)) return `${JSON.stringify(wanted)}, nginx: ${message}`;
    return line === ours.line ? undefined : `line ${ours.line}, nginx: ${line}`;
}

describe('the lexer and nginx read alike', { skip: !existsSync(SOURCE) && 'nginx is not built' }, () => {
    before(build);

    test(`${SOUPS} random texts, by nginx's own function`, () => {
        const out = execFileSync(soup, ['0', String(SOUPS)], { maxBuffer: 1 << 28 }).toString('latin1');
        const sums = JSON.parse(out.trim().split('\n').pop() ?? '');
        assert.equal(sums.differences, 0, out);
        assert.ok(sums.compared > SOUPS * 0.9 && sums.accepted > SOUPS / 10, out);
    });

    for (const program of PROGRAMS)
        test(`${ASKED} of them, by ${program}`, { skip: !existsSync(program) && 'not there' }, async () => {
            const out = execFileSync(soup, ['--load', '1000000', String(ASKED)], { maxBuffer: 1 << 28 });
            const soups = out.toString().trim().split('\n').map((line) => JSON.parse(line));
            const wrong = [];
            const work = async (name) => {
                for (let ours = soups.pop(); ours; ours = soups.pop()) {
                    const why = difference(ours, await ask(program, name, Buffer.from(ours.text, 'hex')));
                    if (why) wrong.push(`soup ${ours.seed}: ${why}\n${JSON.stringify(latin1(ours.text))}`);
                }
            };
            await Promise.all(['a.conf', 'b.conf'].map(work));
            assert.deepEqual(wrong, []);
        });
});
