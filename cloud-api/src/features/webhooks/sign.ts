import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "whsec_";
/** Standard Webhooks, "Signature scheme": between 24 and 64 octets. */
const SECRET_BYTES = 32;

export function makeSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString("base64")}`;
}

type Signed = { id: string; at: Date; body: string; secrets: readonly string[] };

/**
 * The headers by which a receiver knows who sent it (Standard Webhooks 1.0.0, "Webhook headers"). While a
 * secret is being changed there are two, and a signature by each: the receiver takes either.
 */
export function signMessage({ id, at, body, secrets }: Signed): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    const signed = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`);
    return `v1,${signed.digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
}
