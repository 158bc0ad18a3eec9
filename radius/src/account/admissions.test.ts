import { listOpenSessions } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, POLICY_ID, sampleSettings, startTestBox } from "../../test/box.ts";
import { CODE, openCodeBox } from "../../test/code-box.ts";
import { openTestNas } from "../../test/nas.ts";
import type { AccessRequest } from "../authorize/access-request.ts";
import type { Decision } from "../authorize/authorize.ts";
import { statusTypes } from "../protocol/dictionary.ts";
import { attribute, findValue } from "../protocol/values.ts";
import { createAdmissions } from "./admissions.ts";
import type { AccountingRecord } from "./record.ts";

const OTHER_NAS = "01990000-0000-7000-8000-000000000011";
const TILL = "01990000-0000-7000-8000-000000000099";
const HOUR = 3600;

/** A branch whose NAS sends no Class back, and what a session of one device is known by there. */
async function openBranch(change: (settings: BranchSettings) => void = () => {}) {
  const settings = sampleSettings((each) => {
    each.signIn.greet = "never";
    change(each);
  });
  const box = await startTestBox({ settings });
  const nas = await openTestNas();
  const askAbout = async (mac: string) => {
    const reply = await nas.exchange(box.authPort, nas.pap({ userName: mac, password: mac, mac }));
    return reply && (findValue(reply, "Reply-Message") ?? "let in");
  };
  const account = async (status: number, more: ReturnType<typeof attribute>[]) => {
    const named = [attribute("Acct-Session-Id", "s-1"), attribute("Calling-Station-Id", MAC)];
    const record = [attribute("Acct-Status-Type", status), ...named, ...more];
    await nas.exchange(box.acctPort, nas.accounting(record));
    return box.store.read(listOpenSessions)[0];
  };
  return { box, nas, askAbout, account };
}

const named = (userName: string) => [attribute("User-Name", userName)];

describe("a session of a NAS that sends no Class back", () => {
  test.each([
    ["as it asked about the device", named(MAC)],
    ["by the device's address, spelt otherwise", named("ac00.5e00.5301")],
    ["by nothing", []],
  ])(
    "named %s has what its Access-Accept granted, and is told of with its policy",
    async (_, name) => {
      const { box, askAbout, account } = await openBranch();
      const { guestId } = box.issueTicketFor();
      expect(await askAbout(MAC)).toBe("let in");
      box.advance(5);
      expect(await account(statusTypes.start, name)).toMatchObject({
        ...{ guestId, policyId: POLICY_ID, granted: { endsAt: null } },
        expectedEndAt: new Date("2026-03-01T06:00:00.000Z"),
      });
      const [started] = box.listEvents("session.started");
      expect(started?.payload).toMatchObject({ policyId: POLICY_ID });
    },
  );

  test("has it by an Interim too, where its Start was lost, and keeps it", async () => {
    const { box, askAbout, account } = await openBranch();
    box.issueTicketFor();
    await askAbout(MAC);
    box.advance(HOUR);
    const counted = (seconds: number) => [...named(MAC), attribute("Acct-Session-Time", seconds)];
    expect(await account(statusTypes.interim, counted(HOUR))).toMatchObject({
      policyId: POLICY_ID,
    });
    await askAbout(OTHER_MAC);
    const session = await account(statusTypes.stop, counted(HOUR + 1));
    expect(session).toBeUndefined();
    const [ended] = box.listEvents("session.ended");
    expect(ended?.payload).toMatchObject({ policyId: POLICY_ID, connectedSeconds: HOUR + 1 });
  });

  test("is of the policy that staff chose where they let the device in by a rule", async () => {
    const { askAbout, account } = await openBranch((each) => {
      each.policies = each.policies.flatMap((policy) => [policy, { ...policy, id: TILL }]);
      const rule = { id: "0199f000-0000-7000-8000-0000000000aa", mac: MAC, until: null };
      each.deviceRules = [{ ...rule, kind: "allow", policyId: TILL }];
    });
    expect(await askAbout(MAC)).toBe("let in");
    expect(await account(statusTypes.start, named(MAC))).toMatchObject({
      ...{ guestId: null, policyId: TILL },
    });
  });

  test("is an access code's for what is left of it, typed at the NAS's page or by the address after", async () => {
    const { box, nas, type } = await openCodeBox();
    const start = (id: string, userName: string) =>
      nas.exchange(
        box.acctPort,
        nas.accounting([
          ...[attribute("Acct-Status-Type", statusTypes.start), attribute("User-Name", userName)],
          ...[attribute("Acct-Session-Id", id), attribute("Calling-Station-Id", MAC)],
        ]),
      );
    const granted = { accessCodeId: CODE.id, endsAt: new Date("2026-03-01T02:30:00.000Z") };
    for (const [id, userName] of [
      ["by-code", CODE.code],
      ["by-mac", MAC],
    ] as const) {
      expect(await type({ mac: MAC, userName, password: userName })).toBeGreaterThan(0);
      await start(id, userName);
      expect(box.store.read(listOpenSessions)).toMatchObject([{ acctSessionId: id, granted }]);
      box.advance(60);
    }
  });

  test("is of no policy where its device was sent to the portal after it was let in", async () => {
    const { box, askAbout, account } = await openBranch((each) => {
      each.signIn.greet = "each-visit";
    });
    box.issueTicketFor();
    const { username: userName, password } = box.issueTicketFor();
    const nas = await openTestNas();
    await nas.exchange(box.authPort, nas.pap({ userName, password, mac: MAC }));
    expect(await askAbout(MAC)).toBe("page-due");
    expect(await account(statusTypes.start, named(MAC))).toMatchObject({ policyId: null });
  });
});

const request = (change: Partial<AccessRequest> = {}): AccessRequest => ({
  ...{ userName: MAC, mac: MAC, namedMac: MAC, isCallCheck: false, isFramed: false },
  ...{ isSigned: true, proof: { kind: "none" }, ...change },
});
const NONE = {
  ...{ sessionSeconds: null, idleSeconds: null, uploadKbps: null },
  ...{ downloadKbps: null, sessionBytes: null },
  ...{ sessionUploadBytes: null, sessionDownloadBytes: null },
};
const accept = (policyId = POLICY_ID, credential?: string): Decision => ({
  ...{ kind: "accept", policyId, limits: NONE },
  granted: { limits: NONE, endsAt: null, ...(credential !== undefined && { credential }) },
});

/** Admissions as an authorizer that says so tells of them. */
function openMemory() {
  let now = Date.parse("2026-03-01T02:00:00.000Z");
  const admissions = createAdmissions(() => new Date(now));
  const tell = (verdict: Decision, asked = request(), nasId = NAS_ID) => {
    const { authorize } = admissions.remember({
      ...{ authorize: () => verdict, authorizeMember: async () => verdict },
      settle: async () => {},
    });
    return authorize({ nasId, request: asked, nameRequest: () => "r" });
  };
  const policyOf = (told: {
    userName?: string;
    seconds?: number;
    nasId?: string;
    mac?: string;
  }) => {
    const { userName, seconds, nasId = NAS_ID, mac = MAC } = told;
    const report = {
      ...{ nasId, acctSessionId: "s-1", mac, at: new Date(now) },
      ...(userName !== undefined && { userName }),
      ...(seconds !== undefined && { connectedSeconds: seconds }),
    };
    const record: AccountingRecord = { kind: "interim", report };
    const completed = admissions.complete(nasId, record);
    return completed.kind === "interim" ? (completed.report.policyId ?? null) : null;
  };
  const advance = (seconds: number) => {
    now += seconds * 1000;
  };
  return { tell, policyOf, advance, admissions };
}

describe("what a NAS was told of a device", () => {
  test.each([
    ["is named by something else", 5, { userName: "somebody" }],
    ["is told of by another NAS", 5, { userName: MAC, nasId: OTHER_NAS }],
    ["is another device's", 5, { userName: OTHER_MAC, mac: OTHER_MAC }],
    ["is named by nothing and begins minutes later", 120, {}],
    ["began a minute before", 5, { userName: MAC, seconds: 65 }],
    ["begins more than a day later", 25 * HOUR, { userName: MAC }],
  ])("is no session's that %s", (_, seconds, told) => {
    const { tell, policyOf, advance } = openMemory();
    tell(accept());
    expect(policyOf({ userName: MAC })).toBe(POLICY_ID);
    advance(seconds);
    expect(policyOf(told)).toBeNull();
  });

  test("is a member's by the outer identity or the credential, and not by the device's address", () => {
    const { tell, policyOf } = openMemory();
    tell(accept(POLICY_ID, "of-the-first-one"), request({ userName: "anonymous", namedMac: null }));
    expect(policyOf({ userName: "anonymous" })).toBe(POLICY_ID);
    expect(policyOf({ userName: "of-the-first-one" })).toBe(POLICY_ID);
    expect(policyOf({ userName: MAC })).toBeNull();
  });

  test("is what it was told last: the session that goes on keeps what it had, and a reject ends it", () => {
    const { tell, policyOf, advance } = openMemory();
    tell(accept());
    tell(accept(TILL), request(), OTHER_NAS);
    advance(HOUR);
    tell(accept(TILL));
    expect(policyOf({ userName: MAC, seconds: HOUR })).toBeNull();
    expect(policyOf({ userName: MAC })).toBe(TILL);
    tell({ kind: "reject", reason: "page-due" });
    expect(policyOf({ userName: MAC })).toBeNull();
    expect(policyOf({ userName: MAC, nasId: OTHER_NAS })).toBe(TILL);
  });

  test("is remembered of ten thousand devices and more: those that were asked about longest ago make room", () => {
    const { tell, policyOf } = openMemory();
    const macOf = (at: number) =>
      `AC-00-5E-00-${at.toString(16).padStart(4, "0").replace(/^(..)/, "$1-")}`;
    for (let at = 0; at <= 20_000; at++)
      tell(accept(), request({ mac: macOf(at), namedMac: macOf(at) }));
    expect(policyOf({ mac: macOf(0) })).toBeNull();
    for (const at of [10_001, 20_000]) expect(policyOf({ mac: macOf(at) })).toBe(POLICY_ID);
  });

  test("gives way to what the NAS says itself, and says nothing of reboots", () => {
    const { tell, admissions } = openMemory();
    tell(accept());
    const at = new Date("2026-03-01T02:00:00.000Z");
    const report = { nasId: NAS_ID, acctSessionId: "s-1", mac: MAC, at, policyId: TILL };
    const said: AccountingRecord = { kind: "start", report };
    expect(admissions.complete(NAS_ID, said)).toBe(said);
    const reboot: AccountingRecord = { kind: "on", at };
    expect(admissions.complete(NAS_ID, reboot)).toBe(reboot);
  });
});
