// A unified diff read into lines, so that it can be shown.

/** @typedef {{ kind: 'same' | 'add' | 'del', text: string, old: number | null, new: number | null, noNewline: boolean }} Line */
/** @typedef {{ oldStart: number, oldCount: number, lines: Line[] }} Hunk */
/** @typedef {{ path: string, hunks: Hunk[], added: number, removed: number }} FileDiff */

const KINDS = /** @type {const} */ ({ ' ': 'same', '+': 'add', '-': 'del' });

/** @param {string} diff @returns {FileDiff[]} */
export function parseDiff(diff) {
  /** @type {FileDiff[]} */
  const files = [];
  /** @type {Hunk | undefined} */
  let hunk;
  let oldLeft = 0;
  let newLeft = 0;
  let oldLine = 0;
  let newLine = 0;
  for (const line of diff.split('\n')) {
    const file = files[files.length - 1];
    if (oldLeft > 0 || newLeft > 0) {
      const kind = KINDS[/** @type {keyof typeof KINDS} */ (line[0])];
      if (kind) {
        const text = line.slice(1).replace(/\r$/, '');
        hunk?.lines.push({
          kind,
          text,
          old: kind === 'add' ? null : oldLine,
          new: kind === 'del' ? null : newLine,
          noNewline: false,
        });
        if (kind !== 'add') oldLine++, oldLeft--;
        if (kind !== 'del') newLine++, newLeft--;
        if (kind === 'add') file.added++;
        if (kind === 'del') file.removed++;
        continue;
      }
    }
    if (line.startsWith('\\')) {
      const last = hunk?.lines[hunk.lines.length - 1];
      if (last) last.noNewline = true;
      continue;
    }
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (header && file) {
      oldLine = Number(header[1]);
      newLine = Number(header[3]);
      oldLeft = Number(header[2] ?? 1);
      newLeft = Number(header[4] ?? 1);
      hunk = { oldStart: oldLine, oldCount: oldLeft, lines: [] };
      file.hunks.push(hunk);
    } else if (line.startsWith('--- ')) {
      files.push({ path: line.slice(4).replace(/\t.*$/, '').replace(/^a\//, ''), hunks: [], added: 0, removed: 0 });
    }
  }
  return files;
}

/**
 * What differs between a removed line and the one that takes its place, in
 * whole arguments: both in parts, each marked or not. Null when nearly all does.
 * @param {string} before @param {string} after
 * @returns {[before: Part[], after: Part[]] | null}
 */
export function differences(before, after) {
  const a = words(before);
  const b = words(after);
  if (Math.max(a.length, b.length) > MOST_WORDS) return null;
  const kept = common(a, b);
  if (!kept.some(([i]) => /\w/.test(a[i]))) return null;
  return [parts(a, new Set(kept.map(([i]) => i))), parts(b, new Set(kept.map(([, j]) => j)))];
}

/** @typedef {{ text: string, marked: boolean }} Part */

/** Arguments, the blanks between them, and what ends them. @param {string} line */
function words(line) {
  return line.match(/\s+|[;{}]|[^\s;{}]+/g) ?? [];
}

/** Beyond this a line is data, and nobody looks for a word in it. */
const MOST_WORDS = 400;

/**
 * The longest common subsequence, as pairs of indices.
 * @param {string[]} a @param {string[]} b
 */
function common(a, b) {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  /** @type {[number, number][]} */
  const pairs = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i++;
    else j++;
  }
  return pairs;
}

/** @param {string[]} list @param {Set<number>} kept @returns {Part[]} */
function parts(list, kept) {
  /** @type {Part[]} */
  const all = [];
  /** @param {number} i */
  const shared = (i) => i < 0 || i >= list.length || kept.has(i);
  for (const [i, text] of list.entries()) {
    // A blank is marked between marked words only.
    const marked = !shared(i) && !(/^\s/.test(text) && (shared(i - 1) || shared(i + 1)));
    const last = all[all.length - 1];
    if (last?.marked === marked) last.text += text;
    else all.push({ text, marked });
  }
  return all;
}
