import type { Hooks } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext } from "../../platform/jobs.ts";
import { changeRecords } from "./dns.ts";
import {
  type CertificateRow,
  findCertificate,
  listLeftPublished,
  notePublished,
} from "./queries.ts";
import { chooseAddress, publicName } from "./rules.ts";

export const ADDRESS_TASK = "certificates.address";
/** A box may be given another address by its branch's router. */
const ADDRESS_TTL_SECONDS = 300;

export type Place = { tenantId: string; boxId: string };

/** Has the zone say where a box is, or no more; nothing where it says the right thing. */
export async function putInAddress(tx: TenantTransaction, row: CertificateRow): Promise<void> {
  if (chooseAddress(row) !== row.publishedAddress) await putIn(tx, row.boxId);
}

const putIn = (tx: TenantTransaction, boxId: string): Promise<void> =>
  enqueue(tx, { task: ADDRESS_TASK, payload: { boxId }, key: boxId });

/**
 * Put in whatever the zone says by what is written down: a call of the box may be on its way there, and
 * whoever comes last has to find that it was removed.
 */
export const leaveZone: NonNullable<Hooks["leaveZone"]> = async (tx, boxId) => {
  const row = await findCertificate(tx, boxId);
  if (row && (row.publishesAddress || row.publishedAddress !== null)) await putIn(tx, boxId);
};

/** Once more for removed boxes that the zone still says something of: nobody calls for them any more. */
export async function tidyAddresses(tx: TenantTransaction): Promise<void> {
  for (const boxId of await listLeftPublished(tx)) await putIn(tx, boxId);
}

/**
 * The queue tries again by itself what fails, and each call of the box puts it in again. What is wanted is
 * read anew after the zone was told: of two that tell it at once, the last looks at what is so then.
 */
export async function publishAddress(
  context: JobContext,
  { tenantId, boxId }: Place,
): Promise<void> {
  const { database, certificates: settings, log } = context;
  if (!settings) return;
  const read = () => database.inTenant(tenantId, (tx) => findCertificate(tx, boxId));
  let row = await read();
  let told: string | null | undefined;
  while (row && chooseAddress(row) !== told) {
    told = chooseAddress(row);
    await tellZone(context, { ...settings, name: publicName(row, settings.zone), address: told });
    const published = { boxId, address: told };
    await database.inTenant(tenantId, (tx) => notePublished(tx, published));
    log.info({ boxId, isPublished: told !== null }, "the zone says where a box is, or no more");
    row = await read();
  }
}

type Telling = Parameters<typeof changeRecords>[0] & { name: string; address: string | null };

function tellZone(
  { outbound, clock }: JobContext,
  { name, address, ...zone }: Telling,
): Promise<void> {
  const values = address === null ? [] : [address];
  const change = { name, type: "A" as const, values, ttlSeconds: ADDRESS_TTL_SECONDS };
  return changeRecords(zone, change, { outbound, now: clock() });
}
