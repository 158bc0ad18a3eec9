import { type BranchStore, findSettings } from "@foyer/branch-store";
import type { Logger } from "../log.ts";
import { buildNasTable, type NasTable } from "./nas-table.ts";

/**
 * The NAS table of the branch settings in force. The store is asked once an event-loop turn
 * whether anything was committed, by this process or another, and the settings are read again only
 * then.
 */
export function followSettings(store: BranchStore, log: Logger): () => NasTable {
  let table = buildNasTable([]);
  let version = 0;
  let seenCommits: number | null = null;
  let isFresh = false;
  const refresh = () => {
    const commits = store.changeCount();
    if (commits === seenCommits) return;
    const settings = store.read(findSettings);
    seenCommits = commits;
    if (!settings || settings.version === version) return;
    version = settings.version;
    table = buildNasTable(settings.nas);
    log.info({ version, nas: settings.nas.length }, "branch settings in force");
    for (const { nasId, source } of table.unreadable)
      log.error({ nasId, source }, "a NAS's source is neither an address nor a CIDR");
  };
  return () => {
    if (isFresh) return table;
    isFresh = true;
    setImmediate(() => {
      isFresh = false;
    });
    try {
      refresh();
    } catch (error) {
      // The last settings stay in force: guests can still be let in.
      log.warn({ err: error }, "the settings could not be read again");
    }
    return table;
  };
}
