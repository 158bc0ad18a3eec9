import {
  attribute,
  codes,
  findValue,
  type Packet,
  type RawAttribute,
  serviceTypes,
} from "@foyer/radius";
import type { Lease } from "../filter/leases.ts";
import type { Logger } from "../log.ts";
import type { FilterLink } from "./ask-filter.ts";
import { type Book, openBook } from "./book.ts";
import { createLook } from "./look.ts";
import type { RadiusLink } from "./radius-link.ts";
import {
  causes,
  changeLimits,
  describeNas,
  describeStation,
  type NasIdentity,
  readInterimSeconds,
  readLimits,
} from "./records.ts";
import type { KeptSessions } from "./session-file.ts";
import { count, findNamed, type GatewaySession, type Named } from "./sessions.ts";
import { createTurnsByMac, type InTurn } from "./turns.ts";

/** What came of a sign-in. A reason is for the log. */
export type SignIn =
  | { kind: "in" }
  /** The device has no address of ours yet. */
  | { kind: "not-yet" }
  | { kind: "refused"; reason: string }
  | { kind: "unreachable"; reason: string };

export type GatewayParts = {
  filter: FilterLink;
  radius: RadiusLink;
  identity: NasIdentity;
  /** Null: there were none, or none that could be read. */
  kept: KeptSessions | null;
  save: (kept: KeptSessions) => void;
  makeSessionId: () => string;
  clock: () => Date;
  /** Milliseconds that pass whatever the clock is set to. */
  steadyMilliseconds: () => number;
  log: Logger;
};

export type Gateway = {
  begin: () => Promise<void>;
  /** Lets a device in by the ticket that its guest was given. */
  signIn: (asked: { mac: string; username: string; password: string }) => Promise<SignIn>;
  /** Asks radius whether the device is let in by itself; at most once in a while. */
  askByMac: (mac: string) => Promise<boolean>;
  end: (mac: string, cause: number) => Promise<boolean>;
  /** A Disconnect-Request; false: no session is named so. */
  disconnect: (named: Named) => Promise<boolean>;
  /** A CoA-Request, likewise. */
  change: (named: Named, order: Packet) => Promise<boolean>;
  /** Who came, who left, whose time is over. */
  tick: () => Promise<void>;
  /** Whose address it is; a lease of just now too. */
  findLease: (ip: string) => Promise<Lease | null>;
  isOnline: (mac: string) => boolean;
  /** What was counted is on the disk. */
  save: () => void;
};

/** Between two questions about one device that nothing new is known of. */
const ASK_AGAIN_MS = 20_000;

/** The box as an access controller: what radius allows, the packet filter does. */
export function createGateway(parts: GatewayParts): Gateway {
  const book = openBook(parts);
  const inTurn = createTurnsByMac();
  const asked = new Map<string, number>();
  const { findLease, takeLeases } = createLeases(parts.filter);
  const { filter, radius, identity, log, steadyMilliseconds } = parts;

  const { open, endSession, ask } = createSteps(parts, book);
  const look = createLook({ ...parts, book, endSession, inTurn });

  const gateway: Gateway = {
    begin: async () => {
      if (parts.kept === null) await radius.sendAccounting(describeNas(identity, "on"));
    },
    signIn: ({ mac, username, password }) =>
      inTurn(mac, async () => {
        const lease = await findLease((each) => each.mac === mac, "anew");
        if (!lease) return { kind: "not-yet" };
        const names = [
          attribute("User-Name", username),
          attribute("Service-Type", serviceTypes.login),
        ];
        const reply = await ask(lease, names, password);
        if (reply === null) return { kind: "unreachable", reason: "radius does not answer" };
        if (reply.code !== codes.accessAccept)
          return { kind: "refused", reason: "radius refuses the ticket" };
        await open(lease, username, reply);
        return { kind: "in" };
      }),
    askByMac: (mac) =>
      inTurn(mac, async () => {
        if (book.find(mac)) return true;
        const now = steadyMilliseconds();
        if (now - (asked.get(mac) ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN_MS) return false;
        const lease = await findLease((each) => each.mac === mac);
        if (!lease) return false;
        asked.set(mac, now);
        const names = [
          attribute("User-Name", mac),
          attribute("Service-Type", serviceTypes.callCheck),
        ];
        const reply = await ask(lease, names, mac);
        if (reply?.code !== codes.accessAccept) return false;
        await open(lease, mac, reply);
        return true;
      }),
    end: (mac, cause) => inTurn(mac, () => endSession(mac, cause)),
    ...createOrders(parts, { book, inTurn, endSession }),
    tick: async () => {
      const listed = await filter.list();
      const fresh = takeLeases(listed.leases);
      forgetOthers(asked, listed.leases);
      await look(listed);
      for (const mac of fresh) {
        asked.delete(mac);
        void gateway.askByMac(mac).catch((err: unknown) => log.error({ err }, "could not ask"));
      }
    },
    findLease: (ip) => findLease((lease) => lease.ip === ip),
    isOnline: (mac) => book.find(mac) !== null,
    save: book.save,
  };
  return gateway;
}

type Steps = {
  book: Book;
  inTurn: InTurn;
  endSession: (mac: string, cause: number) => Promise<boolean>;
};

/** What radius orders about a session that goes on. */
function createOrders({ filter }: GatewayParts, { book, inTurn, endSession }: Steps) {
  /** Of the very session that was named: another of the same device may have begun meanwhile. */
  const forNamed = async (named: Named, work: (session: GatewaySession) => Promise<unknown>) => {
    const found = findNamed(book.list(), named);
    if (!found) return false;
    return await inTurn(found.mac, async () => {
      const session = book.find(found.mac);
      if (session?.id !== found.id) return false;
      await work(session);
      return true;
    });
  };
  return {
    disconnect: (named: Named) => forNamed(named, ({ mac }) => endSession(mac, causes.adminReset)),
    change: (named: Named, order: Packet) =>
      forNamed(named, async (session) => {
        const limits = changeLimits(session.limits, readLimits(order));
        await filter.authorise(session.mac, limits);
        book.put({ ...session, limits });
        book.save();
      }),
  };
}

/** What is done for one device; only in its turn. */
function createSteps({ filter, radius, identity, log, makeSessionId }: GatewayParts, book: Book) {
  const endSession = async (mac: string, cause: number): Promise<boolean> => {
    const session = book.find(mac);
    if (!session) return false;
    const counts = await filter.end(mac);
    book.take(mac);
    book.tellEnd(counts ? count(session, counts) : session, cause);
    log.info({ sessionId: session.id, cause }, "session ended");
    return true;
  };
  const open = async (lease: Lease, username: string, accept: Packet): Promise<void> => {
    await endSession(lease.mac, causes.userRequest);
    const session = beginSession(makeSessionId(), { lease, username, accept });
    // First: whoever compares both lists in between finds nobody let in without a session.
    book.put(session);
    await filter.authorise(lease.mac, session.limits).catch((fault: unknown) => {
      book.take(lease.mac);
      throw fault;
    });
    book.save();
    book.tell(session, { status: "start" });
    log.info({ sessionId: session.id }, "session begun");
  };
  const ask = async (lease: Lease, proof: RawAttribute[], password: string) => {
    const about = [...proof, ...describeStation(identity, lease)];
    const reply = await radius.askAccess(about, Buffer.from(password));
    log.info({ answer: reply?.code ?? null }, "asked radius about a device");
    return reply;
  };
  return { open, endSession, ask };
}

/** Who has an address, as it was told last. */
function createLeases(filter: FilterLink) {
  let looked: readonly Lease[] = [];
  let newest: readonly Lease[] = [];
  return {
    /** Whoever is not found may have come since. */
    findLease: async (isWanted: (lease: Lease) => boolean, from: "anew" | "memory" = "memory") => {
      const known = from === "memory" ? newest.find(isWanted) : undefined;
      if (known) return known;
      newest = (await filter.list()).leases;
      return newest.find(isWanted) ?? null;
    },
    /** Those of them who came, or came back, since the last time. */
    takeLeases: (leases: readonly Lease[]): string[] => {
      const fresh = listFresh(looked, leases);
      looked = leases;
      newest = leases;
      return fresh;
    },
  };
}

/** Who has left is asked about at once when they come back. */
function forgetOthers(asked: Map<string, number>, leases: readonly Lease[]): void {
  const here = new Set(leases.map(({ mac }) => mac));
  for (const mac of [...asked.keys()]) if (!here.has(mac)) asked.delete(mac);
}

/** Devices that came, or came back: a lease that was made or made longer since. */
function listFresh(before: readonly Lease[], after: readonly Lease[]): string[] {
  const known = new Map(before.map(({ mac, ip, until }) => [mac, `${ip} ${until}`]));
  return after
    .filter(({ mac, ip, until }) => known.get(mac) !== `${ip} ${until}`)
    .map(({ mac }) => mac);
}

function beginSession(
  id: string,
  { lease, username, accept }: { lease: Lease; username: string; accept: Packet },
): GatewaySession {
  const className = findValue(accept, "Class");
  return {
    ...{ id, mac: lease.mac, ip: lease.ip, username },
    className: className === null ? null : Buffer.from(className).toString("base64"),
    limits: readLimits(accept),
    interimSeconds: readInterimSeconds(accept),
    ...{ elapsedSeconds: 0, idleSeconds: 0, sinceInterimSeconds: 0 },
    ...{ uploadBytes: 0, downloadBytes: 0 },
  };
}
