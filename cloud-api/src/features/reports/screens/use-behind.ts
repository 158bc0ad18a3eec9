import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";

const nameDays = (from: string, to: string) => (from === to ? from : `${from} – ${to}`);

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
