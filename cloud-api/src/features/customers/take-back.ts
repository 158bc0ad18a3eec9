import { noteChange as noteAudit } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import { getCustomer } from "./edits.ts";
import { takeStricterAnew } from "./merges.ts";
import { insertConsent, noteChange } from "./queries.ts";
import { listStandingConsents, type StandingConsent } from "./take-back-queries.ts";

type TakenBack = {
  customerId: string;
  /** Whose word it was, and where and on what it was given. */
  guestId: string;
  deviceId: string;
  consentId: string;
  purpose: string;
  /** Of `marketing`: the channel. */
  channel: string | null;
  textVersion: number;
  textSha256: string;
  language: string;
  by: "customer" | "staff";
  staffId: string | null;
};

declare module "../../platform/events.ts" {
  interface CloudEvents {
    /** Somebody took back what they had agreed to: on their own page, or by telling staff. */
    "customer.consent-taken-back": TakenBack;
  }
}

/** Without the terms, which are what being online rests on, nobody would have been let in. */
const FOR_GOOD = "terms";

/** What a customer may take back. */
export async function listRevocable(
  tx: TenantTransaction,
  customerId: string,
): Promise<StandingConsent[]> {
  const standing = await listStandingConsents(tx, customerId);
  return standing.filter(({ purpose }) => purpose !== FOR_GOOD);
}

type Wish = {
  customerId: string;
  purpose: string;
  /** Null: all channels that it was given for. */
  channel: string | null;
  by: "customer" | "staff";
  staffId: string | null;
};

/** Takes back what stands of a purpose; none where nothing does, as when a button is pressed twice. */
export async function takeBackConsent(tx: TenantTransaction, wish: Wish): Promise<NewEvent[]> {
  const { customerId, purpose, channel, by, staffId } = wish;
  if (purpose === FOR_GOOD)
    throw refuse("invalid", "The terms are not taken back: ask to be forgotten instead.", {
      field: "/purpose",
    });
  await getCustomer(tx, customerId);
  const standing = (await listRevocable(tx, customerId)).filter(
    (each) => each.purpose === purpose && (channel === null || each.channel === channel),
  );
  const acts = standing.map(
    ({ branchId, at, ...given }): Act => ({
      ...{ id: newId(), branchId },
      // After what it takes back, though the box that told of that has a clock ahead of this one.
      occurredAt: new Date(Math.max(tx.now.getTime(), at.getTime() + 1)),
      payload: { customerId, ...given, consentId: newId(), by, staffId },
    }),
  );
  for (const act of acts) await keep(tx, act);
  const about = standing.map((each) => [each.purpose, each.channel].filter(Boolean).join(" "));
  const change = { before: { consents: about }, after: { consents: [] } };
  noteAudit(tx, { kind: "customers", id: customerId, customerId, ...change });
  const common = { type: "customer.consent-taken-back", version: 1, origin: null, personal: {} };
  return acts.map((act) => ({ ...act, ...common }));
}

type Act = Pick<LogEvent<string, TakenBack>, "id" | "branchId" | "occurredAt" | "payload">;

async function keep(tx: TenantTransaction, { id: eventId, ...event }: Act): Promise<void> {
  const { branchId, occurredAt: at, payload } = event;
  if (branchId === null) return;
  const { customerId: _, by, staffId: __, ...act } = payload;
  const method = by === "staff" ? "staff" : "own-page";
  const place = { branchId, nasId: null, ip: null };
  await insertConsent(tx, { ...act, ...place, method, eventId, at, given: false });
}

export const takeBackHandlers: EventHandlers = {
  // The request has kept it already; here it gets its place in the log, or is kept anew by a replay.
  "customer.consent-taken-back": async (tx, event) => {
    const { guestId } = event.payload;
    await keep(tx, event);
    await takeStricterAnew(tx, { guestId, at: event.occurredAt });
    await noteChange(tx, { guestId, position: event.position });
    return [];
  },
};
