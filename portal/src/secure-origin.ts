import { type BoxCertificate, findBoxCertificate, isCertificateGood } from "@foyer/branch-store";
import type { Logger } from "./log.ts";
import type { TlsOptions } from "./tls.ts";

/** How often the file is looked at: a new certificate is in use by then, and nobody waits for it. */
const LOOK_MILLISECONDS = 10_000;
const HTTPS_PORT = 443;

export type SecureOrigin = {
  /** `https://<the box's public name>`; null while phones would not believe its certificate. */
  find: () => string | null;
};

/**
 * Where guests may be led over TLS: by the certificate that the cloud got the box, while it is good. One
 * that venue IT brought is served, and nobody is led to it: what it is for is theirs to say, by
 * FOYER_PORTAL_ORIGIN.
 */
export function watchSecureOrigin({
  stateFolder,
  tls,
  clock,
  log,
  steadyMilliseconds = () => performance.now(),
}: {
  stateFolder: string;
  tls: TlsOptions | null;
  clock: () => Date;
  log: Logger;
  steadyMilliseconds?: () => number;
}): SecureOrigin {
  if (!tls?.isOwn) return { find: () => null };
  let certificate: BoxCertificate | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let wasGood: boolean | null = null;
  return {
    find: () => {
      if (steadyMilliseconds() - lookedAt >= LOOK_MILLISECONDS) {
        certificate = findBoxCertificate(stateFolder);
        lookedAt = steadyMilliseconds();
      }
      const isGood = certificate !== null && isCertificateGood(certificate, clock());
      if (certificate !== null && isGood !== wasGood) {
        const until = certificate.validUntil.toISOString();
        if (isGood) log.info({ until }, "guests may be led to the box's public name");
        else log.error({ until }, "the box's certificate is no good now: guests are led by http");
        wasGood = isGood;
      }
      const port = tls.port === HTTPS_PORT ? "" : `:${tls.port}`;
      return isGood && certificate ? `https://${certificate.name}${port}` : null;
    },
  };
}
