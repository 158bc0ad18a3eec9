import type { PageSettings } from "@foyer/contract";
import { run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { BranchDocument } from "./schema.ts";

/**
 * A branch's settings as they were read, and as they are to be. Pages that stay are the same objects.
 * `parts`: the names of what differs.
 */
export type EditedDocument = {
  branchId: string;
  before: BranchDocument;
  after: BranchDocument;
  parts: readonly (keyof BranchDocument)[];
};

/**
 * Gives branches whose rows have been locked since before they were read other settings, each as its next
 * version. What is sent does not grow with what stays as it is, nor what branches get alike with how many
 * they are: together that may be more than one value of jsonb holds (256 MiB).
 */
export function updateDocuments(
  tx: TenantTransaction,
  edited: readonly EditedDocument[],
): Promise<void> {
  const pages = sendPages(edited);
  const parts = sendParts(edited);
  return run(
    tx,
    sql`update branches set settings_version = branches.settings_version + 1,
          settings = (branches.settings
              - array(select key from jsonb_each_text(told.parts) where value is null))
            || coalesce((
              select jsonb_object_agg(part.key, ${toJson(parts.sent)}::jsonb -> part.value::integer)
              from jsonb_each_text(told.parts) as part where part.value is not null), '{}')
            || case when told.places is null then '{}' else jsonb_build_object('pages', (
              select coalesce(jsonb_agg(case when page.place > 0 then standing.value
                else ${toJson(pages.sent)}::jsonb -> -page.place end order by page.nth), '[]')
              from unnest(string_to_array(told.places, ',')::integer[])
                with ordinality as page (place, nth)
              left join jsonb_array_elements(branches.settings -> 'pages')
                with ordinality as standing (value, place) on standing.place = page.place)) end
        from unnest(${edited.map(({ branchId }) => branchId)}::uuid[], ${pages.told}::text[],
            ${parts.told}::jsonb[])
          as told (id, places, parts)
        where branches.tenant_id = ${tx.tenantId} and branches.id = told.id`,
  );
}

/** What goes over once, and for each branch where of it is what it gets. */
type Sending<Sent, Told> = { sent: Sent[]; told: Told[] };

/** A page that stays is named by its place at its branch, from 1 on; one that is sent, from 0 downwards. */
function sendPages(edited: readonly EditedDocument[]): Sending<PageSettings, string | null> {
  const places = new Map<PageSettings, number>();
  const told = edited.map(({ before, after, parts }) => {
    if (!parts.includes("pages")) return null;
    const named = after.pages.map((page) => {
      const standing = before.pages.indexOf(page);
      if (standing >= 0) return standing + 1;
      const place = places.get(page) ?? -places.size;
      places.set(page, place);
      return place;
    });
    return named.join();
  });
  return { sent: [...places.keys()], told };
}

/** Of each branch the other parts by their names; null: it has that part no more. */
function sendParts(edited: readonly EditedDocument[]): Sending<unknown, string> {
  const places = new Map<string, number>();
  const sent: unknown[] = [];
  const send = (part: unknown): number | null => {
    if (part === undefined) return null;
    const text = JSON.stringify(part);
    const place = places.get(text) ?? sent.length;
    if (place === sent.length) sent.push(part);
    places.set(text, place);
    return place;
  };
  const told = edited.map(({ after, parts }) => {
    const others = parts.filter((name) => name !== "pages");
    return toJson(Object.fromEntries(others.map((name) => [name, send(after[name])])));
  });
  return { sent, told };
}
