import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Admitted, AdmittedList } from "./admitted.ts";
import type { Counts } from "./counters.ts";
import { readGarden, readMac, readRate } from "./requests.ts";

/** What the packet filter keeps over a restart and a power cut. */
export type FilterState = { admitted: AdmittedList; walledGarden: readonly string[] };

export const EMPTY_STATE: FilterState = { admitted: new Map(), walledGarden: [] };

const VERSION = 1;

/** Whole or not at all: whoever reads sees the old text or the new one, also after a power cut. */
export function replaceFile(path: string, text: string): void {
  const next = `${path}.next`;
  writeFileSync(next, text, { mode: 0o600, flush: true });
  renameSync(next, path);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}

export function writeState({ admitted, walledGarden }: FilterState): string {
  const told = { version: VERSION, admitted: [...admitted.values()], walledGarden };
  return `${JSON.stringify(told)}\n`;
}

/** What it says is checked as if a stranger had said it: of what is wrong nobody is let in. */
export function readState(text: string): FilterState {
  const told = JSON.parse(text) as Record<string, unknown>;
  if (told.version !== VERSION) throw new Error(`the state is of version ${told.version}`);
  const admitted = (Array.isArray(told.admitted) ? told.admitted : []).flatMap(
    (each: unknown): [string, Admitted][] => {
      const guest = readAdmitted(each);
      return guest ? [[guest.mac, guest]] : [];
    },
  );
  return { admitted: new Map(admitted), walledGarden: readGarden(told.walledGarden) ?? [] };
}

/** A file that is not there is that of a new box; of one that cannot be read nobody is let in. */
export function loadState(path: string): { state: FilterState; fault: string | null } {
  try {
    return { state: readState(readFileSync(path, "utf8")), fault: null };
  } catch (error) {
    const isNew = (error as { code?: unknown }).code === "ENOENT";
    return { state: EMPTY_STATE, fault: isNew ? null : String(error) };
  }
}

function readAdmitted(told: unknown): Admitted | null {
  const { mac, uploadKbps, downloadKbps, base, seen } = (told ?? {}) as Record<string, unknown>;
  const read = {
    mac: readMac(mac),
    uploadKbps: readRate(uploadKbps),
    downloadKbps: readRate(downloadKbps),
    base: readCounts(base),
    seen: readCounts(seen),
  };
  if (read.mac === null || read.uploadKbps === undefined || read.downloadKbps === undefined)
    return null;
  return read.base && read.seen ? (read as Admitted) : null;
}

function readCounts(told: unknown): Counts | null {
  const { uploadBytes, downloadBytes } = (told ?? {}) as Record<string, unknown>;
  const isCount = (value: unknown): value is number =>
    Number.isSafeInteger(value) && Number(value) >= 0;
  return isCount(uploadBytes) && isCount(downloadBytes) ? { uploadBytes, downloadBytes } : null;
}
