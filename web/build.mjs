// Builds the pages from web/ and dist/tlsmend.wasm:
//
//   dist/tlsmend.html   one file that works from file://
//   dist/site/          the same page for a web server
//
// Both have a policy that refuses every connection. So the module comes as text:
// inside the one file, or as a script of the site's own.

import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const web = fileURLToPath(new URL('.', import.meta.url));
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** Which browsers: those with adoptedStyleSheets, DecompressionStream and container queries. */
const target = ['chrome111', 'firefox115', 'safari16.4'];

const FROM_PAGE = `export default async () => document.getElementById('module').textContent;`;
// Once it is there, the page needs its own server no more and says so.
const FROM_SITE = `export default async () => {
  const { default: text } = await import('./module.js');
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = ${JSON.stringify(policy(`'none'`, `'none'`))};
  document.head.append(policy);
  return text;
};`;

const module = gzipSync(await readFile(`${dist}tlsmend.wasm`), { level: 9 }).toString('base64');
const worker = await bundle('worker.js', {}, 'iife');
const style = await smallStyle(`${web}page.css`);
const template = await readFile(`${web}page.html`, 'utf8');

await onePage();
await site();

async function onePage() {
  const script = await bundle('page.js', { 'tlsmend:worker': textModule(worker), 'tlsmend:module': FROM_PAGE });
  const html = fill(template, {
    policy: policy(`'${hash(script)}'`, `'${hash(style)}'`),
    style: `<style>${style}</style>`,
    script:
      `<script type="module">${script}</script>\n` +
      `<script type="application/octet-stream" id="module">${module}</script>`,
  });
  await writeFile(`${dist}tlsmend.html`, html);
}

async function site() {
  const script = await bundle('page.js', { 'tlsmend:worker': textModule(worker), 'tlsmend:module': FROM_SITE });
  const html = fill(template, {
    policy: policy(`'self'`, `'self'`),
    style: '<link rel="stylesheet" href="page.css">',
    script: '<script type="module" src="page.js"></script>',
  });
  await rm(`${dist}site`, { recursive: true, force: true });
  await mkdir(`${dist}site`, { recursive: true });
  await writeFile(`${dist}site/index.html`, html);
  await writeFile(`${dist}site/page.css`, `${style}\n`);
  await writeFile(`${dist}site/page.js`, script);
  await writeFile(`${dist}site/module.js`, textModule(module));
}

/** @param {string} script @param {string} style  the sources that are allowed */
function policy(script, style) {
  return [
    `default-src 'none'`,
    `connect-src 'none'`,
    `script-src ${script === `'none'` ? '' : `${script} `}'wasm-unsafe-eval'`,
    `style-src ${style}`,
    `worker-src blob:`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}

/** @param {string} text */
function hash(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** @param {string} text */
function textModule(text) {
  return `export default ${JSON.stringify(text)};`;
}

/**
 * @param {string} text @param {Record<string, string>} values
 */
function fill(text, values) {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
}

/**
 * One script of an entry and all that it imports.
 * @param {string} entry
 * @param {Record<string, string>} made  modules that are made here, by name
 * @param {'esm' | 'iife'} [format]
 */
async function bundle(entry, made, format = 'esm') {
  const result = await build({
    entryPoints: [`${web}${entry}`],
    bundle: true,
    write: false,
    format,
    target,
    minify: true,
    legalComments: 'none',
    loader: { '.conf': 'text', '.log': 'text' },
    external: ['./module.js'],
    plugins: [madeModules(made), styleText()],
  });
  // Nothing in an inline script may look like its end.
  return result.outputFiles[0].text.replace(/<\/script/gi, '<\\/script').replace(/<!--/g, '<\\!--').trim();
}

/** @param {Record<string, string>} made @returns {import('esbuild').Plugin} */
function madeModules(made) {
  return {
    name: 'made',
    setup(builder) {
      builder.onResolve({ filter: /^tlsmend:/ }, ({ path }) => ({ path, namespace: 'made' }));
      builder.onLoad({ filter: /.*/, namespace: 'made' }, ({ path }) => ({ contents: made[path], resolveDir: web }));
    },
  };
}

/** Style as text, made small. @returns {import('esbuild').Plugin} */
function styleText() {
  return {
    name: 'style',
    setup(builder) {
      builder.onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: await smallStyle(path), loader: 'text' }));
    },
  };
}

/** @param {string} path */
async function smallStyle(path) {
  const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target });
  return code.trim();
}
