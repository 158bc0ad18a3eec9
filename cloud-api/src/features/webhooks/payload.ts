import type { TenantTransaction } from "../../platform/db.ts";
import { EVENT_VERSION, type PublicCustomer } from "./event-schema.ts";
import {
  listStandings,
  listTellable,
  type Message,
  type TellableCustomer,
} from "./message-queries.ts";
import { findWithheld, type Withheld } from "./rules.ts";

/** A message as it is sent now, with what of it is personal; or why it is not. */
export type Written =
  | { kind: "ready"; body: string; personal: string[] }
  | { kind: "withheld"; reason: Withheld };

/** Looks up what messages are to say of people now: whoever was forgotten since is told of no more. */
export async function writeMessages(
  tx: TenantTransaction,
  messages: readonly Message[],
): Promise<ReadonlyMap<string, Written>> {
  const ids = messages.flatMap(({ customerId }) => (customerId ? [customerId] : []));
  const standings = ids.length > 0 ? await listStandings(tx, ids) : new Map();
  const whole = messages.filter(({ type }) => holdsRecord(type));
  const asked = whole.flatMap(({ customerId }) => (customerId ? [customerId] : []));
  const records = asked.length > 0 ? await listTellable(tx, asked) : [];
  const customers = new Map(records.map((record) => [record.id, record]));
  return new Map(
    messages.map((message) => {
      const { customerId, type } = message;
      const standing = (customerId && standings.get(customerId)) || null;
      const reason = findWithheld(type, standing);
      if (reason) return [message.id, { kind: "withheld", reason }] as const;
      const customer = holdsRecord(type) ? customers.get(customerId ?? "") : undefined;
      return [message.id, writeMessage(tx.tenantId, message, customer)] as const;
    }),
  );
}

const holdsRecord = (type: string) => type === "customer.created" || type === "customer.updated";

function writeMessage(
  tenantId: string,
  { type, occurredAt, facts }: Message,
  customer: TellableCustomer | undefined,
): Written {
  const told = customer ? { customer: describe(customer) } : facts;
  const timestamp = occurredAt.toISOString();
  const body = JSON.stringify({ type, version: EVENT_VERSION, timestamp, tenantId, data: told });
  return { kind: "ready", body, personal: customer ? listPersonal(customer) : [] };
}

function describe({ firstSeenAt, lastVisitAt, ...customer }: TellableCustomer): PublicCustomer {
  return {
    ...customer,
    firstSeenAt: firstSeenAt.toISOString(),
    lastVisitAt: lastVisitAt?.toISOString() ?? null,
  };
}

const listPersonal = ({ name, phone, email, birthday }: TellableCustomer) =>
  [name, phone, email, birthday].flatMap((value) => (value ? [value] : []));
