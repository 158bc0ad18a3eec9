import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  BOX_CERTIFICATE_FILE,
  type BoxCertificate,
  findBoxCertificate,
  isCertificateGood,
  readCertificate,
} from "@foyer/branch-store";
import type { CertificateReply } from "@foyer/contract";
import { writeDurably } from "./box-key.ts";
import { isRequest, makeRequest, type Request } from "./certificate-request.ts";
import {
  type Link,
  type LinkStatus,
  newLinkStatus,
  noteAnswer,
  noteFailureAndRest,
} from "./link.ts";
import { rest } from "./wait.ts";

/** A key that waits for its certificate, and what was asked with it. Read by nobody else. */
export const CERTIFICATE_REQUEST_FILE = "box-certificate.next";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A cloud that gives no names may be told to, or be upgraded. */
const NO_NAME_MS = HOUR_MS;
/** How often the cloud hears that all is well. */
const WELL_MS = 6 * HOUR_MS;
/** Whoever has just started has more urgent things to say. */
const FIRST_MS = 10_000;
const ORDERED_MS = 10_000;
const TROUBLE_MS = 10 * MINUTE_MS;
const DISK_MS = 10 * MINUTE_MS;

export type CertificateKeeping = {
  folder: string;
  /** Where guests reach the portal, where that is an address of a private network; null: elsewhere. */
  portalAddress?: string | null;
  /** Instead of all waits for the cloud and the certificate. */
  waitMilliseconds?: number;
};

/**
 * Keeps a certificate for the box's public name, until the signal: the key is made here and stays here.
 * The one before is served until the next is whole and fits.
 */
export async function keepCertificate(link: Link, keeping: CertificateKeeping): Promise<void> {
  const status = newLinkStatus();
  const jitter = link.random();
  await rest(keeping.waitMilliseconds ?? FIRST_MS * (1 + jitter), link.signal);
  while (!link.signal.aborted) {
    const milliseconds = await lookOnce(link, { ...keeping, status, jitter }).catch(
      (error: unknown) => {
        // node:fs has a code for what the disk refuses; anything else is a bug of ours.
        const code = error instanceof Error && "code" in error ? error.code : null;
        if (typeof code !== "string" || !code.startsWith("E")) throw error;
        link.logger.error(
          { code },
          "the certificate was not written: look at the disk of this box",
        );
        return DISK_MS;
      },
    );
    await rest(milliseconds, link.signal);
  }
}

type Look = CertificateKeeping & { status: LinkStatus; jitter: number };

/** For how many milliseconds there is nothing to do then. */
async function lookOnce(link: Link, look: Look): Promise<number> {
  const { folder, status, jitter } = look;
  const now = link.clock();
  const held = findBoxCertificate(folder);
  const request = findRequest(folder);
  const isDue = held === null || isRenewalDue(held, { now, jitter });
  const isServed = held !== null && isCertificateGood(held, now);
  // A cloud with another zone has another name for the box, however good the certificate is.
  const isAsked = request !== null && (isDue || request.name !== held.name);
  const answer = await link.cloud.askCertificate({
    ...(isAsked ? { csr: request.csr } : {}),
    ...(look.portalAddress ? { address: look.portalAddress } : {}),
    servedUntil: isServed ? held.validUntil.toISOString() : null,
  });
  if (link.signal.aborted) return 0;
  if (answer.kind === "refused" && isAsked) {
    // The cloud has another name for this box than the request asks for.
    rmSync(join(folder, CERTIFICATE_REQUEST_FILE), { force: true });
    link.logger.warn({ reason: answer.reason }, "the cloud refuses the request for a certificate");
    return TROUBLE_MS;
  }
  if (answer.kind !== "answered") {
    await noteFailureAndRest(link, status, { direction: "certificate", failure: answer });
    return 0;
  }
  noteAnswer(link, status, "certificate");
  const reply = answer.value;
  if (!reply || reply.name === null) return NO_NAME_MS;
  if (!isDue && held.name === reply.name) return look.waitMilliseconds ?? WELL_MS;
  return await goOn(link, { ...look, name: reply.name, reply, held, request, isAsked });
}

type Pending = Look & {
  name: string;
  reply: CertificateReply;
  held: BoxCertificate | null;
  request: Request | null;
  /** The request was in the call that was answered. */
  isAsked: boolean;
};

async function goOn(link: Link, pending: Pending): Promise<number> {
  const { folder, name, reply, held, request } = pending;
  if (request?.name !== name) {
    const made = await makeRequest(name);
    writeDurably(join(folder, CERTIFICATE_REQUEST_FILE), JSON.stringify(made));
    return 0;
  }
  const certificate =
    reply.chain === null ? null : readFitting(reply.chain, { request, now: link.clock() });
  if (certificate !== null) {
    // Where it is held already, somebody was killed before the request went: the next is a new one.
    if (certificate.fingerprint !== held?.fingerprint)
      writeDurably(join(folder, BOX_CERTIFICATE_FILE), `${request.key}${reply.chain}`);
    rmSync(join(folder, CERTIFICATE_REQUEST_FILE), { force: true });
    const until = certificate.validUntil.toISOString();
    link.logger.info({ until }, "the box has a certificate for its public name");
    return 0;
  }
  if (reply.trouble !== null)
    link.logger.warn({ trouble: reply.trouble }, "the cloud has no certificate for this box yet");
  // A key after the last certificate may have to wait for its turn.
  const isOnItsWay = reply.state === "ordered" || !pending.isAsked;
  const wait = isOnItsWay && reply.trouble === null ? ORDERED_MS : TROUBLE_MS;
  return pending.waitMilliseconds ?? wait;
}

/** At a third of its life left, or a little later: boxes that began together do not come back together. */
export function isRenewalDue(
  { validFrom, validUntil }: Pick<BoxCertificate, "validFrom" | "validUntil">,
  { now, jitter }: { now: Date; jitter: number },
): boolean {
  const third = (validUntil.getTime() - validFrom.getTime()) / 3;
  return validUntil.getTime() - now.getTime() < third * (1 - jitter / 10);
}

/** Null: it is of a key before, of another name, or not good now. */
function readFitting(
  chain: string,
  { request, now }: { request: Request; now: Date },
): BoxCertificate | null {
  try {
    const certificate = readCertificate(chain);
    const isOwn = new X509Certificate(chain).checkPrivateKey(createPrivateKey(request.key));
    const isRight = isOwn && certificate.name === request.name;
    return isRight && isCertificateGood(certificate, now) ? certificate : null;
  } catch {
    // It is the answer that cannot be read: the request was when it was found.
    return null;
  }
}

function findRequest(folder: string): Request | null {
  try {
    const told: unknown = JSON.parse(readFileSync(join(folder, CERTIFICATE_REQUEST_FILE), "utf8"));
    return isRequest(told) ? told : null;
  } catch {
    return null;
  }
}
