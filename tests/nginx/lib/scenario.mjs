// Reads the folders of scenarios/ and harmless/.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { whyNoNames } from './hosts.mjs';

/**
 * @typedef {object} Scenario  what scenario.json holds
 * @property {string} name       the folder's name
 * @property {string} folder
 * @property {string} says       in one sentence: what is wrong, and what mends it
 * @property {string} backend    backends/NAME.conf, or a name of lib/peers.mjs
 * @property {string[]} names    host names that lead to the lab (default: none)
 * @property {boolean} resolver  a DNS server is wanted, on port 5353
 * @property {boolean} privileged  the backend listens below port 1024
 * @property {string=} nginx     only these versions: "<1.23.4"
 * @property {string} input      what tlsmend is given: "file" (nginx.conf) or "dump" (nginx -T)
 * @property {string} client     "http" or "grpc"
 * @property {{path?: string, method?: string, headers?: Record<string, string>}} request
 * @property {object[]} first    requests that are made before; what they get does not matter
 * @property {string[]} answers  --answer …
 * @property {Expectation} before
 * @property {Expectation} after
 * @property {string=} asks      no diff: this is asked for on stderr
 *
 * In harmless/ there are neither `before` nor `after`, but
 * @property {({path?: string, vhost?: string, headers?: Record<string, string>})[]} requests
 *   what is asked, and the virtual host that answers (default: api.example.test)
 * @property {string[]} evidence  files of the folder to give to tlsmend
 * @property {boolean} anyDiff    whatever is changed, if only it works as before
 * @property {string=} todo       why it is not expected to hold yet
 *
 * @typedef {{status?: number | string, log?: string, refused?: string} & Record<string, any>} Expectation
 *   `log` is a regular expression that error.log matches, `refused` one for what nginx -t
 *   says. All other keys are fields of the backend's answer.
 */

const DEFAULTS = { names: [], resolver: false, privileged: false, input: 'file', client: 'http', request: {}, first: [], answers: [],
    requests: [{}], evidence: [], anyDiff: false };

/**
 * @param {string} directory
 * @returns {Scenario[]}
 */
export function readScenarios(directory) {
    return readdirSync(directory).sort().map((name) => {
        const folder = join(directory, name);
        const text = readFileSync(join(folder, 'scenario.json'), 'utf8');
        return { ...DEFAULTS, ...JSON.parse(text), name, folder };
    });
}

/**
 * The file that holds the diff which tlsmend must print, as a template:
 * expected-VERSION.diff where a version needs its own, else expected.diff.
 * @param {Scenario} scenario
 * @param {string} version
 */
export function expectedDiff(scenario, version) {
    const own = join(scenario.folder, `expected-${version}.diff`);
    return existsSync(own) ? own : join(scenario.folder, 'expected.diff');
}

/**
 * Why a scenario cannot be played on this machine, or false.
 * @param {Pick<Scenario, 'names' | 'privileged'>} scenario
 */
export const whyNot = ({ names, privileged }) =>
    (names.length > 0 && whyNoNames) || (privileged && process.getuid?.() !== 0 && 'only root may listen below port 1024');
