import { createHash } from "node:crypto";

/** What Keep a Changelog calls its groups, in its order. */
export const CHANGE_KINDS = [
  "added",
  "changed",
  "deprecated",
  "removed",
  "fixed",
  "security",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** `id` is of the words: an entry that is worded anew is another one. `text` is Markdown. */
export type ChangeEntry = { id: string; text: string };
export type ChangeGroup = { kind: ChangeKind; entries: ChangeEntry[] };
/** `version` is null of what no version has yet; `date` is YYYY-MM-DD. */
export type ChangedVersion = { version: string | null; date: string | null; groups: ChangeGroup[] };

const VERSION = /^## \[?(Unreleased|\d+\.\d+\.\d+[^\]\s]*)\]?(?: - (\d{4}-\d{2}-\d{2}))?(?: .*)?$/;
const KIND = /^### (\w+)$/;
const ENTRY = /^- (.+)$/;
const MORE = /^ {2,}(\S.*)$/;
const ID_CHARACTERS = 12;

/**
 * The versions of a change log in the form of Keep a Changelog 1.1.0, as they stand: the newest first.
 * Throws with the line at what has not this form.
 */
export function readChangelog(text: string): ChangedVersion[] {
  const versions: ChangedVersion[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.startsWith("## ")) versions.push(readVersion(line, index));
    else if (line.startsWith("### ")) versions.at(-1)?.groups.push(readGroup(line, index));
    else readEntry(line, versions.at(-1)?.groups.at(-1));
  }
  return versions.map(withIds);
}

function readVersion(line: string, index: number): ChangedVersion {
  const [, name, date = null] = VERSION.exec(line) ?? [];
  if (name === undefined) throw new Error(`line ${index + 1} of the change log is no version`);
  return { version: name === "Unreleased" ? null : name, date, groups: [] };
}

function readGroup(line: string, index: number): ChangeGroup {
  const named = KIND.exec(line)?.[1]?.toLowerCase();
  const kind = CHANGE_KINDS.find((each) => each === named);
  if (!kind) throw new Error(`line ${index + 1} of the change log is no group of changes`);
  return { kind, entries: [] };
}

function readEntry(line: string, group: ChangeGroup | undefined): void {
  const begun = ENTRY.exec(line)?.[1];
  if (begun !== undefined) group?.entries.push({ id: "", text: begun.trim() });
  const last = group?.entries.at(-1);
  const more = MORE.exec(line)?.[1];
  if (last && more !== undefined) last.text = `${last.text} ${more.trim()}`;
}

function withIds({ groups, ...version }: ChangedVersion): ChangedVersion {
  return {
    ...version,
    groups: groups.map(({ kind, entries }) => ({
      kind,
      entries: entries.map(({ text }) => ({ id: nameEntry(text), text })),
    })),
  };
}

function nameEntry(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, ID_CHARACTERS);
}

export function listEntryIds(versions: readonly ChangedVersion[]): string[] {
  return versions.flatMap(({ groups }) =>
    groups.flatMap(({ entries }) => entries.map(({ id }) => id)),
  );
}

/** Which entries somebody has not seen; to whoever never looked nothing is newer than the rest. */
export function listNews(ids: readonly string[], seen: readonly string[] | null): Set<string> {
  if (seen === null) return new Set();
  const known = new Set(seen);
  return new Set(ids.filter((id) => !known.has(id)));
}
