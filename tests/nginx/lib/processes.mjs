// Programs that the tests start: each is ended by its pid, on every way out.
import { spawn } from 'node:child_process';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.once(signal, () => process.exit(1));

/**
 * Starts a program that keeps running. What it prints is kept in `child.said`.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function start(command, args, options = {}) {
    const child = Object.assign(
        spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options }), { said: '' });
    running.add(child);
    for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk) => { child.said += chunk; });
    child.on('error', (error) => { child.said += error.message; running.delete(child); });
    child.on('exit', () => running.delete(child));
    return child;
}

/** @param {import('node:child_process').ChildProcess} child */
export async function end(child) {
    if (!running.has(child)) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 2000);
    await gone;
    clearTimeout(patience);
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & {input?: string}} options
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 */
export function run(command, args, { input = '', ...options } = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
        running.add(child);
        /** @type {Buffer[][]} */
        const [out, err] = [[], []];
        child.stdout.on('data', (chunk) => out.push(chunk));
        child.stderr.on('data', (chunk) => err.push(chunk));
        child.stdin.on('error', () => {}); // it need not read what we give
        child.stdin.end(input);
        child.on('error', (error) => { running.delete(child); reject(error); });
        child.on('close', (code, signal) => {
            running.delete(child);
            const [stdout, stderr] = [out, err].map((chunks) => Buffer.concat(chunks).toString('utf8'));
            resolve({ code: code ?? -1, stdout, stderr: signal ? `${stderr}\nended by ${signal}` : stderr });
        });
    });
}

/**
 * Waits until `probe` answers something true; fails with what `why` says.
 * @param {() => unknown} probe
 * @param {() => string} why
 */
export async function until(probe, why, seconds = 8) {
    const deadline = Date.now() + seconds * 1000;
    for (let wait = 2; ; wait = Math.min(wait * 2, 50)) {
        if (await probe()) return;
        if (Date.now() > deadline) throw new Error(why());
        await new Promise((resolve) => setTimeout(resolve, wait));
    }
}
