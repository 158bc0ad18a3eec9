import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import type { ExportColumnsBody, ExportColumnsReply } from "../schema.ts";

const KEY = ["customer-export-columns"];
const PATH = "/customer-export-columns";

/** What a file may hold, and what its reader took last. */
export function useExportColumns(isAsked: boolean) {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<ExportColumnsReply>(PATH, signal),
    enabled: isAsked,
  });
}

/** Remembers what was taken. */
export function useKeepExportColumns() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ExportColumnsBody) => api.put(PATH, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}
