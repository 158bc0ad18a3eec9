import { withQuery } from "../../../shell/api.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { UNKNOWN } from "../rules.ts";

const nameDays = (from: string, to: string) => (from === to ? from : `${from} – ${to}`);

/**
 * Where a segment of those who came on such devices begins; null: the list is of no such devices, or of some that
 * said nothing of themselves, which no segment asks for.
 */
export function segmentOf({ systems, forms }: Readonly<Record<string, string>>): string | null {
  const words = [systems, forms].flatMap((named) => named?.split(",") ?? []);
  if (words.length === 0 || words.includes(UNKNOWN)) return null;
  return withQuery("/segments/new", { systems: systems ?? null, forms: forms ?? null });
}

/** What a link to a list asks for, word by word as the API gave it, and its days in words. */
export function useBehind() {
  const { parameters } = useSearchParameters();
  const format = useFormat();
  const [from, to] = [parameters.get("from"), parameters.get("to")];
  const long = (day: string | null) => (day ? format.day(day, "long") : "");
  return {
    filters: Object.fromEntries(parameters),
    kind: parameters.get("kind"),
    /** None: the link names none. */
    days: from === null && to === null ? [] : [nameDays(long(from), long(to))],
  };
}
