import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { BoxAlarms, Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { Changed, TenantEntry, TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { readCurrency } from "./currencies.ts";
import {
  addBox,
  addBranch,
  type BoxOffer,
  getBranch,
  NO_BOX,
  NO_BRANCH,
  offerBox,
} from "./enrol.ts";
import {
  type BoxRow,
  type BranchRow,
  listAllBareBranches,
  listBoxRows,
  removeBox,
} from "./queries.ts";
import {
  AddedBoxReply,
  BoxOfferReply,
  BoxParams,
  type BoxReply,
  BranchBody,
  type BranchDocument,
  BranchesReply,
  BranchParams,
  BranchReply,
  NewBoxBody,
  NewBranchBody,
  SavedReply,
  SettingsBody,
  SettingsReply,
} from "./schema.ts";
import { branchChanged, refuseDocument, saveDocument, toDocument } from "./settings.ts";

export const TAG = { name: "branches", description: "Places, their boxes and their settings" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "branches.read" } };
const EDIT = { access: { permission: "branches.edit" } };

export function registerBranches(routes: Routes, context: Context): void {
  registerList(routes, context);
  registerSettings(routes, context);
  registerBoxes(routes, context);
}

function registerList(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/branches",
    {
      config: READ,
      schema: {
        tags,
        summary: "Every branch with its boxes",
        response: { 200: BranchesReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const rows = await listAllBareBranches(tx);
        const boxes = await describeBoxes(tx, context, null);
        const refused = await context.hooks.findRefusedCodes?.(tx, rows);
        const branches = rows.map((row) =>
          describeBranch(row, { boxes: boxes.get(row.id), refusedAt: refused?.get(row.id) }),
        );
        return { branches, nextCursor: null, total: branches.length };
      }),
  );
  routes.post(
    "/api/v1/branches",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Make a branch that works at once",
        body: NewBranchBody,
        response: { 201: BranchReply, ...refusals },
      },
    },
    async (request, reply) => {
      const row = await database.changeTenant(tenantOf(request), (tx) =>
        addBranch(tx, request.body),
      );
      return reply.code(201).send(describeBranch(row, {}));
    },
  );
  routes.patch(
    "/api/v1/branches/:id",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Change a branch's name, place, kind or languages",
        params: BranchParams,
        body: BranchBody,
        response: { 200: BranchReply, ...refusals },
      },
    },
    async (request) => {
      const { id } = request.params;
      const tenant = tenantOf(request);
      await save(context, { tenant, branchId: id }, ({ branch, ...document }) => {
        // Unsaid, it is judged anew: it may be the country's.
        const { currency: _currency, ...standing } = branch;
        return { ...document, branch: { ...standing, ...request.body } };
      });
      return database.inTenant(tenant, async (tx) => {
        const boxes = await describeBoxes(tx, context, id);
        const row = await getBranch(tx, id);
        const refused = await context.hooks.findRefusedCodes?.(tx, [row]);
        return describeBranch(row, { boxes: boxes.get(id), refusedAt: refused?.get(id) });
      });
    },
  );
}

function registerSettings(routes: Routes, context: Context): void {
  routes.get(
    "/api/v1/branches/:id/settings",
    {
      // It holds the secrets of access controllers: not for everybody who sees the branch.
      config: EDIT,
      schema: {
        tags,
        summary: "The settings document",
        params: BranchParams,
        response: { 200: SettingsReply, ...refusals },
      },
      serializerCompiler: () => (document) => JSON.stringify(document),
    },
    (request) =>
      context.database.inTenant(tenantOf(request), async (tx) => {
        const row = await getBranch(tx, request.params.id);
        return { version: row.settingsVersion, ...toDocument(row) };
      }),
  );
  routes.put(
    "/api/v1/branches/:id/settings",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Save the settings document as a new version",
        params: BranchParams,
        body: SettingsBody,
        response: { 200: SavedReply, ...refusals },
      },
      // The contract checks it as a box will, and says which field is wrong; Fastify's validator
      // would turn a null that means "no limit" into a zero first.
      validatorCompiler: () => () => true,
    },
    async (request) => {
      const place = { tenant: tenantOf(request), branchId: request.params.id };
      if (!isId(place.branchId)) throw refuse("not-found", NO_BRANCH);
      const readVersion = readVersionOf(request.body);
      return { version: await save(context, { ...place, readVersion }, () => request.body) };
    },
  );
}

function registerBoxes(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/branches/:id/boxes",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Add a box: the code by which it is enrolled is shown this once",
        params: BranchParams,
        body: NewBoxBody,
        response: { 201: AddedBoxReply, ...refusals },
      },
    },
    async (request, reply) => {
      const tenantId = tenantOf(request);
      const branchId = request.params.id;
      const { offer, boxes } = await database.changeTenant(tenantId, async (tx) => {
        const { result, events } = await addBox(tx, { branchId, name: request.body.name });
        const described = await describeBoxes(tx, context, branchId);
        return { result: { offer: result, boxes: described }, events };
      });
      const box = boxes.get(branchId)?.find(({ id }) => id === offer.boxId);
      if (!box) throw new Error("A box that was just made is not there.");
      noteOffer(request, { branchId, boxId: box.id });
      return reply.code(201).send({ box, offer: toOffer(offer, context) });
    },
  );
  routes.post(
    "/api/v1/branches/:id/boxes/:boxId/enrolment",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "A new code for a box: whoever uses it is the box, and the one before no longer",
        params: BoxParams,
        response: { 201: BoxOfferReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { id: branchId, boxId } = request.params;
      const offer = await database.inTenant(tenantOf(request), async (tx) => {
        const made = await offerBox(tx, { branchId, boxId });
        // Until when somebody may become the box by it; the code itself is nobody's to read again.
        const after = { enrolmentUntil: made.expiresAt.toISOString() };
        noteChange(tx, { kind: "boxes", id: boxId, before: null, after });
        return made;
      });
      noteOffer(request, { branchId, boxId });
      return reply.code(201).send(toOffer(offer, context));
    },
  );
  routes.delete(
    "/api/v1/branches/:id/boxes/:boxId",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Remove a box: its key ends at once",
        params: BoxParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { id: branchId, boxId } = request.params;
      await database.changeTenant(tenantOf(request), (tx) =>
        takeBoxAway(tx, context, { branchId, boxId }),
      );
      return reply.code(204).send(null);
    },
  );
}

async function takeBoxAway(
  tx: TenantTransaction,
  { hooks }: Context,
  { branchId, boxId }: { branchId: string; boxId: string },
): Promise<Changed<null>> {
  const removed = await removeBox(tx, { branchId, boxId });
  if (!removed) throw refuse("not-found", NO_BOX);
  await hooks.leaveZone?.(tx, boxId);
  const before = { branchId, name: removed.name };
  noteChange(tx, { kind: "boxes", id: boxId, before, after: null });
  const { settingsVersion: version } = await getBranch(tx, branchId);
  return { result: null, events: [branchChanged(tx, { branchId, version })] };
}

/** Whoever makes a code can put their own hardware in a box's place: it is said who did. */
function noteOffer(request: FastifyRequest, place: { branchId: string; boxId: string }): void {
  const { staffId, tenantId } = staffOf(request);
  request.log.info({ ...place, tenantId, staffId }, "enrolment code made");
}

function toOffer({ enrolmentCode, expiresAt }: BoxOffer, { origin }: Context) {
  return { cloudUrl: origin(), enrolmentCode, expiresAt: expiresAt.toISOString() };
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** Null for whoever does not say what their edit was made from. */
function readVersionOf(body: unknown): number | null {
  const version = (body as { version?: unknown } | null)?.version ?? null;
  if (version === null || Number.isInteger(version)) return version as number | null;
  throw refuse("invalid", "version is the number of the version that was read.", {
    field: "/version",
  });
}

type Place = { tenant: TenantEntry; branchId: string; readVersion?: number | null };

/** Saves and gives the version; throws the refusal. */
function save(
  { database }: Context,
  { tenant, branchId, readVersion = null }: Place,
  edit: (document: BranchDocument) => unknown,
): Promise<number> {
  return database.changeTenant(tenant, async (tx) => {
    const saved = await saveDocument(tx, branchId, edit, readVersion);
    if (saved.kind === "not-found") throw refuse("not-found", NO_BRANCH);
    if (saved.kind === "invalid") throw refuseDocument(saved);
    return { result: saved.version, events: saved.events };
  });
}

type ToldOfBranch = { boxes?: BoxReply[] | undefined; refusedAt?: Date | undefined };

function describeBranch(
  row: Omit<BranchRow, "settings">,
  { boxes = [], refusedAt }: ToldOfBranch,
): BranchReply {
  const { id, brandId, name, timeZone, country, kind, languages, settingsVersion } = row;
  const codesRefusedAt = refusedAt?.toISOString() ?? null;
  return {
    ...{ id, brandId, name, timeZone, country, currency: readCurrency(row), kind, languages },
    ...{ settingsVersion, codesRefusedAt, boxes },
  };
}

/** The boxes of one branch, or of all (null), by branch. */
async function describeBoxes(
  tx: TenantTransaction,
  { hooks }: Context,
  branchId: string | null,
): Promise<Map<string, BoxReply[]>> {
  const open = await hooks.countOpenVisitsByBox?.(tx);
  const alarms = await hooks.findBoxAlarms?.(tx);
  const rows = await listBoxRows(tx, branchId);
  const byBranch = Map.groupBy(rows, (row) => row.branchId);
  return new Map(
    [...byBranch].map(([id, those]) => [id, those.map((row) => toBox(row, { open, alarms }))]),
  );
}

type ToldOfBoxes = {
  open: ReadonlyMap<string, number> | undefined;
  alarms: ReadonlyMap<string, BoxAlarms> | undefined;
};

function toBox(row: BoxRow, { open, alarms }: ToldOfBoxes): BoxReply {
  const { branchId: _branchId, ...box } = row;
  const alarm = alarms?.get(row.id);
  return {
    ...box,
    createdAt: row.createdAt.toISOString(),
    enrolledAt: row.enrolledAt?.toISOString() ?? null,
    lastContactAt: row.lastContactAt?.toISOString() ?? null,
    openVisits: open?.get(row.id) ?? 0,
    missingEvents: alarm?.missingEvents ?? 0,
    missingSince: alarm?.missingSince?.toISOString() ?? null,
    hasTwin: alarm?.hasTwin ?? false,
  };
}
