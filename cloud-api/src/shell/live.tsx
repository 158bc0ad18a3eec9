import { type Query, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

/** At most one refresh in this time, however fast the log moves. */
const REFRESH_GAP_MS = 800;
const NAMES_GAP_MS = 5000;
const POLL_MS = 2000;
const RECONNECT_MS = 5000;

export type LiveState = "connecting" | "live" | "polling";

const LiveContext = createContext<LiveState>("connecting");

export function useLive(): LiveState {
  return useContext(LiveContext);
}

/** Keeps what is on screen true: follows /api/v1/live while the tab is seen, and polls when it cannot. */
export function LiveProvider({
  tenantId,
  children,
}: {
  tenantId: string | null;
  children: ReactNode;
}) {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  // Another tenant is another stream.
  useEffect(() => followLog(queries, setState), [queries, tenantId]);
  return <LiveContext value={state}>{children}</LiveContext>;
}

function followLog(queries: QueryClient, tell: (state: LiveState) => void): () => void {
  const refreshes = [
    spread(() => refreshLive(queries, true), REFRESH_GAP_MS),
    spread(() => refreshLive(queries, "names"), NAMES_GAP_MS),
  ];
  const refresh = () => {
    for (const each of refreshes) each.now();
  };
  let stream: EventSource | null = null;
  let polling: ReturnType<typeof setInterval> | undefined;
  let reconnecting: ReturnType<typeof setTimeout> | undefined;
  // Something may have happened that no stream told of.
  let missed = false;

  const stopPolling = () => {
    clearInterval(polling);
    polling = undefined;
  };
  const close = () => {
    missed = true;
    stream?.close();
    stream = null;
    clearTimeout(reconnecting);
    stopPolling();
  };
  const open = () => {
    stream?.close();
    stream = new EventSource("/api/v1/live");
    stream.addEventListener("open", () => {
      stopPolling();
      tell("live");
      if (missed) refresh();
      missed = false;
    });
    stream.addEventListener("change", refresh);
    stream.addEventListener("error", () => {
      tell("polling");
      missed = true;
      polling ??= setInterval(refresh, POLL_MS);
      // CONNECTING: the browser tries by itself. CLOSED: it was refused, and gives up unless we ask.
      if (stream?.readyState !== EventSource.CLOSED) return;
      clearTimeout(reconnecting);
      reconnecting = setTimeout(open, RECONNECT_MS);
    });
  };
  // A hidden tab holds no connection: browsers allow six per host, and nobody is looking.
  const followVisibility = () => (document.hidden ? close() : open());

  document.addEventListener("visibilitychange", followVisibility);
  followVisibility();
  return () => {
    document.removeEventListener("visibilitychange", followVisibility);
    for (const each of refreshes) each.stop();
    close();
  };
}

function refreshLive(queries: QueryClient, live: true | "names"): Promise<void> {
  return queries.invalidateQueries({ predicate: (query) => isLive(query, live) });
}

/** Long lists that were paged on are left alone: fetching all their pages each second helps nobody. */
function isLive(query: Query, live: true | "names"): boolean {
  if (query.meta?.live !== live) return false;
  // A refresh would cancel the next page that somebody has just asked for.
  const isPaging = query.state.fetchStatus !== "idle" && query.state.fetchMeta?.fetchMore;
  if (isPaging) return false;
  const held = query.state.data as { pages?: unknown[] } | undefined;
  return (held?.pages?.length ?? 0) <= 1;
}

/** Runs `work` at once, then at most once a gap and never twice at a time, and a last time for calls meanwhile. */
function spread(work: () => Promise<void>, gapMs: number): { now: () => void; stop: () => void } {
  let running = false;
  let asked = false;
  let stopped = false;
  const run = async () => {
    running = true;
    do {
      asked = false;
      await Promise.all([work(), new Promise((resolve) => setTimeout(resolve, gapMs))]);
    } while (asked && !stopped);
    running = false;
  };
  return {
    now: () => {
      asked = true;
      if (!running && !stopped) void run();
    },
    stop: () => {
      stopped = true;
    },
  };
}
