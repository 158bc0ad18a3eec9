import { createHash } from "node:crypto";

/** What a CoovaChilli redirect says, in the order its releases 1.6 to 1.9 say it. */
export type RedirectParameters = readonly (readonly [name: string, value: string])[];

/**
 * The address the browser is sent to. `md` is the upper-case MD5 of everything before it, as the
 * UAM server is configured on the access controller, followed by the UAM secret.
 */
export function signRedirect(
  uamServer: string,
  parameters: RedirectParameters,
  uamSecret: string,
): string {
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  const url = `${uamServer}${uamServer.includes("?") ? "&" : "?"}${query}`;
  const md = createHash("md5").update(url).update(uamSecret).digest("hex").toUpperCase();
  return `${url}&md=${md}`;
}

/** What the hand-back rests on: MD5(challenge ‖ uamsecret). */
export function challengeKey(challenge: string, uamSecret: string): Buffer {
  return createHash("md5").update(Buffer.from(challenge, "hex")).update(uamSecret).digest();
}

/** A PAP hand-back is the password XOR the key, repeated every 16 octets, in hex. */
export function revealPassword(hidden: string, key: Buffer): Buffer {
  const octets = Buffer.from(hidden, "hex");
  return octets.map((octet, i) => octet ^ (key[i % key.length] as number)) as Buffer;
}

export type Credentials =
  | { kind: "chap"; username: string; answer: Buffer; challenge: Buffer }
  | { kind: "pap"; username: string; password: Buffer }
  | { kind: "faulty"; reason: string };

/** Reads what the browser brings to /logon, as RADIUS will see it. */
export function readCredentials(
  query: URLSearchParams,
  challenge: string,
  uamSecret: string,
): Credentials {
  const username = query.get("username") ?? "";
  const response = query.get("response");
  const password = query.get("password");
  const key = challengeKey(challenge, uamSecret);
  if (username === "") return { kind: "faulty", reason: "username is missing" };
  if (response !== null) {
    if (!/^[0-9a-f]{32}$/i.test(response))
      return { kind: "faulty", reason: "response is not 16 octets" };
    const identifier = Number(query.get("ident") ?? 0);
    const answer = Buffer.concat([Buffer.of(identifier), Buffer.from(response, "hex")]);
    return { kind: "chap", username, answer, challenge: key };
  }
  if (password !== null && /^([0-9a-f]{2}){1,128}$/i.test(password))
    return { kind: "pap", username, password: revealPassword(password, key) };
  return { kind: "faulty", reason: "neither response nor password can be read" };
}
