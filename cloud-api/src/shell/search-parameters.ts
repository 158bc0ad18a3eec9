import { useMemo } from "react";
import { useLocation, useSearch } from "wouter";

export type Change = Record<string, string | null>;

/** The filters of a screen live in its address, so that a link, a reload and Back all keep them. */
export function useSearchParameters(): {
  parameters: URLSearchParams;
  change: (change: Change) => void;
} {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const parameters = useMemo(() => new URLSearchParams(search), [search]);
  return {
    parameters,
    change: (change) => {
      const next = new URLSearchParams(parameters);
      for (const [name, value] of Object.entries(change)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      const text = next.toString();
      navigate(text ? `${path}?${text}` : path, { replace: true });
    },
  };
}
