import type { Session } from "@foyer/branch-store";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { hostOf, type KnownNas, type RadiusNas } from "../server/nas-table.ts";
import type { DisconnectClient, DisconnectOutcome } from "./client.ts";

export type Target = {
  session: Session;
  mac: string | null;
  known: KnownNas;
  /** When the order was given. */
  at: Date;
};

/** Orders a session's NAS to end it; the outcome is in a word or two. */
export type Disconnect = (target: Target) => Promise<string>;

/**
 * Disconnect-Requests for sessions, whoever orders them: while one for a session is under way, no
 * second goes out, and both hear the same outcome.
 */
export function createDisconnect(options: {
  client: DisconnectClient;
  waitSeconds?: readonly number[];
  /** Told of what each NAS made of its order. */
  noteOutcome?: (nasId: string, told: { outcome: string; at: Date }) => void;
}): Disconnect {
  const underWay = new Map<string, Promise<string>>();
  const send = async (target: Target): Promise<string> => {
    const { nas, key } = target.known;
    if (nas.disconnectPort === null) return "not-offered";
    const address = addressOf(target);
    if (address === null) return "no-address";
    const outcome = await options.client.send({
      address,
      portNumber: nas.disconnectPort,
      key,
      attributes: nameSession(nas, target),
      ...(options.waitSeconds && { waitSeconds: options.waitSeconds }),
    });
    const said = sayOutcome(outcome);
    options.noteOutcome?.(nas.id, { outcome: said, at: target.at });
    return said;
  };
  return (target) => {
    const { id } = target.session;
    const known = underWay.get(id);
    if (known) return known;
    const asked = send(target).finally(() => underWay.delete(id));
    underWay.set(id, asked);
    return asked;
  };
}

/** Where a session's NAS is reached: where it reported from, or its one host. */
export function addressOf({ session, known }: Pick<Target, "session" | "known">): string | null {
  return session.nasAddress ?? hostOf(known.nas);
}

/**
 * RFC 5176 §3: the NAS by its identifier, the session by its id. CoovaChilli demands User-Name;
 * Event-Timestamp is what tells a replay apart (§6.3), and some refuse a request without it.
 */
function nameSession(nas: RadiusNas, { session, mac, at }: Target): RawAttribute[] {
  const attributes: RawAttribute[] = [];
  if (session.userName !== null) attributes.push(attribute("User-Name", session.userName));
  if (nas.nasIdentifier !== "") attributes.push(attribute("NAS-Identifier", nas.nasIdentifier));
  if (mac !== null) attributes.push(attribute("Calling-Station-Id", mac));
  attributes.push(attribute("Acct-Session-Id", session.acctSessionId));
  attributes.push(attribute("Event-Timestamp", at));
  return attributes;
}

function sayOutcome(outcome: DisconnectOutcome): string {
  switch (outcome.kind) {
    case "acknowledged":
    case "timed-out":
    case "interrupted":
      return outcome.kind;
    case "refused":
      return `refused ${outcome.errorCause ?? "without a cause"}`;
  }
}
