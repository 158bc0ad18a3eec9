import { openDeviceLink } from "@foyer/branch-store";
import type { CiscoCwaNas } from "@foyer/contract";
import { codes } from "../src/protocol/dictionary.ts";
import type { Packet } from "../src/protocol/packet.ts";
import { attribute, listOctets } from "../src/protocol/values.ts";
import { MAC, NAS_ID, SECRET, sampleSettings, startTestBox, type TestBoxOptions } from "./box.ts";
import { openTestNas } from "./nas.ts";

export const REDIRECT_SECRET = "a-redirect-secret-of-a-test";
export const AUDIT_SESSION_ID = "0A0A0A0A0000000B5C2A1D3E";

/** A Catalyst 9800 with central web authentication, as the branch's one access controller. */
export const cwaNas = (change: Partial<CiscoCwaNas> = {}): CiscoCwaNas => ({
  ...{ kind: "cisco-cwa", id: NAS_ID, name: "WLC", source: "127.0.0.1" },
  ...{ radiusSecret: SECRET, nasIdentifier: "", redirectSecret: REDIRECT_SECRET },
  ...{ portalOrigin: "http://10.1.0.2:8080", redirectAcl: "ACL_WEBAUTH_REDIRECT" },
  ...change,
});

/** What an answer to the controller says, as far as it leads somewhere. */
export function readAnswer(reply: Packet | null) {
  if (reply === null) return null;
  const pairs = listOctets(reply, "Cisco-AVPair").map((each) => each.toString());
  const url = pairs.find((each) => each.startsWith("url-redirect="))?.slice("url-redirect=".length);
  const acl = pairs.find((each) => each.startsWith("url-redirect-acl="));
  const link = url && openDeviceLink(REDIRECT_SECRET, new URL(url).searchParams.get("cwa") ?? "");
  return { code: reply.code, url: url ?? null, acl: acl ?? null, link: link ?? null, pairs };
}

export async function openCwaBox(change: Partial<CiscoCwaNas> = {}, options: TestBoxOptions = {}) {
  const settings = sampleSettings((each) => {
    each.nas = [cwaNas(change)];
    each.signIn.greet = "never";
  });
  const box = await startTestBox({ settings, ...options });
  const nas = await openTestNas();
  /** MAB, as the controller asks: the MAC as name and password, and Call-Check. */
  const mab = (mac = MAC, auditSessionId: string | null = AUDIT_SESSION_ID) =>
    nas.pap({
      userName: mac.replaceAll("-", "").toLowerCase(),
      password: mac.replaceAll("-", "").toLowerCase(),
      mac,
      more: [
        attribute("Service-Type", 10),
        ...(auditSessionId === null
          ? []
          : [attribute("Cisco-AVPair", `audit-session-id=${auditSessionId}`)]),
        attribute("Cisco-AVPair", "method=mab"),
      ],
    });
  const ask = async (mac = MAC, auditSessionId: string | null = AUDIT_SESSION_ID) => {
    const reply = await nas.exchange(box.authPort, mab(mac, auditSessionId));
    return { reply, ...(readAnswer(reply) ?? { code: null, url: null, link: null, pairs: [] }) };
  };
  return { box, nas, mab, ask, isAccepted: (code: number | null) => code === codes.accessAccept };
}
