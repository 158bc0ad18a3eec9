import type { Hooks } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { listEarlierFields } from "./copy-queries.ts";
import { describeCustomer, nameFields } from "./describe.ts";
import { listOwnFields } from "./field-queries.ts";

import type { CopyReply } from "./schema.ts";

/** The languages that a copy is written in: one that is neither is handed over in the first. */
export const languageOf = ({ language }: { language: string | null }): "vi" | "en" =>
  language === "en" ? "en" : "vi";

/** Everything that is kept of a customer, with what was of them; null where there is none. */
export async function describeCopy(
  tx: TenantTransaction,
  { listHistory }: Hooks,
  customerId: string,
): Promise<CopyReply | null> {
  const customer = await describeCustomer(tx, customerId);
  if (!customer) return null;
  const earlier = await listEarlierFields(tx, customerId);
  const language = languageOf(customer);
  const history = (await listHistory?.(tx, { customerId, language })) ?? [];
  return {
    ...customer,
    earlier: await nameFields(tx, earlier, await listOwnFields(tx)),
    history: history.map(({ at, endedAt, ...line }) => ({
      ...line,
      at: at.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    })),
  };
}
