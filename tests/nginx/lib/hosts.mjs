// Names for a program without touching the machine's /etc/hosts: the program runs
// in a mount namespace of its own, where a file of ours lies over /etc/hosts.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const UNSHARE = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-current-user', '--keep-caps']), '--mount'];
const OVERLAY = 'mount --bind "$0" /etc/hosts && exec "$@"';

/** Why names cannot be mapped here, or null. */
export const whyNoNames = (() => {
    const [unshare, ...args] = UNSHARE;
    const tried = spawnSync(unshare, [...args, 'sh', '-c', 'mount --bind /etc/hosts /etc/hosts'], { encoding: 'utf8' });
    return tried.status === 0 ? null : `no private mount namespace: ${(tried.stderr ?? String(tried.error)).trim()}`;
})();

/**
 * @param {string} dir where the hosts file may be written
 * @param {Record<string, string>} names name to address
 */
export function writeHosts(dir, names) {
    const path = join(dir, 'hosts');
    const lines = Object.entries(names).map(([name, address]) => `${address} ${name}\n`);
    writeFileSync(path, lines.join('') + readFileSync('/etc/hosts', 'utf8'));
    return path;
}

/**
 * The command that runs `command` with `hosts` as its /etc/hosts (under the same pid).
 * @param {string | null} hosts
 * @param {string[]} command
 */
export const withHosts = (hosts, command) =>
    hosts ? [...UNSHARE, 'sh', '-c', OVERLAY, hosts, ...command] : command;
