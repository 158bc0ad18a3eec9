import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { listSeenRows } from "../boxes/index.ts";
import { putInAddress } from "./addresses.ts";
import { putInOrder } from "./jobs.ts";
import { type CertificateRow, choosePublishing, findCertificate, noteNextTry } from "./queries.ts";
import { publicName } from "./rules.ts";
import { AddressChoice, BoxCertificate, BoxParams } from "./schema.ts";
import { findTurnTime } from "./turns.ts";

const tags = ["box health"];
/** Authorities count proofs that fail: Let's Encrypt takes five of a name an hour. */
const AGAIN_LIMIT = { rateLimit: { max: 10, timeWindow: "10 minutes" } };
const refusals = { "4xx": ErrorReply };

/** What staff see of a box's public name, and how they have it asked for again. */
export function registerCertificates(
  routes: Routes,
  { database, certificates }: Pick<Context, "database" | "certificates">,
): void {
  registerAddress(routes, { database, certificates });
  routes.get(
    "/api/v1/boxes/:boxId/certificate",
    {
      config: { access: { permission: "boxes.read" } },
      schema: {
        tags,
        summary: "The public name of a box, and how it is with its certificate",
        params: BoxParams,
        response: { 200: BoxCertificate, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { boxId } = request.params;
        const timeZone = await getTimeZone(tx, boxId);
        return describe(tx, await findCertificate(tx, boxId), { certificates, timeZone });
      }),
  );
  routes.post(
    "/api/v1/boxes/:boxId/certificate/orders",
    {
      config: { access: { permission: "boxes.edit" }, ...AGAIN_LIMIT },
      schema: {
        tags,
        summary: "Try again at once to get what a box has asked for",
        params: BoxParams,
        response: { 202: BoxCertificate, ...refusals },
      },
    },
    async (request, reply) => {
      const { boxId } = request.params;
      const answer = await database.inTenant(tenantOf(request), async (tx) => {
        const timeZone = await getTimeZone(tx, boxId);
        return describe(tx, await askAgain(tx, boxId), { certificates, timeZone });
      });
      return reply.code(202).send(answer);
    },
  );
}

function registerAddress(
  routes: Routes,
  { database, certificates }: Pick<Context, "database" | "certificates">,
): void {
  routes.put(
    "/api/v1/boxes/:boxId/certificate/address",
    {
      config: { access: { permission: "boxes.edit" } },
      schema: {
        tags,
        summary: "Whether the public name of a box leads to its address for everybody",
        params: BoxParams,
        body: AddressChoice,
        response: { 200: BoxCertificate, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const { boxId } = request.params;
        const timeZone = await getTimeZone(tx, boxId);
        const before = await findCertificate(tx, boxId);
        if (!before) throw refuse("conflict", "This box has not asked for a public name yet.");
        const { publishesAddress } = request.body;
        await choosePublishing(tx, { boxId, publishesAddress });
        const after = { ...before, publishesAddress };
        await putInAddress(tx, after);
        noteChange(tx, {
          ...{ kind: "boxes", id: boxId, before: { publishesAddress: before.publishesAddress } },
          after: { publishesAddress },
        });
        return describe(tx, after, { certificates, timeZone });
      }),
  );
}

async function getTimeZone(tx: TenantTransaction, boxId: string): Promise<string> {
  const [box] = await listSeenRows(tx, boxId);
  if (!box) throw refuse("not-found", "There is no box with this id.");
  return box.timeZone;
}

async function askAgain(tx: TenantTransaction, boxId: string): Promise<CertificateRow> {
  const row = await findCertificate(tx, boxId);
  if (row?.state !== "ordered")
    throw refuse(
      "conflict",
      "This box waits for no certificate: it asks by itself when one is due.",
    );
  await noteNextTry(tx, { boxId, nextTryAt: tx.now });
  await putInOrder(tx, { boxId, runAt: tx.now });
  noteChange(tx, { kind: "boxes", id: boxId, before: null, after: { certificate: "ordered" } });
  return row;
}

const toText = (at: Date | null) => at?.toISOString() ?? null;

async function describe(
  tx: TenantTransaction,
  row: CertificateRow | null,
  { certificates, timeZone }: Pick<Context, "certificates"> & { timeZone: string },
): Promise<BoxCertificate> {
  return {
    timeZone,
    isOffered: certificates !== null,
    name: row && certificates ? publicName(row, certificates.zone) : null,
    state: row?.state ?? "named",
    trouble: row?.troubleCode ?? null,
    detail: row?.troubleDetail ?? null,
    nextTryAt: toText(row?.nextTryAt ?? null),
    turnAt: toText(await findTurnTime(tx, row, certificates)),
    validUntil: toText(row?.validUntil ?? null),
    servedUntil: toText(row?.servedUntil ?? null),
    heardAt: toText(row?.heardAt ?? null),
    address: row?.address ?? null,
    publishesAddress: row?.publishesAddress ?? false,
    publishedAddress: row?.publishedAddress ?? null,
  };
}
