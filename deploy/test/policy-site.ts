import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Credential,
  issueCredential,
  openBranchStore,
  type Reader,
  seeDevice,
  signInGuest,
} from "@foyer/branch-store";
import type { AccessPolicy } from "@foyer/contract";
import { openRadiusLink } from "@foyer/gateway";
import {
  attribute,
  codes,
  findValue,
  type RawAttribute,
  startRadius,
  statusTypes,
} from "@foyer/radius";
import { startSyncAgent } from "@foyer/sync-agent";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { COUNTRY, demoBranchDocument, NAS_IDENTIFIER, TIME_ZONE } from "../demo/branch.ts";
import { type AddedBox, enrolBox } from "./enrol.ts";
import { askUntil, type TestCloud } from "./test-cloud.ts";

const HOST = "127.0.0.1";
const NAS = "01990000-0000-7000-8000-000000000120";
const EVERYBODY = "01990000-0000-7000-8000-000000000121";
/** A second access point of the branch, where its address is the first one's too. */
export const SECOND_NAS = {
  id: "01990000-0000-7000-8000-000000000122",
  name: "Garden",
  nasIdentifier: "garden",
};
export const SECRETS = { radius: "radius-secret-of-a-test", uam: "uam-secret-of-a-test" };
const NOBODY_LISTENS = "http://127.0.0.1:9";

/** What an access point is told to hold a guest to. */
export type Told = {
  sessionSeconds: number | null;
  uploadKbps: number;
  downloadKbps: number;
  /** Null: any number. */
  sessionBytes: number | null;
};

/** A device that is online. */
export type Online = Told & {
  /** What the access point calls its session. */
  sessionId: string;
  /** The access point tells how much has gone through, since the session's start. */
  tell: (bytes: { upload: number; download: number }) => Promise<void>;
  leave: (cause?: number) => Promise<void>;
};

/** A branch whose box and cloud are whole; of the access point there is the RADIUS it speaks. */
export type PolicySite = {
  /** Signs a guest in by phone as the portal does, on a device that is known from then on. */
  signIn: (guest: { phone: string; mac: string }) => { guestId: string };
  /** The same, and the device is given what it opens the secure Wi-Fi with. */
  giveKey: (guest: { phone: string; mac: string }) => Credential;
  /** Where its RADIUS takes requests. */
  authPort: number;
  /** The device comes to the access point: what is granted, and the session begins. Null: refused. */
  arrive: (mac: string) => Promise<Online | null>;
  /** An accounting record as it stands, answered. */
  tell: (record: readonly RawAttribute[]) => Promise<void>;
  /** Puts policies before the one for everybody. */
  savePolicies: (policies: readonly AccessPolicy[]) => Promise<void>;
  /** Waits until the box holds something, and gives what it then does. */
  onBox: <T>(read: (tx: Reader) => T, isRight: (held: T) => boolean) => Promise<T>;
};

/** `disconnectPort`: where its access point takes orders, on 127.0.0.1. */
export async function openPolicySite(
  cloud: TestCloud,
  { disconnectPort = 9 } = {},
): Promise<PolicySite> {
  const place = { name: "Test", timeZone: TIME_ZONE, country: COUNTRY, languages: ["vi"] };
  const { id: branchId } = await cloud.get<{ id: string }>("POST", "/api/v1/branches", place);
  const boxes = `/api/v1/branches/${branchId}/boxes`;
  const added = await cloud.get<AddedBox>("POST", boxes, { name: "Box" });
  await keepSettings(cloud, { branchId, disconnectPort });

  const { boxKey, ...identity } = await enrolBox(added);
  const stateFolder = mkdtempSync(join(tmpdir(), "foyer-policies-"));
  writeFileSync(join(stateFolder, "box.json"), JSON.stringify(identity));
  const clock = cloud.now;
  const store = openBranchStore({ folder: stateFolder, identity, clock });
  const agent = await startSyncAgent({ identity, boxKey, store, clock, logLevel: "silent" });
  const radius = await startRadius({
    ...{ stateFolder, host: HOST, authPort: 0, acctPort: 0, clock },
    ...{ log: pino({ level: "silent" }), housekeepingSeconds: 0.2, rejectDelayMilliseconds: 0 },
  });
  const { authPort, acctPort } = radius;
  const link = await openRadiusLink({ host: HOST, authPort, acctPort, secret: SECRETS.radius });
  onTestFinished(async () => {
    link.close();
    await radius.close();
    await agent.close();
    store.close();
    rmSync(stateFolder, { recursive: true });
  });

  const path = `/api/v1/branches/${branchId}/access-policies`;
  const onBox: PolicySite["onBox"] = (read, isRight) => askUntil(() => store.read(read), isRight);
  const isInForce = (version: number) =>
    onBox(
      (tx) => tx.sql("select max(version) as version from settings").get(),
      (row) => (row as { version: number | null }).version === version,
    );
  await isInForce((await cloud.get<Policies>("GET", path)).version);
  let sessions = 0;
  const signIn = ({ phone, mac }: { phone: string; mac: string }) =>
    store.transaction((tx) => {
      const { id: deviceId } = seeDevice(tx, { mac, nasId: NAS, by: "portal" });
      const guest = signInGuest(tx, {
        ...{ deviceId, nasId: NAS, language: "vi", details: { name: "Lan" }, termsVersion: 1 },
        ...{ phone, proved: true },
      });
      return { deviceId, guestId: guest.id };
    });
  return {
    authPort,
    signIn,
    giveKey: (guest) => {
      const whose = signIn(guest);
      return store.transaction((tx) => issueCredential(tx, whose));
    },
    arrive: async (mac) => {
      sessions += 1;
      const station = [
        attribute("User-Name", mac),
        attribute("Calling-Station-Id", mac),
        attribute("NAS-Identifier", NAS_IDENTIFIER),
      ];
      const answer = await link.askAccess(station, Buffer.from(mac));
      if (answer?.code !== codes.accessAccept) return null;
      const className = findValue(answer, "Class");
      const sessionId = `session-${sessions}`;
      const record = (status: "start" | "interim" | "stop") => [
        ...[attribute("Acct-Status-Type", statusTypes[status]), ...station],
        ...[attribute("Acct-Session-Id", sessionId)],
        ...[
          attribute("Event-Timestamp", clock()),
          ...(className ? [attribute("Class", className)] : []),
        ],
      ];
      await link.sendAccounting(record("start"));
      return {
        sessionId,
        sessionSeconds: findValue(answer, "Session-Timeout"),
        uploadKbps: findValue(answer, "ChilliSpot-Bandwidth-Max-Up") ?? 0,
        downloadKbps: findValue(answer, "ChilliSpot-Bandwidth-Max-Down") ?? 0,
        sessionBytes: findValue(answer, "ChilliSpot-Max-Total-Octets"),
        tell: async ({ upload, download }) => {
          const used = [
            attribute("Acct-Input-Octets", upload),
            attribute("Acct-Output-Octets", download),
          ];
          await link.sendAccounting([...record("interim"), ...used]);
        },
        leave: async (cause) => {
          const why = cause === undefined ? [] : [attribute("Acct-Terminate-Cause", cause)];
          await link.sendAccounting([...record("stop"), ...why]);
        },
      };
    },
    tell: async (record) => {
      if (!(await link.sendAccounting(record))) throw new Error("a record was not answered");
    },
    savePolicies: async (policies) => {
      const before = await cloud.get<Policies>("GET", path);
      const everybody = before.policies.filter((policy) => policy.id === EVERYBODY);
      const list = { version: before.version, policies: [...policies, ...everybody] };
      await isInForce((await cloud.get<Policies>("PUT", path, list)).version);
    },
    onBox,
  };
}

type Policies = { version: number; policies: AccessPolicy[] };

/** A known device gets online by its address alone, without a page in between. */
async function keepSettings(
  cloud: TestCloud,
  { branchId, disconnectPort }: { branchId: string; disconnectPort: number },
): Promise<void> {
  const document = demoBranchDocument({
    ...{ branchId, secrets: SECRETS, disconnectPort, channels: [{ kind: "outbox" }] },
    ...{ uamServer: NOBODY_LISTENS, accessPointOrigin: NOBODY_LISTENS },
    ids: { nas: NAS, policy: EVERYBODY, firstPage: NAS, returningPage: EVERYBODY },
  });
  const signIn = { ...document.signIn, greet: "never", landingUrl: null };
  const nas = document.nas.flatMap((first) => [first, { ...first, ...SECOND_NAS }]);
  await cloud.get("PUT", `/api/v1/branches/${branchId}/settings`, { ...document, signIn, nas });
}
