import { applySettings, type Credential, listOpenSessions, type Ticket } from "@foyer/branch-store";
import type { AccessPolicy, BranchSettings, VendorNas } from "@foyer/contract";
import { onTestFinished } from "vitest";
import { statusTypes } from "../src/protocol/dictionary.ts";
import type { RawAttribute } from "../src/protocol/packet.ts";
import { attribute, listOctets } from "../src/protocol/values.ts";
import {
  coovaOf,
  MAC,
  NAS_ID,
  SECRET,
  sampleSettings,
  startTestBox,
  type TestBoxOptions,
} from "./box.ts";
import { openEapNas } from "./eap-nas.ts";
import { pap } from "./member-eap.ts";
import { openTestNas } from "./nas.ts";
import { createSupplicant } from "./supplicant.ts";

/** A busy machine's NAS takes its time: an order that is sent again would be counted twice. */
const ANSWER_SECONDS_MAX = 20;
/** RFC 2866 §5.10. */
const ADMIN_RESET = 6;
export const SESSION_TIMEOUT = 5;

export type LiveOptions = {
  /** Where its NAS takes Disconnect-Requests; null: nowhere. */
  portNumber: number | null;
  /** What is changed of the sample's one policy. */
  policy?: Partial<AccessPolicy>;
  /** Of its NAS; a CoovaChilli unless said. */
  vendor?: VendorNas["vendor"];
  waitSeconds?: readonly number[];
} & Pick<TestBoxOptions, "statusPort" | "startsAt">;

/** What members' devices call themselves outside of the tunnel. */
export const OUTER_IDENTITY = "anonymous@wifi.cafe.example";

/** How a NAS names a session in its accounting, of what an Access-Accept has told it. */
type NameSession = (classes: RawAttribute[], told: string | null) => RawAttribute[];

const nameByClass: NameSession = (classes) => [attribute("User-Name", OUTER_IDENTITY), ...classes];

/** A box whose one NAS logs guests in and accounts for them over UDP, as a real one does. */
export async function startLiveBox(options: LiveOptions) {
  const { portNumber, policy, vendor, waitSeconds = [ANSWER_SECONDS_MAX], ...more } = options;
  const settings = sampleSettings((each) => {
    coovaOf(each).disconnectPort = portNumber;
    if (vendor)
      each.nas = [
        {
          ...{ kind: "radius", id: NAS_ID, name: "AP", vendor, source: "127.0.0.1" },
          ...{ radiusSecret: SECRET, nasIdentifier: "", disconnectPort: portNumber },
        },
      ];
    each.policies = each.policies.map((known) => ({ ...known, ...policy }));
  });
  const box = await startTestBox({
    ...{ settings, housekeepingSeconds: 0.02, commandSeconds: 0.01 },
    disconnectWaitSeconds: waitSeconds,
    ...more,
  });
  const nas = await openTestNas();
  /** What Access-Accept gave each session, sent back in its accounting. */
  const granted = new Map<string, { mac: string; kept: RawAttribute[] }>();

  const account = async (status: number, id: string, more: RawAttribute[] = []) => {
    const { mac, kept } = granted.get(id) as { mac: string; kept: RawAttribute[] };
    const named = [attribute("Acct-Session-Id", id), attribute("Calling-Station-Id", mac)];
    const attributes = [attribute("Acct-Status-Type", status), ...named, ...kept, ...more];
    if (!(await nas.exchange(box.acctPort, nas.accounting(attributes))))
      throw new Error("the accounting was not answered");
  };
  return {
    box,
    /** A guest signs in, is let in, and their session starts. Resolves with whose it is. */
    connect: async (id: string, mac = MAC, change: Partial<Ticket> = {}): Promise<string> => {
      const { username: userName, password, guestId } = box.issueTicketFor(mac, change);
      const reply = await nas.exchange(box.authPort, nas.pap({ userName, password, mac }));
      const classes = reply ? listOctets(reply, "Class") : [];
      if (classes.length !== 1) throw new Error("no session was granted");
      const kept = [...classes.map((octets) => attribute("Class", octets))];
      granted.set(id, { mac, kept: [attribute("User-Name", userName), ...kept] });
      await account(statusTypes.start, id);
      return guestId;
    },
    /**
     * A member's device asks by EAP-TTLS: whether it is let in, where its session starts. Its NAS
     * names the session by what `name` makes of the Class; unless said by Class and outer identity.
     */
    joinAsMember: async (
      id: string,
      { username, password }: Credential,
      mac: string,
      name: NameSession = nameByClass,
    ) => {
      const eapNas = await openEapNas({
        ...{ portNumber: box.authPort, secret: SECRET, userName: OUTER_IDENTITY },
      });
      onTestFinished(eapNas.close);
      const peer = createSupplicant(eapNas, { mac });
      await peer.begin();
      await peer.shakeHands();
      if ((await peer.say(pap(username, password))).kind !== "proved") return false;
      granted.set(id, { mac, kept: name(eapNas.granted(), eapNas.named()) });
      await account(statusTypes.start, id);
      return true;
    },
    /** The start of another session of the device, named as one before unless said. */
    tellAgain: (of: string, id: string, named?: RawAttribute[]) => {
      const { mac, kept } = granted.get(of) as { mac: string; kept: RawAttribute[] };
      granted.set(id, { mac, kept: named ?? kept });
      return account(statusTypes.start, id);
    },
    /** Counters since the session's start. */
    interim: (id: string, downloadBytes: number, seconds?: number) =>
      account(statusTypes.interim, id, [
        attribute("Acct-Output-Octets", downloadBytes % 2 ** 32),
        attribute("Acct-Output-Gigawords", Math.floor(downloadBytes / 2 ** 32)),
        ...(seconds === undefined ? [] : [attribute("Acct-Session-Time", seconds)]),
      ]),
    /** What a NAS sends when it has ended a session, by order unless said. */
    stop: (id: string, terminateCause = ADMIN_RESET) =>
      account(statusTypes.stop, id, [attribute("Acct-Terminate-Cause", terminateCause)]),
    /** The cloud's next word to the branch. */
    change: (work: (next: BranchSettings) => void) => {
      settings.version += 1;
      work(settings);
      box.store.transaction((tx) => applySettings(tx, settings));
    },
    listOpen: () => box.store.read(listOpenSessions),
    listCauses: () => box.listEvents("session.ended").map(({ payload }) => payload.cause),
  };
}
