import { useQuery } from "@tanstack/react-query";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import type { UnreadEventsReply } from "../schema.ts";

/** As GET /api/v1/set-aside answers. */
export type SetAside = {
  feature: string;
  eventId: string;
  type: string;
  attempts: number;
  reason: string;
  failedAt: string;
};

/** As GET /api/v1/replays answers. */
export type Progress = {
  logPosition: number;
  features: {
    feature: string;
    position: number;
    replayUntil: number | null;
    canReplay: boolean;
  }[];
};

export type Unread = Static<typeof UnreadEventsReply>["unreadEvents"][number];

export const SET_ASIDE = ["set-aside"];
export const REPLAYS = ["replays"];
/** How soon the bar of a replay that goes on is looked at again. */
const REPLAY_AGAIN_MS = 1000;

export function useSetAside() {
  return useQuery({
    queryKey: SET_ASIDE,
    queryFn: async ({ signal }) =>
      (await api.get<{ events: SetAside[] }>("/set-aside", signal)).events,
    meta: { live: true },
  });
}

export function useUnread() {
  return useQuery({
    queryKey: ["unread-events"],
    queryFn: ({ signal }) => api.get<Static<typeof UnreadEventsReply>>("/unread-events", signal),
    meta: { live: true },
  });
}

export function useProgress() {
  return useQuery({
    queryKey: REPLAYS,
    queryFn: ({ signal }) => api.get<Progress>("/replays", signal),
    meta: { live: true },
    refetchInterval: ({ state }) =>
      state.data?.features.some(({ replayUntil }) => replayUntil !== null)
        ? REPLAY_AGAIN_MS
        : false,
  });
}
