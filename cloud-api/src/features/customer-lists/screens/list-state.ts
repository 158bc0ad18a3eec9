import { CHOSEN_MAX } from "../rules.ts";
import type { Filter, ViewBody, ViewReply } from "../schema.ts";

/** The parameters of the list's address that a view keeps. */
const KEPT = ["search", "markId", "segmentId", "tree", "columns", "sort"] as const;
/** As the list writes that no column is shown. */
const NO_COLUMNS = "none";
const FIRST_SORT = "-last-seen";

type Look = { columns: readonly string[]; sort: string };
export type Parameters = Record<(typeof KEPT)[number] | "view", string | null>;

/** The address of a view. */
export function toParameters(view: ViewReply): Parameters {
  return {
    view: view.id,
    search: view.search,
    markId: view.markId,
    segmentId: view.segmentId,
    tree: view.tree == null ? null : JSON.stringify(view.tree),
    columns: view.columns.join(",") || NO_COLUMNS,
    sort: view.sort,
  };
}

export const EVERYBODY: Parameters = {
  ...{ view: null, search: null, markId: null, segmentId: null },
  ...{ tree: null, columns: null, sort: null },
};

/** The list as its address says it; of what it does not say, as the reader has chosen for themselves. */
export function toView(
  name: string,
  parameters: URLSearchParams,
  look: Look | undefined,
): ViewBody {
  const columns = parameters.get("columns");
  return {
    name,
    ...readNarrowing(parameters),
    columns:
      columns === null
        ? [...(look?.columns ?? [])]
        : columns.split(",").filter((each) => each !== "" && each !== NO_COLUMNS),
    sort: parameters.get("sort") ?? look?.sort ?? FIRST_SORT,
  };
}

/** What the list is narrowed by. Conditions that are none are the API's to refuse. */
export function readNarrowing(parameters: URLSearchParams): Filter {
  return {
    search: parameters.get("search"),
    markId: parameters.get("markId"),
    segmentId: parameters.get("segmentId"),
    tree: readTree(parameters.get("tree")),
  };
}

/** Of a narrowed list those who were chosen, or all of it; null: more are chosen than may be at once. */
export function toFilter(narrowing: Filter, ids: ReadonlySet<string>): Filter | null {
  if (ids.size > CHOSEN_MAX) return null;
  return ids.size > 0 ? { ...narrowing, customerIds: [...ids] } : narrowing;
}

function readTree(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether the address says something else than the view it names. */
export function isChanged(view: ViewReply, parameters: URLSearchParams): boolean {
  const kept = toParameters(view);
  return KEPT.some((name) => (parameters.get(name) ?? null) !== kept[name]);
}

/** Whether the address says anything that would be worth keeping. */
export const isNarrowed = (parameters: URLSearchParams): boolean =>
  KEPT.some((name) => parameters.has(name));
