import { createHash } from "node:crypto";
import type { Row } from "./row.ts";

/**
 * MikroTik HotSpot, by the pages in deploy/nas/mikrotik: its redirect is whatever those pages send.
 * help.mikrotik.com/docs/x/AQAyBQ.
 */
export const mikrotik: Row = {
  recognises: (values) => values.has("link-login-only"),
  names: {
    mac: ["mac"],
    ip: "ip",
    originalUrl: "link-orig",
    error: "error",
    logOut: "link-logout",
    nasIdentifier: "identity",
  },
  targets: (values) => [values.get("link-login-only") ?? ""],
  keeps: ["chap-id", "chap-challenge"],
  findFault(values, nas) {
    if (nas.mikrotikLogin !== "http-chap") return null;
    const id = decodeOctal(values.get("chap-id") ?? "");
    const challenge = decodeOctal(values.get("chap-challenge") ?? "");
    // Without http-chap in login-by, RouterOS leaves both of them empty.
    return id?.length === 1 && challenge?.length === 16
      ? null
      : "chap-id and chap-challenge are not those of http-chap";
  },
  // It takes both; a link is what no browser warns of where the portal is https and it is not.
  method: "get",
  fields(kept, nas, { username, password, landingUrl }) {
    const answer =
      nas.mikrotikLogin === "http-chap"
        ? chapPassword(password, kept["chap-id"] ?? "", kept["chap-challenge"] ?? "")
        : password;
    return { username, password: answer, dst: landingUrl, popup: "false" };
  },
};

/** RFC 1994 §4.1 over the browser: hex MD5(id ‖ password ‖ challenge). */
export function chapPassword(password: string, chapId: string, chapChallenge: string): string {
  const id = decodeOctal(chapId);
  const challenge = decodeOctal(chapChallenge);
  if (!id || !challenge) throw new Error("This arrival brought no challenge to answer");
  return createHash("md5").update(id).update(password).update(challenge).digest("hex");
}

/**
 * RouterOS writes both as a script would: an octet is `\ooo`, or itself where it is a letter of
 * ASCII. Null for what is neither.
 */
export function decodeOctal(text: string): Buffer | null {
  if (!/^(?:\\[0-3][0-7]{2}|[\x20-\x5b\x5d-\x7e])*$/.test(text)) return null;
  const octets = text.match(/\\[0-7]{3}|./g) ?? [];
  return Buffer.from(
    octets.map((each) =>
      each.length === 4 ? Number.parseInt(each.slice(1), 8) : each.charCodeAt(0),
    ),
  );
}
