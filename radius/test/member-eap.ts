import { onTestFinished } from "vitest";
import { encodeAvp } from "../src/eap/avp.ts";
import { createEap, type EapAnswer } from "../src/eap/eap.ts";
import { makeAuthority, makeServerCertificate } from "../src/eap/make-certificate.ts";
import type { FindPassword } from "../src/eap/phase2.ts";
import { prepareTls } from "../src/eap/tls-tunnel.ts";
import { createSupplicant, type SupplicantOptions } from "./supplicant.ts";

const made = await makeServerCertificate({
  ...{ authority: await makeAuthority(), names: ["radius.test"], now: new Date() },
});

export const PASSWORD = "the member's own";

/** EAP whose only member is `an`, and a clock that can be moved. */
export function openTestEap(options: { findPassword?: FindPassword } = {}) {
  let now = Date.parse("2026-03-01T02:00:00.000Z");
  const secureContext = prepareTls(made.certificate, made.key);
  const eap = createEap({
    secureContext: () => secureContext,
    findPassword: async (userName) => (userName === "an" ? PASSWORD : null),
    ...options,
    clock: () => new Date(now),
  });
  onTestFinished(eap.close);
  const advance = (seconds: number) => {
    now += seconds * 1000;
  };
  const open = async (options: SupplicantOptions = {}) => {
    const peer = createSupplicant(eap, options);
    await peer.begin();
    await peer.shakeHands();
    return peer;
  };
  return { eap, advance, open };
}

export const avp = (code: number, value: string | Uint8Array, more = {}) =>
  encodeAvp({ vendor: 0, code, isMandatory: true, value: Buffer.from(value as string), ...more });
export const pap = (userName: string, password: string) =>
  Buffer.concat([
    avp(1, userName),
    avp(2, Buffer.concat([Buffer.from(password), Buffer.alloc(5)])),
  ]);
export const outcome = (answer: EapAnswer) => ("reason" in answer ? answer.reason : answer.kind);
