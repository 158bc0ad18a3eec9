import type { TenantTransaction } from "../../platform/db.ts";
import type { LogEvent } from "../../platform/events.ts";
import { describeFreshness, type Question } from "./figures.ts";
import { opensWaysIn, type SignInStep } from "./rules.ts";
import type { SignInsReply } from "./schema.ts";
import { type StepTaken, sumSteps } from "./sign-in-queries.ts";
import type { WayInCell } from "./way-in-list-queries.ts";

export const SIGN_IN_TYPES = ["code.requested", "guest.connected"];

/**
 * What an event tells of somebody's way online. How far guests come is not counted here: their boxes
 * count that, each device once a try (sign-in-funnel).
 */
export function readSteps({ type, branchId, occurredAt, payload }: LogEvent): StepTaken[] {
  if (branchId === null) return [];
  const take = (step: SignInStep, detail: unknown) => ({
    ...{ branchId, at: occurredAt.toISOString(), step },
    detail: typeof detail === "string" ? detail : "",
  });
  switch (type) {
    case "code.requested":
      // Sent once more, it is the same code.
      return payload.sending === 1 ? [take("code-asked", payload.channel)] : [];
    case "guest.connected":
      return [take("online", payload.method)];
    default:
      return [];
  }
}

/**
 * By which way guests got online, and by which channel their codes were to go. Whose code it is nobody
 * knows until it is typed: of some guests alone there are none to tell of.
 */
export async function findSignIns(
  tx: TenantTransaction,
  { filter, asked }: Question,
): Promise<SignInsReply> {
  const rows = await sumSteps(tx, filter);
  const detailsOf = (step: SignInStep) =>
    rows.filter((row) => row.step === step).map(({ detail, count }) => ({ name: detail, count }));
  const methods = detailsOf("online");
  return {
    freshness: await describeFreshness(tx, filter),
    period: filter.period,
    methods: methods.map((each) => ({ ...each, opens: opensWaysIn(asked, { method: each.name }) })),
    opens: opensWaysIn(asked, {}),
    channels: filter.narrowed ? null : detailsOf("code-asked"),
  };
}

/** How often guests came online, by some way or by all of them. */
export async function countOnline(
  tx: TenantTransaction,
  { filter, method }: WayInCell,
): Promise<number> {
  return (await sumSteps(tx, filter))
    .filter(({ step, detail }) => step === "online" && (method === null || detail === method))
    .reduce((sum, { count }) => sum + count, 0);
}
