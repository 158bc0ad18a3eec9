import { ApiError } from "../../../shell/api.ts";
import type { DraftReply, PageContent } from "../schema.ts";

/** How long nothing is typed before it is saved. */
export const SAVE_AFTER_MS = 400;
const AGAIN_AFTER_MS = 3000;

export type SaveState = "saved" | "waiting" | "saving" | "failed" | "clash";
export type DraftStore = {
  read: () => DraftSnapshot;
  watch: (tell: () => void) => () => void;
  change: (content: PageContent) => void;
  /** Saves what waits, at once; resolves when all is saved or was refused. */
  flush: () => Promise<void>;
  /** Saves onto what somebody else saved meanwhile. */
  overwrite: (revision: number) => Promise<void>;
  close: () => void;
};

export type DraftSnapshot = Pick<DraftReply, "revision" | "faults" | "weight" | "changedAt"> & {
  state: SaveState;
  error: unknown;
};

type Options = DraftReply & {
  put: (body: { revision: number; content: PageContent }) => Promise<DraftReply>;
};

/**
 * Keeps a draft saved while it is written: one call at a time, each with the newest words, and none is
 * lost when a call fails. What others saved meanwhile is never written over without being asked.
 */
export function openDraft({ put: send, ...first }: Options): DraftStore {
  let snapshot: DraftSnapshot = { ...first, state: "saved", error: null };
  let waiting: PageContent | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;
  let isClosed = false;
  const watchers = new Set<() => void>();
  const show = (part: Partial<DraftSnapshot>) => {
    snapshot = { ...snapshot, ...part };
    for (const tell of watchers) tell();
  };
  const plan = (after: number) => {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(() => void save(), after);
  };
  const sendWaiting = async () => {
    while (waiting !== null && snapshot.state !== "clash") {
      const content = waiting;
      waiting = null;
      show({ state: "saving" });
      try {
        const reply = await send({ revision: snapshot.revision, content });
        show({ ...reply, state: waiting === null ? "saved" : "saving", error: null });
      } catch (error) {
        waiting ??= content;
        const isClash = error instanceof ApiError && error.code === "conflict";
        show({ state: isClash ? "clash" : "failed", error });
        const isWorthIt = error instanceof ApiError && /unreachable|busy|internal/.test(error.code);
        if (isWorthIt) plan(AGAIN_AFTER_MS);
        return;
      }
    }
  };
  const save = () => {
    clearTimeout(timer);
    running ??= sendWaiting().finally(() => {
      running = null;
    });
    return running;
  };
  return {
    read: () => snapshot,
    watch: (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    change: (content) => {
      isClosed = false;
      waiting = content;
      if (snapshot.state === "clash") return;
      show({ state: "waiting" });
      plan(SAVE_AFTER_MS);
    },
    flush: save,
    overwrite: (revision) => {
      show({ revision, state: "waiting", error: null });
      return save();
    },
    close: () => {
      // What is on its way arrives; what waits is sent once more.
      void save();
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
