import { listAskedTexts } from "@foyer/contract";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { listBranchNames, listDocuments, publishSettingsOf } from "../branches/index.ts";
import { listBrands } from "../tenants/index.ts";
import { META_API_URL } from "./meta.ts";
import { findMetaAccess } from "./meta-queries.ts";
import {
  type AdvertCounts,
  type AdvertEventRow,
  countAdvertEvents,
  findTags,
  holdSettings,
  listAdvertEvents,
  listTaggedBrands,
  replaceTaggedBrands,
  saveTags,
} from "./queries.ts";
import { type ReadId, readGoogleTagId, readMetaPixelId } from "./rules.ts";
import { AdvertEventsQuery, AdvertEventsReply, AdvertTagsBody, AdvertTagsReply } from "./schema.ts";
import { orderSending } from "./send.ts";

export const TAG = {
  name: "advert tags",
  description: "Whose tags load for guests who agreed to adverts, and what was told by them",
};
export const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "advert-tags.read" } };
export const EDIT = { access: { permission: "advert-tags.edit" } };
export const PATH = "/api/v1/advert-tags";
const PAGE_EVENTS = 50;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const WEEK_DAYS = 7;

export function registerAdvertTags(routes: Routes, { database }: Context): void {
  routes.get(
    PATH,
    {
      config: READ,
      schema: {
        tags,
        summary: "The company's advert tags, the brands they load for, and what was told last week",
        response: { 200: AdvertTagsReply, ...refusals },
      },
    },
    (request) => database.readTenant(tenantOf(request), describe),
  );
  routes.put(
    PATH,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Change the tags or the brands they load for; their boxes hear of it at once",
        body: AdvertTagsBody,
        response: { 200: AdvertTagsReply, ...refusals },
      },
    },
    (request) => database.changeTenant(tenantOf(request), (tx) => save(tx, request.body)),
  );
  routes.get(
    `${PATH}/events`,
    {
      config: READ,
      schema: {
        tags,
        summary: "The visits that were told by the tags, by the id that both copies have",
        querystring: AdvertEventsQuery,
        response: { 200: AdvertEventsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { state = null, days = WEEK_DAYS, limit = PAGE_EVENTS, cursor } = request.query;
        const since = new Date(tx.now.getTime() - days * DAY_MILLISECONDS);
        const before = readCursor(cursor);
        const found = await listAdvertEvents(tx, { since, state, before, limit: limit + 1 });
        const events = found.slice(0, limit);
        const last = found.length > limit ? events.at(-1) : undefined;
        const counts = await countAdvertEvents(tx, since);
        return {
          events: events.map(toReply),
          nextCursor: last ? writeCursor(last) : null,
          total: totalOf(counts, state),
        };
      }),
  );
}

export async function describe(tx: TenantTransaction): Promise<AdvertTagsReply> {
  const brands = await listBrands(tx);
  const on = await listTaggedBrands(tx);
  const brandOf = await listBrandOfBranches(tx);
  const documents = (await listDocuments(tx)).map(({ document }) => document);
  const meta = await findMetaAccess(tx);
  return {
    ...(await findTags(tx)),
    meta: {
      ...{ hasToken: meta?.token != null, apiUrl: meta?.apiUrl ?? META_API_URL },
      ...{ fault: meta?.fault ?? null, faultAt: meta?.faultAt?.toISOString() ?? null },
    },
    brands: brands.map(({ id, name }) => {
      const own = documents.filter(({ branch }) => brandOf.get(branch.id) === id);
      const asking = own.filter((document) =>
        listAskedTexts(document).some(({ purpose }) => purpose === "ads"),
      );
      return { id, name, isOn: on.includes(id), branches: own.length, asking: asking.length };
    }),
    lastWeek: await countAdvertEvents(
      tx,
      new Date(tx.now.getTime() - WEEK_DAYS * DAY_MILLISECONDS),
    ),
  };
}

/** Branch → its brand: the company's first where an older release named none. */
export async function listBrandOfBranches(
  tx: TenantTransaction,
): Promise<ReadonlyMap<string, string>> {
  const [first] = await listBrands(tx);
  const branches = await listBranchNames(tx);
  return new Map(branches.map(({ id, brandId }) => [id, brandId ?? first?.id ?? ""]));
}

async function save(
  tx: TenantTransaction,
  body: AdvertTagsBody,
): Promise<Changed<AdvertTagsReply>> {
  const metaPixelId = getId("metaPixelId", readMetaPixelId(body.metaPixelId));
  const googleTagId = getId("googleTagId", readGoogleTagId(body.googleTagId));
  const brandIds = [...new Set(body.brandIds.map((id) => id.toLowerCase()))].toSorted();
  const known = new Set((await listBrands(tx)).map(({ id }) => id));
  const strange = brandIds.findIndex((id) => !known.has(id));
  if (strange >= 0)
    throw refuse("invalid", "The company has no such brand.", { field: `/brandIds/${strange}` });
  await holdSettings(tx);
  const before = { ...(await findTags(tx)), brandIds: await listTaggedBrands(tx) };
  const after = { metaPixelId, googleTagId, brandIds };
  await saveTags(tx, after);
  await replaceTaggedBrands(tx, brandIds);
  noteChange(tx, { kind: "advert-tags", id: null, before, after });
  await orderSending(tx);
  const touched = findTouched(before, after);
  const told = [...(await listBrandOfBranches(tx))].flatMap(([branchId, brandId]) =>
    touched.has(brandId) ? [branchId] : [],
  );
  const events = await publishSettingsOf(tx, told);
  return { result: await describe(tx), events };
}

function getId(field: "metaPixelId" | "googleTagId", read: ReadId): string | null {
  if (read.kind === "id") return read.id;
  const what = field === "metaPixelId" ? "A Meta Pixel's id" : "A Google tag's id";
  throw refuse("invalid", `${what} ${read.reason}.`, { field: `/${field}` });
}

type Saved = {
  metaPixelId: string | null;
  googleTagId: string | null;
  brandIds: readonly string[];
};

/** The brands whose pages are other ones from now on. */
function findTouched(before: Saved, after: Saved): ReadonlySet<string> {
  const isSame =
    before.metaPixelId === after.metaPixelId && before.googleTagId === after.googleTagId;
  const [was, is] = [new Set(before.brandIds), new Set(after.brandIds)];
  return isSame ? was.symmetricDifference(is) : was.union(is);
}

function totalOf(
  { waiting, sent, leftOut }: AdvertCounts,
  state: AdvertEventRow["state"] | null,
): number {
  if (state === null) return waiting + sent + leftOut;
  return { waiting, sent, "left-out": leftOut }[state];
}

const toReply = ({ occurredAt, sentAt, ...row }: AdvertEventRow) => ({
  ...row,
  occurredAt: occurredAt.toISOString(),
  sentAt: sentAt?.toISOString() ?? null,
});

const writeCursor = ({ occurredAt, id }: AdvertEventRow) => `${occurredAt.toISOString()}~${id}`;

function readCursor(text: string | undefined): { at: Date; id: string } | null {
  if (text === undefined) return null;
  const [, time = "", id = ""] = /^(.{24})~([\w-]{22})$/.exec(text) ?? [];
  const at = new Date(time);
  if (Number.isNaN(at.getTime()))
    throw refuse("invalid", "The list cannot be read on from there.", { field: "/cursor" });
  return { at, id };
}
