// The bytes of RADIUS, for whoever plays an access controller: the demonstration and its tests.

export { readConfig } from "./config.ts";
export { loadCertificateMaker } from "./eap/certificate.ts";
export type { Made as MadeCertificate } from "./eap/make-certificate.ts";
export { type ReportOptions, reportNas } from "./nas-report.ts";
export {
  checkMessageAuthenticator,
  encodeReply,
  encodeRequest,
  isAuthenticatorRight,
  prepareSecret,
  type SecretKey,
} from "./protocol/authenticator.ts";
export { codes, serviceTypes, statusTypes } from "./protocol/dictionary.ts";
export {
  decodePacket,
  type Packet,
  type RawAttribute,
} from "./protocol/packet.ts";
export { chapDigest, hidePassword } from "./protocol/password.ts";
export { attribute, findValue } from "./protocol/values.ts";
export { type RadiusOptions, type RunningRadius, startRadius } from "./radius.ts";
export { createCounters, type Health, type NasCounts } from "./server/counters.ts";
export { writeMetrics } from "./server/metrics.ts";
export type { Stranger } from "./server/strangers.ts";
