import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers } from "../../platform/events.ts";
import { keepMoment } from "./queries.ts";

type Told = { id: string; branchId: string; occurredAt: Date };
type Moment = { event: string; guestId: string | null; detail?: string };

/** Keeps what a segment can ask for of the log: whose it was is said by the customers' guests. */
export const segmentHandlers: EventHandlers = {
  "guest.connected": (tx, event) => {
    const { guestId, method: detail } = event.payload;
    return keep(tx, event, { event: event.type, guestId, detail });
  },
  "survey.answered": (tx, event) => {
    const { guestId, surveyId: detail } = event.payload;
    return keep(tx, event, { event: event.type, guestId, detail });
  },
  "access-code.used": (tx, event) =>
    keep(tx, event, { event: event.type, guestId: event.payload.guestId }),
};

async function keep(tx: TenantTransaction, told: Told, moment: Moment): Promise<[]> {
  const { id: eventId, branchId, occurredAt } = told;
  const { event, guestId, detail = null } = moment;
  // Nobody knows whose device it was: nobody's segment asks for it.
  if (guestId !== null)
    await keepMoment(tx, { eventId, guestId, event, detail, branchId, occurredAt });
  return [];
}
