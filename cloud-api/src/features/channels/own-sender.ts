import { type HttpGateway, isHttpGateway } from "@foyer/contract";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import type { Sealing } from "../../platform/sealing.ts";
import { publishSettings, publishSettingsOf } from "../branches/index.ts";
import type { Configured } from "./adapters/adapter.ts";
import {
  findOwnSenderId,
  listOwnBranchIds,
  listOwnSenderIds,
  setOwnSender,
} from "./own-sender-queries.ts";
import { type OpenedSender, openSender } from "./sender-store.ts";

/** A guest waits for it, and what comes after it has to have its turn. */
const TIMEOUT_SECONDS = 10;

/** A sender of the kind `http-gateway` as a box asks by it; null: a box could not. */
export function toGateway(configured: Configured): HttpGateway | null {
  const { url = "", method = "POST", body = "", contentType = "" } = configured;
  const { headerName, headerValue, bodyIncludes } = configured;
  const bodyTemplate = method === "GET" || body === "" ? null : body;
  const gateway = {
    ...{ kind: "http-gateway" as const, method, url, bodyTemplate },
    headers: {
      ...(bodyTemplate !== null && contentType !== "" && { "content-type": contentType }),
      ...(headerName && headerValue && { [headerName]: headerValue }),
    },
    success: {
      statusMin: Number(configured.statusMin || 200),
      statusMax: Number(configured.statusMax || 299),
      bodyIncludes: bodyIncludes || null,
    },
    timeoutSeconds: TIMEOUT_SECONDS,
  };
  return isHttpGateway(gateway) ? gateway : null;
}

/**
 * What the boxes of branches ask by while the cloud is out of reach, secrets in it, by branch; one for which
 * nothing was chosen is not in it. None: what was chosen cannot be used just now.
 */
export async function listOwnGateways(
  tx: TenantTransaction,
  { branchIds, sealing }: { branchIds: readonly string[]; sealing: Sealing },
): Promise<ReadonlyMap<string, HttpGateway[]>> {
  const senderIds = await listOwnSenderIds(tx, branchIds);
  const gateways = new Map<string, HttpGateway[]>();
  for (const senderId of new Set(senderIds.values())) {
    const sender = await openIfPossible(tx, sealing, senderId);
    const gateway = sender && toGateway(sender.configured);
    gateways.set(senderId, gateway ? [gateway] : []);
  }
  return new Map([...senderIds].map(([branchId, id]) => [branchId, gateways.get(id) ?? []]));
}

/** A secret that opens no more, as after a lost key, must not hold up all else that a box is told. */
async function openIfPossible(
  tx: TenantTransaction,
  sealing: Sealing,
  senderId: string,
): Promise<OpenedSender | null> {
  const open: Sealing["open"] = (sealed, place) => {
    try {
      return sealing.open(sealed, place);
    } catch {
      throw new Unopenable();
    }
  };
  try {
    return await openSender(tx, { ...sealing, open }, senderId);
  } catch (error) {
    if (error instanceof Unopenable) return null;
    throw error;
  }
}

class Unopenable extends Error {}

/** Chooses it; refuses what no box could ask by. The events tell the branch's boxes. */
export async function chooseOwnSender(
  tx: TenantTransaction,
  sealing: Sealing,
  { branchId, senderId }: { branchId: string; senderId: string | null },
): Promise<NewEvent[]> {
  const before = await findOwnSenderId(tx, branchId);
  if (before === senderId) return [];
  if (senderId !== null) await refuseUnusable(tx, sealing, senderId, "/ownSenderId");
  await setOwnSender(tx, { branchId, senderId });
  const told = { before: { ownSenderId: before }, after: { ownSenderId: senderId } };
  noteChange(tx, { kind: "branches", id: branchId, ...told });
  return await publishSettings(tx, branchId);
}

/** After a sender was changed: the boxes that ask by it are told. Refuses a change after which none could. */
export async function tellOwnBranches(
  tx: TenantTransaction,
  sealing: Sealing,
  senderId: string,
): Promise<NewEvent[]> {
  const branchIds = await listOwnBranchIds(tx, senderId);
  if (branchIds.length > 0) await refuseUnusable(tx, sealing, senderId, "/settings");
  return await publishSettingsOf(tx, branchIds);
}

async function refuseUnusable(
  tx: TenantTransaction,
  sealing: Sealing,
  senderId: string,
  field: string,
): Promise<void> {
  const sender = await openSender(tx, sealing, senderId);
  if (!sender) throw refuse("invalid", "That sender was removed. Choose another one.", { field });
  if (sender.kind !== "http-gateway")
    throw refuse("invalid", "A box asks by a sender of the kind HTTP gateway alone.", { field });
  if (toGateway(sender.configured) === null)
    throw refuse("invalid", "A box cannot ask by this sender: its address or what is success.", {
      field,
    });
}
