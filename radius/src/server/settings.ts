import type { BranchSettings } from "@foyer/contract";
import type { Logger } from "../log.ts";
import { buildNasTable, type NasTable } from "./nas-table.ts";

/** The branch settings in force, and the NAS table made of them. */
export type SettingsInForce = {
  /** Null on a box that has not heard from the cloud yet. */
  current: () => BranchSettings | null;
  nasTable: () => NasTable;
  replace: (settings: BranchSettings) => void;
  /** Calls `listener` after each change from now on. */
  onChange: (listener: (settings: BranchSettings) => void) => void;
};

export function createSettings(first: BranchSettings | null, log: Logger): SettingsInForce {
  let current: BranchSettings | null = null;
  let table = buildNasTable([]);
  const listeners: ((settings: BranchSettings) => void)[] = [];
  const replace = (settings: BranchSettings) => {
    if (settings.version === current?.version) return;
    current = settings;
    table = buildNasTable(settings.nas);
    log.info({ version: settings.version, nas: settings.nas.length }, "branch settings in force");
    for (const { nasId, source } of table.unreadable)
      log.error({ nasId, source }, "a NAS's source is neither an address nor a CIDR");
    for (const listener of listeners) listener(settings);
  };
  if (first) replace(first);
  return {
    current: () => current,
    nasTable: () => table,
    replace,
    onChange: (listener) => listeners.push(listener),
  };
}
