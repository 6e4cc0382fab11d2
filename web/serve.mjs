// Serves a folder on loopback, for looking at the page.
//
//   node serve.mjs FOLDER [PORT]      port 0 takes a free one

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * The file that a request names, or undefined if it lies outside.
 * @param {string} root @param {string} url
 */
function fileOf(root, url) {
  try {
    const path = decodeURIComponent(new URL(url, 'http://host').pathname);
    const file = resolve(root, `.${path.endsWith('/') ? `${path}index.html` : path}`);
    return file.startsWith(root + sep) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} folder @returns {import('node:http').Server} not yet listening */
export function server(folder) {
  const root = resolve(folder);
  return createServer(async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    const file = fileOf(root, request.url ?? '/');
    try {
      if (!file) throw new Error('outside');
      const bytes = await readFile(file);
      response.writeHead(200, {
        'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
        'Content-Length': bytes.length,
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      });
      response.end(request.method === 'HEAD' ? undefined : bytes);
    } catch {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found\n');
    }
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder = 'dist/site', port = '8080'] = process.argv.slice(2);
  const http = server(folder);
  http.on('error', (error) => {
    console.error(`cannot serve on port ${port}: ${error.message}`);
    process.exit(1);
  });
  http.listen(Number(port), '127.0.0.1', () => {
    const address = http.address();
    console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/  (Ctrl-C ends)`);
  });
}
