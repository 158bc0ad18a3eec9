import { randomBytes } from "node:crypto";
import { encodeRequest, type SecretKey } from "../src/protocol/authenticator.ts";
import { codes, statusTypes } from "../src/protocol/dictionary.ts";
import type { RawAttribute } from "../src/protocol/packet.ts";
import { chapDigest, hidePassword } from "../src/protocol/password.ts";
import { attribute } from "../src/protocol/values.ts";
import { type MakeRequest, macAt } from "./load.ts";

/** Who logs in as number `at`. */
export type CredentialAt = (at: number) => { username: string; password: string };

/** How the password is told: in PAP it is hidden, in CHAP it is proved. */
export type Scheme = "pap" | "chap";

/** Log-ins as an access point sends them, signed, from a device of its own each. */
export function logIns(key: SecretKey, scheme: Scheme, credentialAt: CredentialAt): MakeRequest {
  return (at, identifier) => {
    const authenticator = randomBytes(16);
    const { username, password } = credentialAt(at);
    const attributes = [
      attribute("User-Name", username),
      ...proofs[scheme](Buffer.from(password), authenticator, key),
      attribute("Calling-Station-Id", macAt(at)),
      attribute("Called-Station-Id", "AC-00-5E-00-53-FF:Foyer"),
      attribute("NAS-Identifier", "branch-001"),
      attribute("NAS-Port-Type", 19),
    ];
    const code = codes.accessRequest;
    return encodeRequest({ code, identifier, authenticator, attributes, isSigned: true }, key);
  };
}

const proofs: Record<
  Scheme,
  (password: Buffer, authenticator: Buffer, key: SecretKey) => RawAttribute[]
> = {
  pap: (password, authenticator, key) => [
    attribute("User-Password", hidePassword(password, authenticator, key)),
  ],
  chap: (password, authenticator) => [
    attribute(
      "CHAP-Password",
      Buffer.concat([Buffer.of(7), chapDigest(7, password, authenticator)]),
    ),
  ],
};

/** A device asks by its MAC as name and password, as access points do before any page is shown. */
export const byMac: CredentialAt = (at) => ({ username: macAt(at), password: macAt(at) });

/** The start of a session of each device. */
export const sessionStarts = (key: SecretKey): MakeRequest => sessionRecords(key, "start");

/** A record of the session of each device, at its beginning, after ten minutes, or at its end. */
export function sessionRecords(
  key: SecretKey,
  status: "start" | "interim" | "stop",
  session = "s",
): MakeRequest {
  const seconds = { start: 0, interim: 600, stop: 900 }[status];
  const used = [
    attribute("Acct-Session-Time", seconds),
    attribute("Acct-Input-Octets", seconds * 1000),
    attribute("Acct-Output-Octets", seconds * 20_000),
  ];
  return (at, identifier) => {
    const attributes = [
      attribute("Acct-Status-Type", statusTypes[status]),
      attribute("Acct-Session-Id", `${session}-${at}`),
      attribute("Calling-Station-Id", macAt(at)),
      attribute("User-Name", macAt(at)),
      ...(status === "start" ? [] : used),
      ...(status === "stop" ? [attribute("Acct-Terminate-Cause", 1)] : []),
    ];
    const code = codes.accountingRequest;
    const authenticator = null;
    return encodeRequest({ code, identifier, authenticator, attributes, isSigned: false }, key);
  };
}
