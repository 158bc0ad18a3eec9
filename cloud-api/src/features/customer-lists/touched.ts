import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, LogEvent } from "../../platform/events.ts";
import { noteTouched, type Touch } from "./action-queries.ts";

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** Whose marks an event changed, and in which respect. */
export function readTouches({ id: eventId, type, payload }: LogEvent): Touch[] {
  const common = { eventId, actionId: text(payload.actionId), tagId: null, isGroup: false };
  const of = (customer: unknown, rest: Partial<Touch> = {}): Touch[] => {
    const customerId = text(customer);
    return customerId === null ? [] : [{ ...common, customerId, ...rest }];
  };
  switch (type) {
    case "customer.group-changed":
      return of(payload.customerId, { isGroup: true });
    case "customer.tagged":
    case "customer.untagged":
      return of(payload.customerId, { tagId: text(payload.tagId) });
    case "customer.merged":
    case "customer.unmerged":
      return [...of(payload.keptId), ...of(payload.goneId)];
    default:
      return [];
  }
}

const nothing = async () => [];
/** Events that are only settled. */
export const touchingTypes: EventHandlers = {
  "customer.group-changed": nothing,
  "customer.tagged": nothing,
  "customer.untagged": nothing,
  "customer.merged": nothing,
  "customer.unmerged": nothing,
};

/**
 * Whoever changes a customer's marks after an action did has the last word on them: undoing the action
 * leaves them alone, also where they are by now as the action had made them.
 */
export async function settleTouched(
  tx: TenantTransaction,
  events: readonly LogEvent[],
): Promise<[]> {
  await noteTouched(tx, events.flatMap(readTouches));
  return [];
}
