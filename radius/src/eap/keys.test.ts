import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { openTestEap, PASSWORD, pap } from "../../test/member-eap.ts";
import { eapTypes } from "./packet.ts";

/** MSK and EMSK (RFC 3748 §7.10). */
const KEY_MATERIAL_BYTES = 128;
const TLS13_LABEL = "EXPORTER_EAP_TLS_Key_Material";

/** The key of a member who was let in by TTLS, and what the device's own TLS makes of a label. */
async function logIn(version: "TLSv1.2" | "TLSv1.3") {
  const peer = await openTestEap().open({ version });
  const answer = await peer.say(pap("an", PASSWORD));
  if (answer.kind !== "proved") throw new Error(`the member was not let in: ${answer.kind}`);
  type Export = (this: TLSSocket, length: number, label: string, context?: Buffer) => Buffer;
  const exporter = peer.tls().exportKeyingMaterial as Export;
  const exported = (label: string, ...context: Buffer[]) =>
    exporter.call(peer.tls(), KEY_MATERIAL_BYTES, label, ...context).subarray(0, 64);
  return { masterKey: answer.masterKey, exported };
}

describe("the key that a member's device and its NAS share", () => {
  test("RFC 9427 §2.1: on TLS 1.3 is exported with the method's type as context", async () => {
    const { masterKey, exported } = await logIn("TLSv1.3");
    expect(masterKey).toEqual(exported(TLS13_LABEL, Buffer.of(eapTypes.ttls)));
  });

  test("RFC 9427 §2.1: is another method's under no type but its own, nor by the label of TLS 1.2", async () => {
    const { masterKey, exported } = await logIn("TLSv1.3");
    for (const other of [
      ...[exported(TLS13_LABEL, Buffer.of(eapTypes.peap)), exported(TLS13_LABEL)],
      exported("ttls keying material"),
    ])
      expect(masterKey).not.toEqual(other);
  });

  test("RFC 5281 §8: on TLS 1.2 is exported by TTLS's own label, without a context", async () => {
    const { masterKey, exported } = await logIn("TLSv1.2");
    expect(masterKey).toEqual(exported("ttls keying material"));
    expect(masterKey).not.toEqual(exported("ttls keying material", Buffer.alloc(0)));
  });
});
