import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";

declare module "../../platform/events.ts" {
  interface CloudEvents {
    "customer.changed": { customerId: string };
  }
}

/** Who lost a guest, or a number, by what somebody else did: nothing else of the log names them. */
export function customerChanged(tx: TenantTransaction, customerId: string): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return {
    ...{ id: newId(), type: "customer.changed", occurredAt: tx.now },
    ...{ payload: { customerId }, ...common },
  };
}
