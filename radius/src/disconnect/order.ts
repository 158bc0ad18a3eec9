import { isIPv4 } from "node:net";
import type { Limits } from "@foyer/admission";
import type { Session } from "@foyer/branch-store";
import { orderPortOf, type RadiusNas, type SessionName, vendorOf } from "@foyer/contract";
import { writeMac } from "../authorize/mac.ts";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { hostOf, type KnownNas } from "../server/nas-table.ts";
import { changeAttributes, listUnchangeable, vendors } from "../vendors/index.ts";
import type { LimitName, Orders } from "../vendors/vendor.ts";
import type { DisconnectClient } from "./client.ts";
import type { DisconnectOutcome, OrderKind } from "./exchanges.ts";

/** RFC 3580 §3.21. */
const STANDARD_FORM = "AA-BB-CC-DD-EE-FF";

export type Target = {
  session: Session;
  mac: string | null;
  known: KnownNas;
  /** When the order was given. */
  at: Date;
};

/** Orders a session's NAS to end it; the outcome is in a word or two. */
export type Disconnect = (target: Target) => Promise<string>;

export type OrderOptions = {
  client: DisconnectClient;
  waitSeconds?: readonly number[];
  /** Told of what each NAS made of its order. */
  noteOutcome?: (nasId: string, told: { order: OrderKind; outcome: string; at: Date }) => void;
};

/**
 * Disconnect-Requests for sessions, whoever orders them: while one for a session is under way, no
 * second goes out, and both hear the same outcome.
 */
export function createDisconnect(options: OrderOptions): Disconnect {
  const underWay = new Map<string, Promise<string>>();
  return (target) => {
    const { id } = target.session;
    const known = underWay.get(id);
    if (known) return known;
    const asked = give(options, target, "disconnect").finally(() => underWay.delete(id));
    underWay.set(id, asked);
    return asked;
  };
}

/** `sessionSeconds` counts from the session's start, as Session-Timeout does. */
export type LimitOrder = Target & { limits: Limits };

/** `untold` are the limits that hold from the next log-in only. */
export type ChangeLimits = (order: LimitOrder) => Promise<{ outcome: string; untold: LimitName[] }>;

/** Whether there is anything of these limits that a NAS changes of a session that goes on. */
export const canChange = (nas: RadiusNas, limits: Limits): boolean =>
  changeAttributes(vendorOf(nas), limits).length > 0;

/**
 * Orders a session's NAS to hold it to other limits from now on, by CoA-Request. `untold` are those
 * that hold from the next log-in only; where they are all, nothing is sent: `not-offered`.
 */
export async function changeLimits(
  options: OrderOptions,
  { limits, ...target }: LimitOrder,
): Promise<{ outcome: string; untold: LimitName[] }> {
  const vendor = vendorOf(target.known.nas);
  const attributes = changeAttributes(vendor, limits);
  const untold = listUnchangeable(vendor, limits);
  if (attributes.length === 0) return { outcome: "not-offered", untold };
  return { outcome: await give(options, target, "change", attributes), untold };
}

async function give(
  { client, waitSeconds, noteOutcome }: OrderOptions,
  target: Target,
  order: OrderKind,
  more: readonly RawAttribute[] = [],
): Promise<string> {
  const { nas, key } = target.known;
  const portNumber = orderPortOf(nas);
  if (portNumber === null) return "not-offered";
  const address = addressOf(target);
  if (address === null) return "no-address";
  const attributes = [...nameSession(nas, target), ...more];
  const { radsecName } = nas;
  const sent = { order, address, portNumber, key, radsecName, attributes };
  const outcome = sayOutcome(await client.send({ ...sent, ...(waitSeconds && { waitSeconds }) }));
  noteOutcome?.(nas.id, { order, outcome, at: target.at });
  return outcome;
}

const ordersOf = (nas: RadiusNas): Orders => vendors[vendorOf(nas)].orders;

/** Where a session's NAS takes orders: where it reported from, or its one host. */
export function addressOf({ session, known }: Pick<Target, "session" | "known">): string | null {
  return orderPortOf(known.nas) === null ? null : (session.nasAddress ?? hostOf(known.nas));
}

/**
 * RFC 5176 §3: the NAS by its identifier, the session by what its vendor's NAS, or itself, goes by.
 * Event-Timestamp is what tells a replay apart (§6.3), and some refuse a request without it.
 */
function nameSession(nas: RadiusNas, target: Target): RawAttribute[] {
  const { names } = ordersOf(nas);
  const named = (nas.sessionNames ?? names).flatMap((name) => sayName(name, nas, target));
  // At least one must be there, and each session has an id.
  if (named.length === 0) named.push(...sayName("Acct-Session-Id", nas, target));
  if (nas.nasIdentifier !== "") named.push(attribute("NAS-Identifier", nas.nasIdentifier));
  return [...named, attribute("Event-Timestamp", target.at)];
}

/** Nothing where it is not known of the session. */
function sayName(name: SessionName, nas: RadiusNas, { session, mac }: Target): RawAttribute[] {
  const { userName, acctSessionId, ip } = session;
  switch (name) {
    case "Acct-Session-Id":
      return [attribute(name, acctSessionId)];
    case "User-Name":
      return userName === null ? [] : [attribute(name, userName)];
    case "Calling-Station-Id":
      return mac === null ? [] : [attribute(name, writeMac(mac, nas.macForm ?? STANDARD_FORM))];
    case "Framed-IP-Address":
      return ip !== null && isIPv4(ip) ? [attribute(name, ip)] : [];
  }
}

export function sayOutcome(outcome: DisconnectOutcome): string {
  switch (outcome.kind) {
    case "acknowledged":
    case "timed-out":
    case "interrupted":
      return outcome.kind;
    case "refused":
      return `refused ${outcome.errorCause ?? "without a cause"}`;
  }
}
