import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { FIRST_COLUMNS, FIRST_SORT, readColumns, SORTS, type Sort } from "../rules.ts";
import type { ColumnsBody } from "../schema.ts";

const KEY = ["customer-columns"];
/** In an address, since an empty list cannot stand there. */
const NONE = "none";

/**
 * Which columns the list shows, in which order: as the address says, where a view or a link says it;
 * otherwise as the reader has chosen for themselves.
 */
export function useListLook() {
  const { parameters, change } = useSearchParameters();
  const queries = useQueryClient();
  const { data: kept, isPending } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<ColumnsBody>("/customer-columns", signal),
  });
  const save = useMutation({
    mutationFn: (look: ColumnsBody) => api.put<ColumnsBody>("/customer-columns", look),
    onMutate: (look) => queries.setQueryData(KEY, look),
    onError: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  const linked = parameters.get("columns");
  const linkedSort = SORTS.find((each) => each === parameters.get("sort"));
  const columns =
    (linked === NONE ? [] : linked && readColumns(linked)) || kept?.columns || FIRST_COLUMNS;
  const sort: Sort = linkedSort ?? kept?.sort ?? FIRST_SORT;
  const isLinked = linked !== null || linkedSort !== undefined || parameters.has("view");
  const setLook = (look: ColumnsBody) => {
    if (isLinked) change({ columns: look.columns.join(",") || NONE, sort: look.sort });
    else save.mutate(look);
  };
  // Until it is known how the reader wants it, nothing is asked for that would be asked again.
  return { columns, sort, setLook, isKnown: isLinked || !isPending };
}
