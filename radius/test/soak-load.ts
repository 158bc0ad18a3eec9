import { createSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import {
  findDeviceByMac,
  issueCredential,
  openBranchStore,
  readBoxIdentity,
} from "@foyer/branch-store";
import { encodeAvp } from "../src/eap/avp.ts";
import { prepareSecret, type SecretKey } from "../src/protocol/authenticator.ts";
import { codes } from "../src/protocol/dictionary.ts";
import type { BenchBox } from "./bench-box-process.ts";
import { openBenchPortal } from "./bench-portal.ts";
import { type EapNas, openEapNas } from "./eap-nas.ts";
import { type MakeRequest, macAt } from "./load.ts";
import { sendPaced } from "./paced.ts";
import { byMac, type CredentialAt, logIns, sessionRecords } from "./requests.ts";
import { createSupplicant } from "./supplicant.ts";

/** What a busy branch does in a second, with more mischief than any has. */
const PER_SECOND = {
  byMac: 50,
  records: 50,
  ticketsPap: 5,
  ticketsChap: 5,
  wrongPasswords: 3,
  members: 5,
  wrongMembers: 1,
  abandoned: 10,
  strangers: 20,
};
export type SoakCounts = Record<keyof typeof PER_SECOND, number>;

/** Members and those who abandon their handshake have MACs of their own. */
const FIRST_MEMBER = 10_000;
const MEMBERS = 100;
const FIRST_ABANDONED = 20_000;
const ABANDONED = 40_000;
const STRANGERS = 64;
/** Tickets live two minutes: these are used within seconds. */
const TICKETS_AT_ONCE = 32;
const EAP_NAS = 32;

type Soak = { folder: string; box: BenchBox; devices: number; until: Promise<unknown> };
type Ways = Soak & { key: SecretKey };

/** Sends everything a box hears, until that is settled; rejects when an answer is not the right one. */
export async function soak(options: Soak): Promise<SoakCounts> {
  const ways = { ...options, key: prepareSecret(options.box.secret) };
  const portal = openPortal(options);
  try {
    const kinds = Object.entries({
      ...sendLogIns(ways, portal.ticketAt),
      ...sendEap(ways, portal.member),
      strangers: sendStrangers(ways),
    });
    const counted = kinds.map(async ([kind, counting]) => [kind, await counting]);
    return Object.fromEntries(await Promise.all(counted)) as SoakCounts;
  } finally {
    portal.close();
  }
}

/** What the portal does meanwhile, in a process that is not the server's: tickets and a credential. */
function openPortal({ folder, devices }: Soak) {
  const identity = readBoxIdentity(folder);
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  const tickets = openBenchPortal({ folder, devices });
  let issued = 0;
  const ticketAt: CredentialAt = (at) => {
    for (; issued <= at; issued += TICKETS_AT_ONCE) tickets.issue(issued, TICKETS_AT_ONCE);
    return tickets.ticketAt(at);
  };
  const member = store.transaction((tx) => {
    const device = findDeviceByMac(tx, macAt(0));
    if (!device?.guestId) throw new Error("nobody has the first device");
    return issueCredential(tx, { deviceId: device.id, guestId: device.guestId });
  });
  store.close();
  return { ticketAt, member, close: tickets.close };
}

function sendLogIns({ box, key, devices, until }: Ways, ticketAt: CredentialAt) {
  const count = async (sent: Promise<number[]>) => (await sent).length;
  const logIn = (kind: keyof SoakCounts, make: MakeRequest, expectedCode: number) =>
    count(
      sendPaced({
        ...{ portNumber: box.authPort, perSecond: PER_SECOND[kind], until },
        ...{ make, expectedCode },
      }),
    );
  const known = logIns(key, "pap", byMac);
  /** Even and odd tickets, so that both kinds take from the same heap. */
  const byTicket = (scheme: "pap" | "chap", parity: 0 | 1): MakeRequest => {
    const numberOf = (at: number) => 2 * at + parity;
    return (at, id) =>
      logIns(key, scheme, () => ticketAt(numberOf(at)))(numberOf(at) % devices, id);
  };
  const wrong = logIns(key, "pap", () => ({ username: "t-no-such-ticket", password: "wrong" }));
  const { accessAccept, accessReject, accountingResponse } = codes;
  return {
    byMac: logIn("byMac", (at, id) => known(at % devices, id), accessAccept),
    ticketsPap: logIn("ticketsPap", byTicket("pap", 0), accessAccept),
    ticketsChap: logIn("ticketsChap", byTicket("chap", 1), accessAccept),
    wrongPasswords: logIn("wrongPasswords", (at, id) => wrong(at % devices, id), accessReject),
    records: count(
      sendPaced({
        ...{ portNumber: box.acctPort, perSecond: PER_SECOND.records, until },
        ...{ make: recordsOf(key, devices), expectedCode: accountingResponse },
      }),
    ),
  };
}

/** A device's sessions start, report and stop, one after the other. */
function recordsOf(key: SecretKey, devices: number): MakeRequest {
  const statuses = ["start", "interim", "stop"] as const;
  return (at, identifier) => {
    const turn = Math.floor(at / devices);
    const status = statuses[turn % statuses.length] ?? "start";
    const session = `s-${Math.floor(turn / statuses.length)}`;
    return sessionRecords(key, status, session)(at % devices, identifier);
  };
}

function sendEap({ box, until }: Ways, member: ReturnType<CredentialAt>) {
  const { authPort: portNumber, secret } = box;
  const pace = async (kind: keyof SoakCounts, talk: (nas: EapNas, at: number) => Promise<void>) => {
    const all = await Promise.all(
      Array.from({ length: EAP_NAS }, () => openEapNas({ portNumber, secret, userName: "member" })),
    );
    try {
      const free = [...all];
      return await doPaced({ perSecond: PER_SECOND[kind], until }, async (at) => {
        const nas = free.pop();
        // All wait for their answers: the pace is held up.
        if (!nas) return false;
        await talk(nas, at);
        free.push(nas);
        return true;
      });
    } finally {
      for (const nas of all) nas.close();
    }
  };
  const logIn = (password: string, expected: string) => async (nas: EapNas, at: number) => {
    const peer = createSupplicant(nas, { mac: macAt(FIRST_MEMBER + (at % MEMBERS)) });
    await peer.begin();
    await peer.shakeHands();
    const said = [member.username, password].map((text, which) =>
      encodeAvp({ vendor: 0, code: which + 1, isMandatory: true, value: Buffer.from(text) }),
    );
    const { kind } = await peer.say(Buffer.concat(said));
    peer.tls().destroy();
    if (kind !== expected) throw new Error(`a member's log-in ended as ${kind}, not ${expected}`);
  };
  return {
    members: pace("members", logIn(member.password, "proved")),
    wrongMembers: pace("wrongMembers", logIn("wrong", "refused")),
    abandoned: pace("abandoned", async (nas, at) => {
      const peer = createSupplicant(nas, { mac: macAt(FIRST_ABANDONED + (at % ABANDONED)) });
      await peer.begin();
      await peer.sendHello();
      peer.tls().destroy();
    }),
  };
}

/** From addresses that are no NAS's: none is answered. */
async function sendStrangers({ box, key, until }: Ways): Promise<number> {
  const sockets = await Promise.all(
    Array.from({ length: STRANGERS }, async (_, at) => {
      const socket = createSocket("udp4");
      socket.on("message", () => {
        throw new Error("a stranger was answered");
      });
      await new Promise<void>((resolve) => socket.bind(0, `127.0.0.${at + 2}`, resolve));
      return socket;
    }),
  );
  const make = logIns(key, "pap", byMac);
  try {
    return await doPaced({ perSecond: PER_SECOND.strangers, until }, async (at) => {
      sockets[at % STRANGERS]?.send(make(at % STRANGERS, at % 256), box.authPort, "127.0.0.1");
      return true;
    });
  } finally {
    for (const socket of sockets) socket.close();
  }
}

const TICK_MS = 20;

/** Does it at an even pace and counts what was done; rejects as soon as one does. */
async function doPaced(
  { perSecond, until }: { perSecond: number; until: Promise<unknown> },
  work: (at: number) => Promise<boolean>,
): Promise<number> {
  let isOver = false;
  let fault: { error: unknown } | null = null;
  const end = () => {
    isOver = true;
  };
  until.then(end, end);
  const underWay = new Set<Promise<void>>();
  const begin = performance.now();
  let done = 0;
  for (let at = 0; !isOver && !fault; await sleep(TICK_MS)) {
    const due = ((performance.now() - begin) * perSecond) / 1000;
    for (; at < due; at++) {
      const doing: Promise<void> = work(at).then(
        (isDone) => {
          if (isDone) done += 1;
        },
        (error: unknown) => {
          fault = { error };
        },
      );
      underWay.add(doing);
      doing.then(() => underWay.delete(doing));
    }
  }
  await Promise.all(underWay);
  const failed = fault as { error: unknown } | null;
  if (failed) throw failed.error;
  return done;
}
