// Dropped and picked files, as text.

const LIMIT_BYTES = 16 * 1024 * 1024;

/** @typedef {{ name: string, text: string, trouble: string | null }} ReadFile */

/**
 * @param {Iterable<File>} files
 * @returns {Promise<ReadFile[]>}
 */
export function readFiles(files) {
  return Promise.all([...files].map(read));
}

/** @param {File} file @returns {Promise<ReadFile>} */
async function read(file) {
  const { name } = file;
  if (file.size > LIMIT_BYTES) return { name, text: '', trouble: `${name} is larger than 16 MB and was not read.` };
  try {
    const bytes = await file.arrayBuffer();
    try {
      return { name, text: decode(bytes, true), trouble: null };
    } catch {
      const trouble = `${name} is not UTF-8: what is not was replaced, so the diff may not apply there.`;
      return { name, text: decode(bytes, false), trouble };
    }
  } catch {
    return { name, text: '', trouble: `${name} could not be read.` };
  }
}

/** @param {ArrayBuffer} bytes @param {boolean} fatal */
function decode(bytes, fatal) {
  // A byte order mark is the file's own: it stays.
  return new TextDecoder('utf-8', { fatal, ignoreBOM: true }).decode(bytes);
}

/** Whether a text is more likely evidence than a config. @param {string} name @param {string} text */
export function looksLikeEvidence(name, text) {
  const start = text.slice(0, 4000);
  if (/^# configuration file /m.test(start)) return false;
  if (/\.(log|pem|crt|cer|json|xml)$/i.test(name)) return true;
  if (/\.conf$/i.test(name)) return false;
  return (
    /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[\w+\]/m.test(start) ||
    /^nginx: (\[\w+\]|configuration file|the configuration)/m.test(start) ||
    /^nginx version: /m.test(start) ||
    /^-----BEGIN /m.test(start) ||
    /^CONNECTED\(/m.test(start)
  );
}
