import type { TenantTransaction } from "../../platform/db.ts";
import { listMatches, replaceClaims, replaceSuggestions, takeNumbersOff } from "./claim-queries.ts";
import { listToldIdentifiers } from "./claim-rules.ts";
import { listOwnFields } from "./field-queries.ts";
import { refreshCustomer, replaceWords } from "./queries.ts";
import { listSearchWords } from "./rules.ts";
import { searchableOf } from "./searchable.ts";

/**
 * Works out anew all that is drawn from what was told of a customer: their record, the words they are
 * found by, what they claim, and whom they may be one with. Gives who else lost a number by it.
 */
export async function refresh(
  tx: TenantTransaction,
  { customerId, position }: { customerId: string; position: number },
): Promise<string[]> {
  const record = await refreshCustomer(tx, { customerId, position });
  if (!record) return [];
  const { told, proved } = record;
  const hasOwn = Object.keys(told).some((field) => field.startsWith("own."));
  const own = hasOwn ? await listOwnFields(tx) : [];
  const words = listSearchWords(searchableOf(record, { own, proved }));
  await replaceWords(tx, { customerId, words });
  const claims = listToldIdentifiers(told, own).filter(
    ({ kind, value }) => !proved.some((each) => each.kind === kind && each.value === value),
  );
  await replaceClaims(tx, { customerId, claims });
  const asked = [...proved, ...claims];
  const matches =
    asked.length === 0 ? [] : await listMatches(tx, { customerId, identifiers: asked });
  await replaceSuggestions(tx, { customerId, matches });
  // A number that was shown to be somebody's is not as staff wrote it down for another.
  const shown = proved.filter(({ kind }) => kind === "phone").map(({ value }) => value);
  const others = matches.map((match) => match.customerId);
  if (shown.length * others.length === 0) return [];
  return await takeNumbersOff(tx, { others, numbers: shown });
}
