import type { Verdict } from "./authorizer.ts";

/** How long the same NAS, MAC and code get the same answer: many retry with a new authenticator. */
const REPEAT_MS = 30_000;
const ENTRIES_MAX = 10_000;

export type CodeAsk = {
  nasId: string;
  mac: string;
  code: string;
  /** A code that was made meanwhile is a new question. */
  settingsVersion: number;
  at: Date;
};

export type RecentCodes = {
  /** The answer of a moment ago, also while it is being made; else decides. */
  answer: (ask: CodeAsk, decide: () => Promise<Verdict>) => Promise<Verdict>;
};

type Entry = { at: number; verdict: Promise<Verdict> };

/**
 * Remembers what was answered to which code, so that a NAS that asks again is no second guess and
 * no second arrival. Lost at a restart, when the store tells the same of a device that is in.
 */
export function createRecentCodes(): RecentCodes {
  const entries = new Map<string, Entry>();
  return {
    answer: async (ask, decide) => {
      const { nasId, mac, code, settingsVersion } = ask;
      const key = `${nasId} ${mac} ${code} ${settingsVersion}`;
      const at = ask.at.getTime();
      const known = entries.get(key);
      if (known && Math.abs(at - known.at) <= REPEAT_MS) {
        const repeated = lessen(await known.verdict, (at - known.at) / 1000);
        if (repeated) return repeated;
      }
      entries.delete(key);
      const [oldest] = entries.keys();
      if (entries.size >= ENTRIES_MAX && oldest !== undefined) entries.delete(oldest);
      const entry = { at, verdict: decide() };
      entries.set(key, entry);
      const forget = () => {
        if (entries.get(key) === entry) entries.delete(key);
      };
      entry.verdict.then((verdict) => {
        if (!isSaid(verdict)) forget();
      }, forget);
      return entry.verdict;
    },
  };
}

/** Whether the store has said it: what could not be looked up is asked again. */
function isSaid(verdict: Verdict): boolean {
  if (verdict.kind === "too-busy") return false;
  return verdict.kind === "accept" || verdict.reason !== "store-failed";
}

/** The same, with what has passed taken off its time; null where nothing is left. */
function lessen(verdict: Verdict, seconds: number): Verdict | null {
  if (verdict.kind !== "accept") return verdict;
  const { limits } = verdict;
  if (limits.sessionSeconds === null) return verdict;
  const sessionSeconds = limits.sessionSeconds - Math.ceil(Math.max(0, seconds));
  return sessionSeconds > 0 ? { ...verdict, limits: { ...limits, sessionSeconds } } : null;
}
