import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, isWorthRetrying } from "./api.ts";
import { leaveSession, refreshSession } from "./session.tsx";

const RETRIES_MAX = 2;
const FRESH_SECONDS = 5;

declare module "@tanstack/react-query" {
  interface Register {
    /**
     * `live` queries are fetched again whenever the tenant's log moves. "names": every few seconds at
     * most, since what things are called hardly ever changes and every page asks for it.
     */
    queryMeta: { live?: boolean | "names" };
  }
}

/** The cache of what the API answered. Any 401 ends the session, wherever it came from. */
export function openQueries(): QueryClient {
  const leaveWhenSignedOut = (error: unknown) => {
    if (error instanceof ApiError && error.code === "unauthorized" && !error.needsCode)
      leaveSession(queries);
    // Whoever was removed from the company learns it here.
    if (error instanceof ApiError && error.code === "forbidden") refreshSession(queries);
  };
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    mutationCache: new MutationCache({
      // A refused sign-in is a 401 too, and has no session to leave.
      onError: (error, _variables, _context, mutation) => {
        if (mutation.options.mutationKey?.[0] !== "sign-in") leaveWhenSignedOut(error);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_SECONDS * 1000,
        retry: (failures, error) => failures < RETRIES_MAX && isWorthRetrying(error),
      },
    },
  });
  return queries;
}
