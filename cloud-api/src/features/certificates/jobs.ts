import type { CertificateSettings } from "../../platform/certificate-settings.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import { type Authority, makeAccountKey, openAuthority, readValidUntil } from "./authority.ts";
import { changeRecords, waitUntilSeen } from "./dns.ts";
import {
  type CertificateRow,
  findAccount,
  findCertificate,
  keepAccount,
  noteAccountUrl,
  noteIssued,
  noteOrderUrl,
  notePublished,
  noteTrouble,
} from "./queries.ts";
import { chooseAddress, chooseNextTry } from "./rules.ts";
import { Trouble } from "./trouble.ts";

export const ORDER_TASK = "certificates.order";
const ADDRESS_TASK = "certificates.address";
/** A box may be given another address by its branch's router. */
const ADDRESS_TTL_SECONDS = 300;
/** Nobody else's resolver is to keep a proof for longer than it is needed. */
const PROOF_TTL_SECONDS = 60;

export const certificateJobs: Jobs = {
  [ORDER_TASK]: {
    work: async (context, { tenantId, payload }) => {
      const { boxId } = payload as { boxId: string };
      if (tenantId !== null) await workOnOrder(context, { tenantId, boxId });
    },
  },
  [ADDRESS_TASK]: {
    work: async (context, { tenantId, payload }) => {
      const { boxId } = payload as { boxId: string };
      if (tenantId !== null) await publishAddress(context, { tenantId, boxId });
    },
  },
};

/** Has the zone say where a box is, or no more; nothing where it says the right thing. */
export async function putInAddress(tx: TenantTransaction, row: CertificateRow): Promise<void> {
  const { boxId, publishedAddress } = row;
  if (chooseAddress(row) === publishedAddress) return;
  await enqueue(tx, { task: ADDRESS_TASK, payload: { boxId }, key: boxId });
}

/** The queue tries again by itself what fails, and each call of the box puts it in again. */
async function publishAddress(context: JobContext, { tenantId, boxId }: Place): Promise<void> {
  const { database, certificates: settings, outbound, clock, log } = context;
  const row = await database.inTenant(tenantId, (tx) => findCertificate(tx, boxId));
  if (!row || !settings) return;
  const address = chooseAddress(row);
  const values = address === null ? [] : [address];
  const name = `${row.label}.${settings.zone}`;
  const change = { name, type: "A" as const, values, ttlSeconds: ADDRESS_TTL_SECONDS };
  await changeRecords(settings, change, { outbound, now: clock() });
  await database.inTenant(tenantId, (tx) => notePublished(tx, { boxId, address }));
  log.info({ boxId, isPublished: address !== null }, "the zone says where a box is, or no more");
}

type Place = { tenantId: string; boxId: string };

export function putInOrder(
  tx: TenantTransaction,
  { boxId, runAt }: { boxId: string; runAt: Date },
): Promise<void> {
  return enqueue(tx, { task: ORDER_TASK, payload: { boxId }, key: boxId, runAt });
}

/**
 * Takes an order as far as it goes: the authority keeps how far it is, so whoever is killed in between
 * is followed by another who goes on. What goes wrong is written down and tried again, later each time.
 */
export async function workOnOrder(context: JobContext, { tenantId, boxId }: Place): Promise<void> {
  const { database, log } = context;
  const row = await database.inTenant(tenantId, (tx) => findCertificate(tx, boxId));
  if (row?.state !== "ordered" || row.csr === null) return;
  try {
    await order(context, { tenantId, row, csr: row.csr });
    log.info({ boxId }, "a box has its certificate");
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    log.warn({ boxId, code: error.code }, "a certificate was not to be had");
    const failures = row.failures + 1;
    await database.inTenant(tenantId, async (tx) => {
      const nextTryAt = chooseNextTry(failures, tx.now);
      const { code, message: detail } = error;
      await noteTrouble(tx, { boxId, code, detail, failures, nextTryAt });
      await putInOrder(tx, { boxId, runAt: nextTryAt });
    });
  }
}

type Ordering = { tenantId: string; row: CertificateRow; csr: string };

async function order(context: JobContext, { tenantId, row, csr }: Ordering): Promise<void> {
  const { boxId } = row;
  const { database, certificates: settings } = context;
  if (!settings) throw new Trouble("not-set-up", "this cloud gets no certificates any more");
  const authority = await openOwnAuthority(context, settings, tenantId);
  const known = row.orderUrl === null ? null : await authority.findOrder(row.orderUrl);
  const begun = known ?? (await authority.makeOrder(`${row.label}.${settings.zone}`));
  const orderUrl = begun.url;
  await database.inTenant(tenantId, (tx) => noteOrderUrl(tx, { boxId, csr, orderUrl }));
  try {
    if (begun.status === "pending") await prove(context, settings, { authority, order: begun });
    const ready = await authority.findOrder(orderUrl);
    if (!ready) throw new Trouble("authority-refused", "the order was given up");
    const chain = await authority.finish(ready, csr);
    const validUntil = readValidUntil(chain);
    await database.inTenant(tenantId, (tx) => noteIssued(tx, { boxId, csr, chain, validUntil }));
  } catch (error) {
    // RFC 8555 §7.1.6: a proof or a request that failed is the end of its order.
    if (error instanceof Trouble && error.code === "authority-refused")
      await database.inTenant(tenantId, (tx) => noteOrderUrl(tx, { boxId, csr, orderUrl: null }));
    throw error;
  }
}

/** The record stands for as long as the authority looks, and goes whatever came of it. */
async function prove(
  { outbound, clock, log }: JobContext,
  settings: CertificateSettings,
  {
    authority,
    order: pending,
  }: { authority: Authority; order: Parameters<Authority["answer"]>[0] },
): Promise<void> {
  const put = (name: string, values: readonly string[]) =>
    changeRecords(
      settings,
      { name, type: "TXT", values, ttlSeconds: PROOF_TTL_SECONDS },
      { outbound, now: clock() },
    );
  await authority.answer(pending, async ({ name, value }, check) => {
    await put(name, [value]);
    try {
      await waitUntilSeen(settings, { name, value });
      await check();
    } finally {
      // What is left of it is written over by the next, and says nothing to anybody.
      await put(name, []).catch((err: unknown) => log.warn({ err }, "a proof was left in the DNS"));
    }
  });
}

/** The tenant's account, made where there is none yet; its key is sealed before anybody hears of it. */
async function openOwnAuthority(
  { database, sealing }: JobContext,
  settings: CertificateSettings,
  tenantId: string,
): Promise<Authority> {
  const { directoryUrl } = settings;
  const place = `acme_accounts:${tenantId}:${directoryUrl}`;
  const found = await database.inTenant(tenantId, (tx) => findAccount(tx, directoryUrl));
  const sealedKey = found?.sealedKey ?? sealing.seal(await makeAccountKey(), place);
  const account =
    found ??
    (await database.inTenant(tenantId, (tx) => keepAccount(tx, { directoryUrl, sealedKey })));
  const key = sealing.open(account.sealedKey, place);
  const authority = await openAuthority(settings, { key, url: account.accountUrl });
  if (authority.accountUrl === null) {
    // RFC 8555 §7.3: a key that has an account already is answered with that one.
    const accountUrl = await authority.openAccount(settings.contact);
    await database.inTenant(tenantId, (tx) => noteAccountUrl(tx, { directoryUrl, accountUrl }));
  }
  return authority;
}
