import {
  type BranchSettings,
  countsTenantVisits,
  KNOWN_GUESTS_DEFAULT,
  listAskedTexts,
} from "@foyer/contract";
import { keepLegalWords } from "./legal-words.ts";
import type { Reader, Transaction } from "./open.ts";

type SettingsRow = { version: number; document: string };

/** The last document parsed, for each store by its `sql`: it is read at every request. */
const parsed = new WeakMap<Reader["sql"], BranchSettings>();
/**
 * What the last reader of each store, which sees one snapshot, has found: a record asks for it half a
 * dozen times. (By reader alone there would be one entry for each, which costs more than the look-up.)
 */
const found = new WeakMap<Reader["sql"], { tx: Reader; settings: BranchSettings | null }>();

/** The branch settings in force; null on a box that has not heard from the cloud yet. */
export function findSettings(tx: Reader): BranchSettings | null {
  const known = found.get(tx.sql);
  if (known?.tx === tx) return known.settings;
  const settings = readSettings(tx);
  found.set(tx.sql, { tx, settings });
  return settings;
}

function readSettings(tx: Reader): BranchSettings | null {
  const version = findSettingsVersion(tx);
  if (version === 0) return null;
  const known = parsed.get(tx.sql);
  if (known?.version === version) return known;
  const row = tx.sql("select version, document from settings").get() as SettingsRow;
  const settings = JSON.parse(
    tx.columns.unlock("settings.document", row.document),
  ) as BranchSettings;
  parsed.set(tx.sql, settings);
  return settings;
}

/** 0 before the first settings. */
export function findSettingsVersion(tx: Reader): number {
  const row = tx.sql("select version from settings").get() as { version: number } | undefined;
  return row?.version ?? 0;
}

/**
 * Puts settings in force whole. `settings` were checked by readBranchSettings. Refuses those of
 * another tenant or branch, and leaves newer ones standing.
 */
export function applySettings(
  tx: Transaction,
  settings: BranchSettings,
): { kind: "applied" } | { kind: "refused"; reason: string } {
  const { tenantId, branchId } = tx.identity;
  if (settings.tenantId !== tenantId || settings.branch.id !== branchId)
    return { kind: "refused", reason: `the settings are for branch ${settings.branch.id}` };
  const held = findSettingsVersion(tx);
  const before = findSettings(tx);
  if (settings.version < held)
    return { kind: "refused", reason: `version ${settings.version} is older than ${held}` };
  tx.sql(
    `insert into settings (id, version, document, applied_at) values (1, ?, ?, ?)
     on conflict (id) do update set version = excluded.version, document = excluded.document,
       applied_at = excluded.applied_at`,
  ).run(
    settings.version,
    tx.columns.lock("settings.document", JSON.stringify(settings)),
    tx.now.getTime(),
  );
  keepLegalWords(tx, listAskedTexts(settings));
  parsed.delete(tx.sql);
  found.delete(tx.sql);
  // Visits to other branches were not told while nothing was chosen by them: all guests anew.
  if (countsTenantVisits(settings.pages) && !countsTenantVisits(before?.pages ?? []))
    askForAllGuests(tx);
  const knownGuestsMax = (of: BranchSettings | null) => of?.knownGuestsMax ?? KNOWN_GUESTS_DEFAULT;
  if (knownGuestsMax(settings) > knownGuestsMax(before)) askForAllGuests(tx);
  return { kind: "applied" };
}

function askForAllGuests(tx: Transaction): void {
  tx.sql("update pull set guests_position = 0, guests_mark = null, guests_page = null").run();
}
