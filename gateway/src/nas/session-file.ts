import { readFileSync } from "node:fs";
import { replaceFile } from "../filter/state-file.ts";
import { type GatewaySession, pass } from "./sessions.ts";

/** A session that is over and that radius has not been told of yet. */
export type Untold = { session: GatewaySession; cause: number };

export type KeptSessions = {
  sessions: readonly GatewaySession[];
  untold: readonly Untold[];
};

const VERSION = 1;

export function saveSessions(path: string, kept: KeptSessions, now: Date): void {
  replaceFile(path, `${JSON.stringify({ version: VERSION, savedAt: now.getTime(), ...kept })}\n`);
}

/**
 * The sessions of before a restart or a power cut, as they are after the time that was slept. A clock
 * that stands before the moment they were kept at says nothing of that time. Null: there are none to go
 * on with, and radius has to be told that all are over.
 */
export function loadSessions(path: string, now: Date): KeptSessions | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
  return readSessions(text, now);
}

/** Null for what another release, or a broken disk, has left. */
export function readSessions(text: string, now: Date): KeptSessions | null {
  try {
    const told = JSON.parse(text) as KeptSessions & { version: unknown; savedAt: number };
    if (told.version !== VERSION) return null;
    const slept = Math.max(0, Math.floor((now.getTime() - told.savedAt) / 1000));
    return { sessions: told.sessions.map((each) => pass(each, slept)), untold: told.untold };
  } catch {
    return null;
  }
}
