// One request to the front. The backends answer with lines of "key=value"
// (backends/answer), so that a test can see what reached which virtual host.
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';

/** @typedef {{status: number | 'closed', body: string} & Record<string, any>} Answer */

/**
 * @param {number | 'closed'} status
 * @param {string} body
 * @returns {Answer}
 */
function answer(status, body) {
    const fields = [...body.matchAll(/^([a-z-]+)=(.*)$/gm)].map(([, key, value]) => [key, value]);
    return { status, body, ...Object.fromEntries(fields) };
}

/**
 * @param {string} address
 * @param {{client?: string, path?: string, method?: string, headers?: Record<string, string>}} request
 * @returns {Promise<Answer>} status "closed" when the connection ended without an answer
 */
export const ask = (address, { client = 'http', ...request }) =>
    ({ http: askHttp, https: askHttps, grpc: askGrpc }[client] ?? unknown(client))(address, request);

/** @param {string} client @returns {never} */
function unknown(client) {
    throw new Error(`no such client: ${client}`);
}

/** @typedef {{path?: string, method?: string, headers?: Record<string, string>}} Request */
/** @type {(address: string, request: Request) => Promise<Answer>} */
const askHttp = (address, request) => send(http, address, request);
/** @type {typeof askHttp} TLS to the front itself; its certificate is not the matter here */
const askHttps = (address, request) =>
    send(https, address, request, { servername: 'api.example.test', rejectUnauthorized: false });

/** @type {(module: typeof http | typeof https, address: string, request: Request, more?: object) => Promise<Answer>} */
function send(module, address, { path = '/', method = 'GET', headers = {} }, more = {}) {
    return new Promise((resolve) => {
        const request = module.request({
            host: address, port: 8080, path, method, agent: false, timeout: 8000,
            headers: { host: 'shop.example.test', ...headers }, ...more,
        }, (response) => {
            let body = '';
            response.setEncoding('utf8');
            response.on('data', (chunk) => { body += chunk; });
            response.on('close', () => resolve(answer(response.statusCode ?? 0, body)));
        });
        request.on('timeout', () => request.destroy());
        request.on('error', () => resolve(answer('closed', '')));
        request.end();
    });
}

/** @type {typeof askHttp} */
function askGrpc(address, { path = '/shop.Basket/List', headers = {} }) {
    return new Promise((resolve) => {
        const session = http2.connect(`http://${address}:8080`);
        const done = (/** @type {Answer} */ result) => { session.destroy(); resolve(result); };
        session.on('error', () => done(answer('closed', '')));
        const stream = session.request({
            ':method': 'POST', ':path': path, ':authority': 'shop.example.test',
            'content-type': 'application/grpc', te: 'trailers', ...headers,
        });
        let [status, body] = [0, ''];
        stream.setEncoding('utf8');
        stream.setTimeout(8000, () => done(answer('closed', '')));
        stream.on('error', () => done(answer('closed', '')));
        stream.on('response', (head) => { status = head[':status'] ?? 0; });
        stream.on('data', (chunk) => { body += chunk; });
        stream.on('end', () => done(answer(status, body)));
        stream.end(Buffer.from([0, 0, 0, 0, 0])); // one empty message
    });
}
