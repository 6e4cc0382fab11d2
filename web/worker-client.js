// Owns the worker: one request at a time, the newest of the page's before the
// older ones, and a new worker when the module traps, hangs or is overtaken.

import workerSource from 'tlsmend:worker';

/** @typedef {import('./api').Request} Request */
/**
 * @typedef {object} Job
 * @property {Request} request
 * @property {boolean} latest
 * @property {number} started  milliseconds
 * @property {(response: any) => void} resolve
 * @property {(error: Error) => void} reject
 */

/** A run longer than this has hung. */
const LIMIT_MS = 60_000;
/** A run that a newer request makes useless is cut short after this. */
const OVERTAKE_MS = 1_500;

/** The module stopped in the middle of a run. */
export class ModuleTrap extends Error {}

export class WorkerClient {
  /** @type {() => Promise<string>} */ #text;
  /** @type {WebAssembly.Module | null} */ #module = null;
  /** @type {Worker | null} */ #worker = null;
  #ready = false;
  /** @type {Job[]} */ #queue = [];
  /** @type {Job | null} */ #current = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {() => Promise<string>} text  gives the base64 of the module's gzip */
  constructor(text) {
    this.#text = text;
  }

  /**
   * Answers a request.
   * @param {Request} request
   * @returns {Promise<any>}
   */
  run(request) {
    return this.#add(request, false);
  }

  /**
   * Answers a request unless a newer one comes first: then undefined.
   * @param {Request} request
   * @returns {Promise<any>}
   */
  runLatest(request) {
    const late = this.#queue.findIndex((job) => job.latest);
    if (late >= 0) this.#queue.splice(late, 1)[0].resolve(undefined);
    const current = this.#current;
    if (current?.latest && performance.now() - current.started > OVERTAKE_MS) {
      this.#finish()?.resolve(undefined);
      this.#restart();
    }
    return this.#add(request, true);
  }

  /** Ends the worker; what was asked is left unanswered. */
  close() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#ready = false;
    this.#queue = [];
    this.#finish();
  }

  /** @param {Request} request @param {boolean} latest */
  #add(request, latest) {
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, latest, started: 0, resolve, reject });
      this.#next();
    });
  }

  #next() {
    if (!this.#worker) this.#start();
    if (!this.#ready || this.#current) return;
    const job = this.#queue.shift();
    if (!job) return;
    this.#current = job;
    job.started = performance.now();
    this.#timer = setTimeout(() => this.#fail('The module gave no answer in time.'), LIMIT_MS);
    this.#worker?.postMessage({ request: job.request });
  }

  #finish() {
    clearTimeout(this.#timer);
    const job = this.#current;
    this.#current = null;
    return job;
  }

  async #start() {
    const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
    const worker = new Worker(url, { name: 'tlsmend' });
    this.#worker = worker;
    worker.onmessage = ({ data }) => {
      if (this.#worker === worker) this.#hear(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.#worker === worker) this.#fail(event.message || 'The worker stopped.');
    };
    try {
      const source = this.#module ?? (await this.#text());
      worker.postMessage({ source });
    } catch (error) {
      if (this.#worker === worker) this.#fail(error instanceof Error ? error.message : String(error));
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  /** @param {any} message */
  #hear(message) {
    if ('failed' in message) return this.#fail(message.failed);
    if ('ready' in message) {
      this.#module = message.ready;
      this.#ready = true;
    } else {
      this.#finish()?.resolve(message.response);
    }
    this.#next();
  }

  /** @param {string} message */
  #fail(message) {
    const job = this.#finish();
    if (job) job.reject(new ModuleTrap(message));
    // It never came up: whoever waits would wait forever.
    else for (const waiting of this.#queue.splice(0)) waiting.reject(new Error(message));
    this.#restart();
  }

  #restart() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#ready = false;
    if (this.#queue.length) this.#next();
  }
}
