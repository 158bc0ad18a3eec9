import type { TenantTransaction } from "../../platform/db.ts";
import type { LogEvent } from "../../platform/events.ts";
import { describeFreshness, type Question } from "./figures.ts";
import { SIGN_IN_STEPS, type SignInStep } from "./rules.ts";
import type { SignInsReply } from "./schema.ts";
import { type StepTaken, sumSteps } from "./sign-in-queries.ts";

export const SIGN_IN_TYPES = ["device.seen", "code.requested", "guest.verified", "guest.connected"];

/** The steps on somebody's way online that an event tells of. */
export function readSteps({ type, branchId, occurredAt, payload }: LogEvent): StepTaken[] {
  if (branchId === null) return [];
  const take = (step: SignInStep, detail: unknown = "") => ({
    ...{ branchId, at: occurredAt.toISOString(), step },
    detail: typeof detail === "string" ? detail : "",
  });
  switch (type) {
    case "device.seen":
      return [take("seen"), ...(payload.by === "portal" ? [take("page")] : [])];
    case "code.requested":
      // Sent once more, it is the same code.
      return payload.sending === 1 ? [take("code-asked", payload.channel)] : [];
    case "guest.verified":
      return payload.method === "code" ? [take("code-right")] : [];
    case "guest.connected":
      return [take("online", payload.method)];
    default:
      return [];
  }
}

/** How far guests came, and by which way they got online. */
export async function findSignIns(
  tx: TenantTransaction,
  { filter }: Question,
): Promise<SignInsReply> {
  const rows = await sumSteps(tx, filter);
  const detailsOf = (step: SignInStep) =>
    rows.filter((row) => row.step === step).map(({ detail, count }) => ({ name: detail, count }));
  return {
    freshness: await describeFreshness(tx, filter),
    period: filter.period,
    steps: SIGN_IN_STEPS.map((step) => ({
      step,
      count: detailsOf(step).reduce((sum, { count }) => sum + count, 0),
    })),
    methods: detailsOf("online"),
    channels: detailsOf("code-asked"),
  };
}
