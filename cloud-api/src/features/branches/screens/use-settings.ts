import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { type DetailsForm, listFieldFaults, readDetails, writeDetails } from "./details-fields.ts";
import type { Branch } from "./replies.ts";
import {
  isSame,
  listChanged,
  mergeSettings,
  putOnto,
  raiseTextVersions,
  readSetting,
  type SettingKey,
  type Settings,
  writeSetting,
} from "./settings-values.ts";

/** What somebody changed and has not saved: kept while they look at other pages. */
type Draft = {
  /** What it was made from. */
  base: Settings;
  document: Settings;
  /** The form of what guests are asked; its questions are named when they are saved. */
  details: DetailsForm | null;
};

const finish = ({ document, details }: Draft): Settings =>
  details === null
    ? document
    : writeSetting(document, "details", writeDetails(details, document.branch.languages));

const keyOf = (branchId: string) => ["branch-settings", branchId];
const pathOf = (branchId: string) => `/branches/${branchId}/settings`;

export type Clash = { theirs: Settings; keys: SettingKey[] };

/** A branch's settings, what is changed in them here, and the one way to save that. */
export function useSettings(branchId: string) {
  const {
    data: newest,
    error,
    refetch,
  } = useQuery({
    queryKey: keyOf(branchId),
    queryFn: ({ signal }) => api.get<Settings>(pathOf(branchId), signal),
  });
  const [draft, setDraft] = useDraft(branchId);
  useNews({ branchId, newest, refetch });
  const clash = useRebase({ draft, newest, setDraft });
  const save = useSaveDraft({ branchId, done: () => setDraft(null) });
  const base = draft?.base ?? newest;
  const shown = draft?.document ?? newest;
  const changed = useMemo(() => (draft ? listChanged(draft.base, finish(draft)) : []), [draft]);

  const edit = (part: Partial<Draft>) => {
    if (!base || !shown) return;
    if (!save.isPending) save.reset();
    const next: Draft = { base, document: shown, details: draft?.details ?? null, ...part };
    const isBack = next.details === null && listChanged(base, next.document).length === 0;
    setDraft(isBack ? null : next);
  };
  return {
    base,
    shown,
    details: draft?.details ?? (shown && readDetails(shown.signIn.details)),
    detailsFaults: draft?.details
      ? listFieldFaults(draft.details, draft.document.branch.languages)
      : {},
    changed,
    error,
    refetch,
    clash,
    save,
    saveNow: () => draft && save.mutate(draft),
    /** `also`: what changes with it, at once. */
    set: (setting: SettingKey, value: unknown, also: Partial<Record<SettingKey, unknown>> = {}) => {
      if (!base || !shown) return;
      const changes = Object.entries({ [setting]: value, ...also }) as [SettingKey, unknown][];
      const document = changes.reduce((written, [key, next]) => {
        // What is as it was stands as it stood, said or unsaid.
        const before = readSetting(base, key);
        const isBack = isSame(next, before) || (before === undefined && next === false);
        return writeSetting(written, key, isBack ? before : next);
      }, shown);
      edit({ document });
    },
    setDetails: (details: DetailsForm) => edit({ details }),
    discard: () => {
      save.reset();
      setDraft(null);
    },
    settle: (keep: "mine" | "theirs") => {
      if (!draft || !clash) return;
      save.reset();
      const merged = mergeSettings({ base: draft.base, mine: finish(draft), theirs: clash.theirs });
      const document =
        keep === "mine" ? merged.document : putOnto(merged.document, clash.theirs, clash.keys);
      const hasOwn = listChanged(clash.theirs, document).length > 0;
      setDraft(hasOwn ? { base: clash.theirs, document, details: null } : null);
    },
  };
}

type SaveOptions = { branchId: string; done: () => void };

/** Saves onto the version it was made from. Where that is the newest no more, the newest is fetched. */
function useSaveDraft({ branchId, done }: SaveOptions) {
  const queries = useQueryClient();
  const queryKey = keyOf(branchId);
  return useMutation({
    mutationFn: async (edited: Draft) => {
      const { version } = edited.base;
      const document = raiseTextVersions(edited.base, finish(edited));
      return await api.put<{ version: number }>(pathOf(branchId), { ...document, version });
    },
    onError: (refusal) => {
      if (refusal instanceof ApiError && refusal.code === "conflict")
        void queries.invalidateQueries({ queryKey });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey });
      done();
      void queries.invalidateQueries({ queryKey: ["branches"] });
    },
  });
}

export type SettingsAtWork = ReturnType<typeof useSettings>;

const draftWatchers = new Set<() => void>();

function watchDrafts(tell: () => void): () => void {
  draftWatchers.add(tell);
  return () => draftWatchers.delete(tell);
}

/**
 * In the cache of queries, so that it outlives the page and ends with the session. The cache tells
 * its watchers a turn later; an input that is given back its old value for that turn loses the
 * caret and what an input method is composing. Hence watchers of our own, told at once.
 */
function useDraft(branchId: string): [Draft | null, (draft: Draft | null) => void] {
  const queries = useQueryClient();
  const key = ["branch-draft", branchId];
  const draft = useSyncExternalStore(
    watchDrafts,
    () => queries.getQueryData<Draft | null>(key) ?? null,
  );
  const setDraft = (next: Draft | null) => {
    queries.setQueryDefaults(key, { gcTime: Number.POSITIVE_INFINITY });
    queries.setQueryData<Draft | null>(key, next);
    for (const tell of draftWatchers) tell();
  };
  return [draft, setDraft];
}

type NewsOptions = { branchId: string; newest: Settings | undefined; refetch: () => void };

/** The list of branches is told of each new version; the document is fetched only for those. */
function useNews({ branchId, newest, refetch }: NewsOptions): void {
  const { data } = useQuery({
    queryKey: ["branches"],
    queryFn: ({ signal }) => api.get<{ branches: Branch[] }>("/branches", signal),
    meta: { live: true },
  });
  const told = data?.branches.find((each) => each.id === branchId)?.settingsVersion ?? 0;
  const held = newest?.version ?? Number.POSITIVE_INFINITY;
  useEffect(() => {
    if (told > held) refetch();
  }, [told, held, refetch]);
}

type RebaseOptions = {
  draft: Draft | null;
  newest: Settings | undefined;
  setDraft: (draft: Draft | null) => void;
};

/**
 * Puts a draft onto what somebody else saved meanwhile. Where both changed the same the person
 * decides: that is given back.
 */
function useRebase({ draft, newest, setDraft }: RebaseOptions): Clash | null {
  const isStale = draft !== null && newest !== undefined && newest.version > draft.base.version;
  const merged = useMemo(
    () =>
      isStale ? mergeSettings({ base: draft.base, mine: finish(draft), theirs: newest }) : null,
    [draft, newest, isStale],
  );
  useEffect(() => {
    if (!draft || !newest || !merged || merged.clashes.length > 0) return;
    const { document } = merged;
    const isForm = draft.details !== null;
    if (isForm) setDraft({ ...draft, base: newest, document });
    else
      setDraft(
        listChanged(newest, document).length > 0 ? { ...draft, base: newest, document } : null,
      );
  }, [merged]);
  if (!newest || !merged || merged.clashes.length === 0) return null;
  return { theirs: newest, keys: merged.clashes };
}
