import type { CertificateSettings } from "../../platform/certificate-settings.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import { listTenantIds } from "../tenants/index.ts";
import { ADDRESS_TASK, type Place, publishAddress, tidyAddresses } from "./addresses.ts";
import { type Authority, makeAccountKey, openAuthority, readValidUntil } from "./authority.ts";
import { changeRecords, waitUntilSeen } from "./dns.ts";
import {
  type CertificateRow,
  findAccount,
  findCertificate,
  keepAccount,
  noteAccountUrl,
  noteIssued,
  noteLimit,
  noteNextTry,
  noteOrderUrl,
  noteTrouble,
} from "./queries.ts";
import { chooseNextTry, publicName, readRetryAfter } from "./rules.ts";
import { Trouble } from "./trouble.ts";
import { forgetTurns } from "./turn-queries.ts";
import { askAgainAt, judgeReach } from "./turn-rules.ts";
import { awaitTurn, delayAll } from "./turns.ts";

export const ORDER_TASK = "certificates.order";
/** Nobody else's resolver is to keep a proof for longer than it is needed. */
const PROOF_TTL_SECONDS = 60;

export const certificateJobs: Jobs = {
  [ORDER_TASK]: {
    work: async (context, { tenantId, payload }) => {
      const { boxId } = payload as { boxId: string };
      if (tenantId !== null) await workOnOrder(context, { tenantId, boxId });
    },
  },
  // What a job that was given up has left, and what removals of before this was kept have.
  "certificates.tidy": {
    cron: "37 2 * * *",
    work: async ({ database, certificates }) => {
      if (!certificates) return;
      await database.inDirectory(forgetTurns);
      for (const tenantId of await database.inDirectory(listTenantIds))
        await database.inTenant(tenantId, tidyAddresses);
    },
  },
  [ADDRESS_TASK]: {
    work: async (context, { tenantId, payload }) => {
      const { boxId } = payload as { boxId: string };
      if (tenantId !== null) await publishAddress(context, { tenantId, boxId });
    },
  },
};

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
  const { database, log, certificates: settings, clock } = context;
  const row = await database.inTenant(tenantId, (tx) => findCertificate(tx, boxId));
  if (row?.state !== "ordered" || row.csr === null || row.isRemoved) return;
  const account =
    settings && (await database.inTenant(tenantId, (tx) => findAccount(tx, settings.directoryUrl)));
  const until = account?.limitedUntil ?? null;
  if (until !== null && until > clock()) return await waitOut(context, { tenantId, row, until });
  if (settings && !(await isItsTurn(context, { tenantId, row, settings }))) return;
  try {
    await order(context, { tenantId, row, csr: row.csr });
    log.info({ boxId }, "a box has its certificate");
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    log.warn({ boxId, code: error.code }, "a certificate was not to be had");
    await tryLater(context, { tenantId, row, trouble: error });
  }
}

/** False: others go before it, and it asks again. No try has failed. */
async function isItsTurn(
  { database, log }: JobContext,
  {
    tenantId,
    row,
    settings,
  }: { tenantId: string; row: CertificateRow; settings: CertificateSettings },
): Promise<boolean> {
  const { boxId } = row;
  return await database.inTenant(tenantId, async (tx) => {
    const turn = await awaitTurn(tx, row, settings);
    if (turn === null) return true;
    const nextTryAt = askAgainAt(turn, tx.now);
    await noteNextTry(tx, { boxId, nextTryAt });
    await putInOrder(tx, { boxId, runAt: nextTryAt });
    log.info({ boxId, turn }, "a certificate waits for its turn");
    return false;
  });
}

/**
 * Not before the authority said that it may be asked (RFC 8555 §6.6), nor before this cloud's own patience is
 * over. What it will not give this account it gives none of its boxes, and what it will not give the zone nobody.
 */
async function tryLater(
  { database, certificates: settings }: JobContext,
  { tenantId, row, trouble }: { tenantId: string; row: CertificateRow; trouble: Trouble },
): Promise<void> {
  const { boxId } = row;
  const { code, message: detail } = trouble;
  await database.inTenant(tenantId, async (tx) => {
    const limitedUntil = readRetryAfter(trouble.retryAfter, tx.now);
    if (settings && limitedUntil && code === "authority-limit") {
      const { directoryUrl, zone } = settings;
      const reach = judgeReach(detail, { name: publicName(row, zone), zone });
      const isForAll = reach === "zone" && settings.pace !== null;
      if (isForAll) await delayAll(tx, settings, limitedUntil);
      else if (reach !== "box") await noteLimit(tx, { directoryUrl, limitedUntil });
    }
    const failures = row.failures + 1;
    const patient = chooseNextTry(failures, tx.now);
    const nextTryAt = limitedUntil && limitedUntil > patient ? limitedUntil : patient;
    await noteTrouble(tx, { boxId, code, detail, failures, nextTryAt });
    await putInOrder(tx, { boxId, runAt: nextTryAt });
  });
}

/** Nobody has asked the authority: what was said of it stays, and no try has failed. */
async function waitOut(
  { database }: JobContext,
  { tenantId, row, until }: { tenantId: string; row: CertificateRow; until: Date },
): Promise<void> {
  const { boxId, failures, troubleDetail } = row;
  const detail = troubleDetail ?? "it has said when it may be asked again";
  await database.inTenant(tenantId, async (tx) => {
    await noteTrouble(tx, {
      ...{ boxId, code: "authority-limit", detail, failures, nextTryAt: until },
    });
    await putInOrder(tx, { boxId, runAt: until });
  });
}

type Ordering = { tenantId: string; row: CertificateRow; csr: string };

async function order(context: JobContext, { tenantId, row, csr }: Ordering): Promise<void> {
  const { boxId } = row;
  const { database, certificates: settings } = context;
  if (!settings) throw new Trouble("not-set-up", "this cloud gets no certificates any more");
  const authority = await openOwnAuthority(context, settings, tenantId);
  const known = row.orderUrl === null ? null : await authority.findOrder(row.orderUrl);
  const begun = known ?? (await authority.makeOrder(publicName(row, settings.zone)));
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
