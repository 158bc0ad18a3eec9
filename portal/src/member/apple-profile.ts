import { createHash } from "node:crypto";
import type { Language, MemberWifi } from "@foyer/contract";
import { type PlistDictionary, writePlist } from "./plist.ts";
import type { ServerTrust } from "./rules.ts";

export const APPLE_PROFILE_TYPE = "application/x-apple-aspen-config";
/** IANA, Method Types of EAP: EAP-TTLS (RFC 5281). */
const EAP_TTLS = 21;
const INNER_METHODS = { mschapv2: "MSCHAPv2", pap: "PAP" } as const;

export type ProfileContent = {
  memberWifi: MemberWifi;
  credential: { username: string; password: string; deviceId: string };
  trust: ServerTrust;
  /** What people call the network. */
  friendlyName: string;
  brandName: string;
  /** What a device asks its owner to agree to, by language, and the sentence about the profile. */
  consent: Partial<Record<Language, string>> & { default: string };
  description: string;
};

/**
 * A configuration profile (Apple's Configuration Profile Reference). Its identifier is the
 * network's, so that a new profile takes the place of the old one whatever MAC the phone shows; its
 * UUIDs are the device's, and the same each time.
 */
export function buildAppleProfile(content: ProfileContent): string {
  const { memberWifi, trust, friendlyName, brandName, consent, description } = content;
  const identifier = identifierOf(memberWifi);
  const uuid = (part: string) => nameUuid(content.credential.deviceId, `${identifier}.${part}`);
  const authority = trust.authority && {
    PayloadType: "com.apple.security.root",
    PayloadVersion: 1,
    PayloadIdentifier: `${identifier}.authority`,
    PayloadUUID: uuid("authority"),
    PayloadDisplayName: friendlyName,
    PayloadContent: trust.authority,
  };
  const wifi = buildNetwork(content, authority?.PayloadUUID ?? null);
  return writePlist({
    PayloadType: "Configuration",
    PayloadVersion: 1,
    PayloadIdentifier: identifier,
    PayloadUUID: uuid("profile"),
    PayloadDisplayName: friendlyName,
    PayloadOrganization: brandName,
    PayloadDescription: description,
    // Guests take it off their own device whenever they like.
    PayloadRemovalDisallowed: false,
    ConsentText: consent,
    PayloadContent: [
      { ...wifi, PayloadIdentifier: `${identifier}.network`, PayloadUUID: uuid("network") },
      ...(authority ? [authority] : []),
    ],
  });
}

function buildNetwork(
  { memberWifi, credential, trust, friendlyName }: ProfileContent,
  anchor: string | null,
): PlistDictionary {
  return {
    PayloadType: "com.apple.wifi.managed",
    PayloadVersion: 1,
    PayloadDisplayName: friendlyName,
    SSID_STR: memberWifi.ssid,
    HIDDEN_NETWORK: false,
    AutoJoin: true,
    EncryptionType: "WPA2",
    EAPClientConfiguration: {
      AcceptEAPTypes: [EAP_TTLS],
      TTLSInnerAuthentication: INNER_METHODS[memberWifi.innerMethod],
      UserName: credential.username,
      UserPassword: credential.password,
      // RFC 7542 §2.4: who it is stays inside the tunnel, the realm may be seen.
      OuterIdentity: `anonymous@${memberWifi.domain}`,
      TLSMinimumVersion: "1.2",
      TLSTrustedServerNames: trust.names,
      ...(anchor === null ? {} : { PayloadCertificateAnchorUUID: [anchor] }),
    },
  };
}

/** One network of one owner: two SSIDs are two profiles, one SSID is never two. */
function identifierOf({ domain, ssid }: MemberWifi): string {
  const network = createHash("sha256").update(ssid).digest("hex").slice(0, 8);
  return `${domain.split(".").reverse().join(".")}.wifi.${network}`;
}

/** RFC 9562 §5.5: a UUID made of a name, the same each time. */
export function nameUuid(namespace: string, name: string): string {
  const hash = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(name)
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex", 0, 16).toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
