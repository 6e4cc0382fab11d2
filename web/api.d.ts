// The API of src/api/schema.json in TypeScript's words, and what the bundler
// brings in. Types only: nothing here reaches the page.

export type Severity = 'error' | 'warning' | 'info';
export type Confidence = 'proven' | 'certain' | 'safe' | 'presumed';
export type Profile = 'minimal' | 'recommended' | 'hardened';
export type Platform = 'debian' | 'rhel' | 'alpine' | 'suse' | 'freebsd';
export type AnswerKey =
  | 'upstream-name' | 'ca-file' | 'client-cert' | 'client-key' | 'upstream-scheme' | 'allow-legacy';

export interface Target {
  nginx: string | null;
  openssl: string | null;
  platform: Platform | null;
}

export interface ConfigFile { path: string; text: string }
export interface Evidence { name: string; text: string }
export interface Answer { ask: AnswerKey; hop?: string | null; value: string }

export interface Request {
  api: 1;
  op: 'fix' | 'prove' | 'effective' | 'explain' | 'rules' | 'redact' | 'restore' | 'version';
  files?: ConfigFile[];
  evidence?: Evidence[];
  target?: Partial<Target>;
  profile?: Profile;
  answers?: Answer[];
  rules?: { only?: string[]; skip?: string[] };
  now?: number;
}

export interface Setting { value: string | string[] | null; from: string }

export interface Hop {
  id: string;
  file: string;
  line: number;
  context: string;
  module: 'proxy' | 'grpc' | 'uwsgi' | 'stream';
  target: string;
  tls: boolean | null;
  before: Record<string, Setting>;
  after: Record<string, Setting>;
}

export interface Cause { text: string; rules: string[]; weight: number }

export interface Diagnosis {
  evidence: string;
  line: number;
  count: number;
  side: 'upstream' | 'client' | null;
  title: string;
  reason: string;
  alert: number | null;
  hops: string[];
  causes: Cause[];
  note: string | null;
}

export interface Finding {
  rule: string;
  severity: Severity;
  confidence: Confidence;
  hop: string | null;
  hops: string[];
  file: string;
  line: number;
  column: number;
  message: string;
  why: string;
  rests_on: string[];
  applied: boolean;
  not_applied_because: string | null;
  refs: string[];
}

export interface Ask {
  key: AnswerKey;
  hop: string | null;
  question: string;
  why: string;
  choices: string[];
  suggested: string | null;
}

export interface Command { title: string; text: string }
export interface NotHandled { file: string; line: number | null; why: string }

export interface FixResponse {
  api: 1;
  target: Target;
  profile: Profile;
  diff: string;
  files: (ConfigFile & { changed: boolean })[];
  hops: Hop[];
  diagnosis: Diagnosis[];
  findings: Finding[];
  asks: Ask[];
  commands: Command[];
  not_handled: NotHandled[];
}

export interface Rule {
  id: string;
  title: string;
  severity: Severity;
  what: string;
  why: string;
  fix: string;
  bad: string;
  good: string;
  /** With which `tlsmend fix` makes bad into good. */
  options: string | null;
  evidence: string | null;
  fixes: boolean;
  refs: string[];
}

export interface ErrorResponse { error: { code: string; message: string; at: string } }

export interface EffectiveResponse {
  api: 1;
  target: Target;
  hops: (Omit<Hop, 'before' | 'after'> & { settings: Record<string, Setting> })[];
  not_handled: NotHandled[];
}

export interface Explanation {
  subject: string;
  kind: 'rule' | 'log' | 'code' | 'alert' | 'unknown';
  title: string;
  text: string;
  causes: Cause[];
  rules: string[];
  refs: string[];
}

export interface ExplainResponse { api: 1; explanations: Explanation[] }
export interface RulesResponse { api: 1; rules: Rule[] }
export interface VersionResponse { api: 1; version: string }

export type Response =
  | FixResponse | EffectiveResponse | ExplainResponse | RulesResponse | VersionResponse | ErrorResponse;
