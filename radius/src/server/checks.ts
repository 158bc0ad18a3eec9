import {
  checkMessageAuthenticator,
  hasDigestAuthenticator,
  isAuthenticatorRight,
  type SecretKey,
} from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import type { Packet } from "../protocol/packet.ts";
import { hasAttribute, listOctets } from "../protocol/values.ts";
import type { DropReason } from "./counters.ts";

export type PortKind = "auth" | "acct";

export type Checked = {
  port: PortKind;
  packet: Packet;
  key: SecretKey;
  /** Whether this NAS has to sign every Access-Request. */
  isSignatureDemanded: boolean;
  /** It came through TLS, where nobody else can have made or changed it (RFC 6614). */
  isProtected: boolean;
};

/** Null: nothing against it. */
type Check = (request: Checked) => DropReason | null;

/** What every request from a known NAS must pass, in this order, before anything is made of it. */
const checks: readonly Check[] = [checkCode, checkAuthenticator, checkSignature, checkProxyState];

/** Proxy-State is copied into the answer (RFC 2865 §5.33), which needs room for its own. */
const PROXY_STATE_BYTES_MAX = 2048;

/** Why a request must be met with silence; null when it is valid. */
export function findFault(request: Checked): DropReason | null {
  for (const check of checks) {
    const fault = check(request);
    if (fault) return fault;
  }
  return null;
}

function checkCode({ port, packet: { code } }: Checked): DropReason | null {
  const own = port === "auth" ? codes.accessRequest : codes.accountingRequest;
  return code === own || code === codes.statusServer ? null : "code-not-for-this-port";
}

/** RFC 2866 §3: the digest of an Accounting-Request is checked before anything else. */
function checkAuthenticator({ packet, key }: Checked): DropReason | null {
  if (!hasDigestAuthenticator(packet.code)) return null;
  return isAuthenticatorRight(packet, null, key) ? null : "wrong-authenticator";
}

function checkSignature(request: Checked): DropReason | null {
  const { packet, key, isSignatureDemanded } = request;
  const authenticator = hasDigestAuthenticator(packet.code) ? null : packet.authenticator;
  const signature = checkMessageAuthenticator(packet, authenticator, key);
  if (signature === "wrong") return "wrong-message-authenticator";
  if (signature === "right") return null;
  if (isSignatureRequired(request)) return "no-message-authenticator";
  const isUnlike = isSignatureDemanded && packet.code === codes.accessRequest;
  return isUnlike ? "unsigned-nas-signs" : null;
}

/**
 * RFC 5997 §3 demands it of Status-Server and RFC 3579 §3.1 of EAP. An unsigned Access-Request with
 * Proxy-State is how CVE-2024-3596 forges an Access-Accept.
 */
function isSignatureRequired({ packet, isProtected }: Checked): boolean {
  if (packet.code === codes.statusServer) return true;
  if (packet.code !== codes.accessRequest) return false;
  if (hasAttribute(packet, "EAP-Message")) return true;
  return !isProtected && hasAttribute(packet, "Proxy-State");
}

function checkProxyState({ packet }: Checked): DropReason | null {
  let bytes = 0;
  for (const value of listOctets(packet, "Proxy-State")) bytes += value.length + 2;
  return bytes > PROXY_STATE_BYTES_MAX ? "proxy-state-too-long" : null;
}
