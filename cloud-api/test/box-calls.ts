import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import {
  digestContent,
  ENROL_PATH,
  type EnrolReply,
  nameKey,
  proveKey,
  signCall,
} from "@foyer/contract";

// What a box does with its key, for tests that speak as one without the sync agent.

/** A new private key, as the box keeps it. */
export function makeKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

export function readPublic(boxKey: string): string {
  return createPrivateKey(boxKey).export({ format: "jwk" }).x as string;
}

export type BoxCall = {
  method: "GET" | "POST";
  target: string;
  content?: Buffer | string;
  contentEncoding?: string;
  /** Which call of the key it is; by itself each is the next. */
  number?: number;
};

let lastNumber = 0;

/** The header fields with which a box's key signs a call. */
export function signBoxCall(boxKey: string, call: BoxCall): Record<string, string> {
  lastNumber += 1;
  const { method, target, contentEncoding = null, number = lastNumber } = call;
  const content = call.content === undefined ? null : Buffer.from(call.content);
  const contentDigest = content && digestContent(content);
  const keyId = nameKey(Buffer.from(readPublic(boxKey), "base64url"));
  const privateKey = createPrivateKey(boxKey);
  const signed = { method, target, contentDigest, contentEncoding };
  return {
    ...signCall(signed, { privateKey, keyId, number }),
    ...(contentDigest === null ? {} : { "content-digest": contentDigest }),
    ...(contentEncoding === null ? {} : { "content-encoding": contentEncoding }),
  };
}

/** The body of the call by which a new key becomes the box of a code. */
export function writeEnrolRequest(code: string, boxKey: string) {
  const proof = proveKey({ kind: "enrol", code }, createPrivateKey(boxKey));
  return { code, publicKey: readPublic(boxKey), proof };
}

export type Enrolled = EnrolReply & { boxKey: string };

/** Enrols a box by the code that staff were shown. */
export async function enrolByCode(
  origin: string,
  code: string,
  headers: Record<string, string> = {},
): Promise<Enrolled> {
  const boxKey = makeKey();
  const answer = await fetch(`${origin}${ENROL_PATH}`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(writeEnrolRequest(code, boxKey)),
  });
  if (answer.status !== 200) throw new Error(`enrol: ${answer.status} ${await answer.text()}`);
  return { ...((await answer.json()) as EnrolReply), boxKey };
}

/** A JSON call as a box signs it, for whatever sends it. */
export function signJson(boxKey: string, target: string, payload: unknown) {
  const content = JSON.stringify(payload);
  const signed = signBoxCall(boxKey, { method: "POST", target, content });
  return { content, headers: { ...signed, "content-type": "application/json" } };
}
