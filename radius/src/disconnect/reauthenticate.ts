import { type CiscoCwaNas, orderPortOf } from "@foyer/contract";
import { writeMac } from "../authorize/mac.ts";
import type { Logger } from "../log.ts";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { hostOf, type KnownNas, type NasTable } from "../server/nas-table.ts";
import { type BoxStore, must } from "../store/box-store.ts";
import { auditSessionName, reauthenticateAttributes } from "../vendors/cisco-cwa.ts";
import type { DisconnectOutcome } from "./exchanges.ts";
import { type OrderOptions, sayOutcome } from "./order.ts";
import type { Stays } from "./stays.ts";

/** A ticket lives for two minutes: those that were told of longer ago are gone from the store. */
const TOLD_MAX = 4096;
/** Of RFC 3580 §3.21: how a Calling-Station-Id is written where a NAS is not set to another form. */
const STANDARD_FORM = "AA-BB-CC-DD-EE-FF";

export type ReauthenticatorOptions = OrderOptions & {
  store: BoxStore;
  nasTable: () => NasTable;
  stays: Stays;
  clock: () => Date;
  log: Logger;
};

/**
 * Has the NAS ask about a device again once its guest has signed in at the portal: a ticket that waits
 * at a NAS of Cisco's central web authentication is the order. Each is told of once; a guest who is
 * not let in by it tries again at the portal, and has a new one.
 */
export type Reauthenticator = {
  /** Tells of the tickets that wait. */
  runDue: () => Promise<void>;
  /** Resolves when nothing is under way. */
  settle: () => Promise<void>;
};

export function createReauthenticator(options: ReauthenticatorOptions): Reauthenticator {
  const { store, nasTable, log } = options;
  /** The one told of longest ago is in front. */
  const told = new Set<string>();
  const underWay = new Set<Promise<void>>();
  let isStopping = false;
  const begin = (known: KnownNas, nas: CiscoCwaNas, waiting: Waiting) => {
    const done = order(options, { known, nas, mac: waiting.mac })
      .catch((error: unknown) => log.error({ nasId: nas.id, err: error }, "no re-authentication"))
      .finally(() => underWay.delete(done));
    underWay.add(done);
  };
  return {
    runDue: async () => {
      for (const { known, nas } of listCwa(nasTable()))
        for (const waiting of await must(store.reader.ask("listWaiting", { nasId: nas.id }))) {
          if (isStopping || told.has(waiting.username)) continue;
          const [oldest] = told;
          if (told.size >= TOLD_MAX && oldest !== undefined) told.delete(oldest);
          told.add(waiting.username);
          begin(known, nas, waiting);
        }
    },
    settle: async () => {
      isStopping = true;
      await Promise.all(underWay);
    },
  };
}

type Waiting = { username: string; mac: string };

function listCwa(table: NasTable): { known: KnownNas; nas: CiscoCwaNas }[] {
  return table.list().flatMap((known) => {
    const { nas } = known;
    return nas.kind === "cisco-cwa" ? [{ known, nas }] : [];
  });
}

async function order(
  options: ReauthenticatorOptions,
  { known, nas, mac }: { known: KnownNas; nas: CiscoCwaNas; mac: string },
): Promise<void> {
  const { stays, noteOutcome, log, clock } = options;
  const nasId = nas.id;
  const stay = stays.find({ nasId, mac });
  const address = stay?.nasAddress ?? hostOf(nas);
  const portNumber = orderPortOf(nas);
  if (portNumber === null || address === null) {
    // Only a network of controllers after a restart: the device asks again by itself at last.
    log.warn({ nasId }, "nobody knows where to order a re-authentication");
    return;
  }
  for (const name of listNames(nas, mac, stay?.auditSessionId ?? null)) {
    const outcome = await send(options, { known, address, portNumber, name });
    if (outcome.kind === "interrupted") return;
    const said = sayOutcome(outcome);
    noteOutcome?.(nasId, { order: "change", outcome: said, at: clock() });
    if (outcome.kind === "acknowledged") log.info({ nasId }, "a device is asked about again");
    else log.warn({ nasId, outcome: said }, "a re-authentication was not taken");
    // What is silent is silent by any name.
    if (outcome.kind !== "refused") return;
  }
}

/** By the controller's own name of the stay; where it refuses that, or none is known, by the MAC. */
function listNames(nas: CiscoCwaNas, mac: string, auditSessionId: string | null): RawAttribute[] {
  const station = attribute("Calling-Station-Id", writeMac(mac, nas.macForm ?? STANDARD_FORM));
  return auditSessionId === null ? [station] : [auditSessionName(auditSessionId), station];
}

function send(
  { client, waitSeconds, clock }: ReauthenticatorOptions,
  to: { known: KnownNas; address: string; portNumber: number; name: RawAttribute },
): Promise<DisconnectOutcome> {
  const { known, address, portNumber, name } = to;
  const { nasIdentifier, radsecName } = known.nas;
  const attributes = [
    ...reauthenticateAttributes(name),
    ...(nasIdentifier === "" ? [] : [attribute("NAS-Identifier", nasIdentifier)]),
    attribute("Event-Timestamp", clock()),
  ];
  const place = { address, portNumber, key: known.key, radsecName };
  const sent = { order: "change" as const, ...place, attributes };
  return client.send({ ...sent, ...(waitSeconds && { waitSeconds }) });
}
