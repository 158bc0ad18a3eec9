import { randomBytes } from "node:crypto";
import { BOX_API, CertificateCall, CertificateReply } from "@foyer/contract";
import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { type BoxKey, boxOf } from "../../platform/session.ts";
import { putInAddress } from "./addresses.ts";
import { readRequestedNames } from "./authority.ts";
import { putInOrder } from "./jobs.ts";
import {
  type CertificateRow,
  findCertificate,
  lockCertificate,
  noteNextTry,
  noteOrdered,
  noteServed,
} from "./queries.ts";
import { chooseFirstTry, decideOrder, LABEL_BYTES, makeLabel, publicName } from "./rules.ts";
import { findTurnTime } from "./turns.ts";

/** What a box asks about its public name, with its key: it hears of its own name alone. */
export function registerBoxCertificates(routes: Routes, { database, certificates }: Context): void {
  routes.post(
    BOX_API.certificate,
    {
      config: { access: "box" },
      schema: {
        tags: ["boxes"],
        summary:
          "The public name of a box and its certificate, asked for with a request of its own",
        body: CertificateCall,
        response: { 200: CertificateReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      if (!certificates) return { name: null, state: "named" as const, chain: null, trouble: null };
      const box = boxOf(request);
      const { csr } = request.body;
      const names = csr === undefined ? null : await readRequestedNames(csr);
      return await database.inTenant(box.tenantId, async (tx) => {
        const call = { box, call: request.body, names, zone: certificates.zone };
        const row = await takeCall(tx, call);
        const turn = await findTurnTime(tx, row, certificates);
        return describe(row, { zone: certificates.zone, turn });
      });
    },
  );
}

type Call = {
  box: BoxKey;
  call: CertificateCall;
  /** Those of its request; null: it has none, or one that cannot be read. */
  names: readonly string[] | null;
  zone: string;
};

async function takeCall(
  tx: TenantTransaction,
  { box, call, names, zone }: Call,
): Promise<CertificateRow> {
  const { boxId, branchId } = box;
  const label = makeLabel(randomBytes(LABEL_BYTES));
  const row = await lockCertificate(tx, { boxId, branchId, label });
  const csr = call.csr ?? null;
  if (csr !== null) checkRequest(names, publicName(row, zone));
  const servedUntil = call.servedUntil === null ? null : new Date(call.servedUntil);
  await noteServed(tx, { boxId, servedUntil, address: call.address ?? null });
  await takeOrder(tx, { row, csr });
  const after = await findCertificate(tx, boxId);
  if (!after) throw new Error("The row of a certificate that is locked has gone.");
  await putInAddress(tx, after);
  return after;
}

async function takeOrder(
  tx: TenantTransaction,
  { row, csr }: { row: CertificateRow; csr: string | null },
): Promise<void> {
  const { boxId } = row;
  const decision = decideOrder(row, csr, tx.now);
  if (decision === "answer") return;
  const nextTryAt = chooseFirstTry(row, { decision, now: tx.now });
  if (decision === "order" && csr !== null) await noteOrdered(tx, { boxId, csr, nextTryAt });
  else await noteNextTry(tx, { boxId, nextTryAt });
  await putInOrder(tx, { boxId, runAt: nextTryAt });
}

/** A box gets nobody's name but its own, and no second one beside it. */
function checkRequest(names: readonly string[] | null, name: string): void {
  if (!names) throw refuse("invalid", "The request for a certificate cannot be read.");
  if (names.length !== 1 || names[0]?.toLowerCase() !== name)
    throw refuse("invalid", `The request asks for another name than ${name}.`);
}

function describe(
  row: CertificateRow,
  { zone, turn }: { zone: string; turn: Date | null },
): CertificateReply {
  const { state, chain, troubleCode, troubleDetail } = row;
  const waits = turn && `in the queue: its turn comes about ${turn.toISOString()}`;
  const trouble = troubleCode === null ? waits : `${troubleCode}: ${troubleDetail}`;
  return { name: publicName(row, zone), state, chain, trouble };
}
