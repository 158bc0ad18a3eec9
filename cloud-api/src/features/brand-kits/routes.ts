import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { findReach } from "../../platform/rights.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import type { Writes } from "../pages/index.ts";
import { findKitVersion, insertKit, type KitRow, lockKits, numberTexts } from "../tenants/index.ts";
import { describeKit, describeKits, getOwner, mayEditKit, type Owner } from "./describe.ts";
import { findLookFault, findTextsFault, readLook } from "./rules.ts";
import {
  BrandParams,
  KitBody,
  KitParams,
  KitReply,
  KitsReply,
  KitVersionParams,
  KitVersionReply,
} from "./schema.ts";
import {
  dressAll,
  isFor,
  kitOf,
  listSeen,
  listStanding,
  openWardrobe,
  type Wardrobe,
  withKit,
  wornBy,
} from "./wardrobe.ts";

declare module "../../platform/events.ts" {
  interface CloudEvents {
    "brand-kit.changed": { ownerId: string; version: number };
  }
}

export const TAG = { name: "brand kits", description: "How guests see the company and its brands" };
export const tags = [TAG.name];
export const refusals = { "4xx": ErrorReply };
export const READ = { access: { permission: "brand-kits.read" } };
export const EDIT = { access: { permission: "brand-kits.edit" } };
/** A logo and a background, written as base64, and texts in three languages. */
export const KIT_BYTES_MAX = 1024 * 1024;

const NOT_YOURS = "This kit is worn by more branches than your role covers.";
const STALE = "Somebody saved this kit meanwhile. Read it again and repeat the change.";

export function registerKits(routes: Routes, context: Context): void {
  registerReading(routes, context);
  registerSaving(routes, context);
  registerBrand(routes, context);
}

function registerReading(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/brand-kits",
    {
      config: READ,
      schema: {
        tags,
        summary: "The kits of the company and of its brands",
        response: { 200: KitsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) =>
        describeKits(tx, await openWardrobe(tx), writesOf(request, context)),
      ),
  );
  routes.get(
    "/api/v1/brand-kits/:ownerId",
    {
      config: READ,
      schema: {
        tags,
        summary: "A kit: its look, its legal texts, who wears it and its versions",
        params: KitParams,
        response: { 200: KitReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const wardrobe = await openWardrobe(tx);
        const owner = getOwner(wardrobe, request.params.ownerId);
        return describeKit(tx, wardrobe, { owner, writes: writesOf(request, context) });
      }),
  );
  routes.get(
    "/api/v1/brand-kits/:ownerId/versions/:version",
    {
      config: READ,
      schema: {
        tags,
        summary: "What a version of a kit was",
        params: KitVersionParams,
        response: { 200: KitVersionReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { ownerId } = getOwner(await openWardrobe(tx), request.params.ownerId);
        const found = await findKitVersion(tx, { ownerId, version: request.params.version });
        if (!found) throw refuse("not-found", "The kit has no such version.");
        const { version, look, texts } = found;
        return { version, look, texts };
      }),
  );
}

function registerSaving(routes: Routes, context: Context): void {
  const { database } = context;
  routes.put(
    "/api/v1/brand-kits/:ownerId",
    {
      config: EDIT,
      bodyLimit: KIT_BYTES_MAX,
      schema: {
        tags,
        summary: "Save a kit as its next version; the branches that wear it wear this at once",
        params: KitParams,
        body: KitBody,
        response: { 200: KitReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        await lockKits(tx);
        const before = await openWardrobe(tx);
        const owner = getOwner(before, request.params.ownerId);
        const writes = writesOf(request, context);
        checkEditable(owner, writes);
        const by = staffOf(request).staffId;
        const { after, events } = await saveKit(tx, before, { owner, by, body: request.body });
        return { result: await describeKit(tx, after, { owner, writes }), events };
      }),
  );
}

type Saving = { owner: Owner; by: string; body: KitBody };

async function saveKit(
  tx: TenantTransaction,
  before: Wardrobe,
  { owner, by, body }: Saving,
): Promise<{ after: Wardrobe; events: NewEvent[] }> {
  const { ownerId } = owner;
  const kit = kitOf(before, ownerId);
  if (kit.version !== body.version) throw refuse("conflict", STALE);
  const branches = (await listSeen(tx, before)).filter(({ brandId }) =>
    isFor(before, ownerId, brandId),
  );
  const look = body.look && readLook(body.look);
  checkKit(body, [kit.look, ...branches.map(({ document }) => document.brand)]);
  const texts =
    body.texts &&
    numberTexts(body.texts, { before: kit.texts ?? [], standing: listStanding(branches) });
  const next: KitRow = { ownerId, version: kit.version + 1, look, texts };
  await insertKit(tx, { ...next, by });
  const { version: _, ...was } = kit;
  noteChange(tx, { kind: "brand-kits", id: ownerId, before: was, after: { ownerId, look, texts } });
  const after = withKit(before, next);
  const { putLookOn = [], putTextsOn = [] } = body;
  const put = { putLookOn: lower(putLookOn), putTextsOn: lower(putTextsOn) };
  const events = await dressAll(tx, { before, after, branches, ...put });
  return { after, events: [...events, kitChanged(tx, next)] };
}

const lower = (ids: readonly string[]) => ids.map((id) => id.toLowerCase());

function checkKit({ look, texts }: KitBody, known: Parameters<typeof findLookFault>[1]): void {
  const fault = (look && findLookFault(look, known)) ?? (texts && findTextsFault(texts));
  if (fault)
    throw refuse("invalid", `The kit cannot be worn: ${fault.field} ${fault.reason}.`, {
      field: fault.field,
    });
}

function registerBrand(routes: Routes, { database }: Context): void {
  routes.put(
    "/api/v1/brands/:brandId",
    {
      config: { access: { permission: "tenant.edit" } },
      schema: {
        tags,
        summary: "Change a brand's name and colour; the branches that wear it follow",
        params: BrandParams,
        body: Type.Object({
          name: Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" }),
          accentColour: Type.String({ pattern: "^#[0-9a-f]{6}$" }),
        }),
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { brandId } = request.params;
      const { accentColour } = request.body;
      const name = request.body.name.trim();
      const by = staffOf(request).staffId;
      await database.changeTenant(tenantOf(request), async (tx) => {
        await lockKits(tx);
        return renameBrand(tx, { brandId: brandId.toLowerCase(), name, accentColour, by });
      });
      return reply.code(204).send(null);
    },
  );
}

type Renaming = { brandId: string; name: string; accentColour: string; by: string };

async function renameBrand(
  tx: TenantTransaction,
  { brandId, name, accentColour, by }: Renaming,
): Promise<Changed<null>> {
  const before = await openWardrobe(tx);
  const brand = before.brands.find(({ id }) => id === brandId);
  const worn = wornBy(before, brandId);
  if (!brand || !worn) throw refuse("not-found", "The company has no brand with this id.");
  noteChange(tx, {
    ...{ kind: "brands", id: brandId },
    ...{ before: brand, after: { ...brand, name, accentColour } },
  });
  const brands = before.brands.map((each) => (each.id === brandId ? { ...each, name } : each));
  let after: Wardrobe = { ...before, brands };
  const events: NewEvent[] = [];
  if (worn.look.accentColour !== accentColour) {
    const kit = kitOf(before, brandId);
    const look = { ...worn.look, accentColour };
    const next: KitRow = { ...kit, version: kit.version + 1, look };
    await insertKit(tx, { ...next, by });
    after = withKit(after, next);
    events.push(kitChanged(tx, next));
  }
  const branches = (await listSeen(tx, before)).filter((branch) => branch.brandId === brandId);
  return {
    result: null,
    events: [...(await dressAll(tx, { before, after, branches })), ...events],
  };
}

export function checkEditable(owner: Owner, writes: Writes): void {
  if (!mayEditKit(owner, writes)) throw refuse("forbidden", NOT_YOURS);
}

/** How far whoever asks may change kits. */
export function writesOf(request: FastifyRequest, { permissions }: Context): Writes {
  return findReach(staffOf(request).grants, EDIT.access.permission, permissions);
}

/** Moves the log, which wakes the screens. */
function kitChanged(
  tx: TenantTransaction,
  { ownerId, version }: { ownerId: string; version: number },
): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  const payload = { ownerId, version };
  return { id: newId(), type: "brand-kit.changed", occurredAt: tx.now, payload, ...common };
}
