import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../../shell/api.ts";
import { BRANCH_KINDS, useBranchKindName } from "../../../shell/branch-kinds.ts";
import { useBranchChoices, useSortByName } from "../../../shell/branches.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { useMarkNames } from "../../../shell/marks.ts";
import { useMay } from "../../../shell/session.tsx";
import { FORMS, SYSTEMS } from "../rules.ts";
import type { PreviewReply, SegmentReply, SegmentsReply, Tree } from "../schema.ts";
import { isComplete } from "./drafts.ts";
import { useTexts } from "./texts.ts";
import type { OwnField, Words } from "./words.ts";

export type Segment = SegmentReply;

/** Every segment by name, with how many customers are in it now. */
export function useSegments() {
  const sort = useSortByName();
  return useQuery({
    queryKey: ["segments"],
    queryFn: ({ signal }) => api.get<SegmentsReply>("/segments", signal),
    select: ({ segments }) => sort<Segment>(segments),
    meta: { live: true },
  });
}

/** Who fits a tree as it stands on screen; asks nothing while it is unfinished. */
export function usePreview({ tree, segmentId }: { tree: Tree; segmentId: string | null }) {
  return useQuery({
    queryKey: ["segment-preview", segmentId, tree],
    queryFn: () => api.post<PreviewReply>("/segments/preview", { tree, segmentId }),
    enabled: isComplete(tree),
    placeholderData: (before) => before,
    meta: { live: true },
  });
}

type Named = { id: string; name: string };
export type MarkKind = "group" | "tag" | "tier";
export type Choices = Record<
  MarkKind | "branch" | "brand" | "form" | "survey" | "segment" | "system",
  readonly Named[]
> & {
  /** Whether it tells the company's branches apart. */
  branchKind: readonly (Named & { tellsApart: boolean })[];
  fields: readonly (OwnField & { archivedAt: string | null })[];
};

type Fields = { fields: Choices["fields"] };
type Surveys = { surveys: { id: string; title: Record<string, string> | null }[] };

/** Everything a condition can name. */
export function useChoices(): Choices {
  const t = useTexts();
  const { language } = useLanguage();
  const [mayAsk, maySee] = [useMay("surveys.read"), useMay("customers.read")];
  const marks = useMarkNames({ isAsked: useMay("marks.read") });
  const surveys = useQuery({
    queryKey: ["segment-surveys"],
    queryFn: ({ signal }) => api.get<Surveys>("/surveys", signal),
    enabled: mayAsk,
  });
  const company = useQuery({
    queryKey: ["segment-brands"],
    queryFn: ({ signal }) => api.get<{ brands: Named[] }>("/tenant", signal),
    meta: { live: true },
  });
  const fields = useQuery({
    queryKey: ["customer-fields"],
    queryFn: ({ signal }) => api.get<Fields>("/customer-fields", signal),
    enabled: maySee,
    meta: { live: true },
  });
  const branches = useBranchChoices();
  const nameKind = useBranchKindName();
  const kinds = new Set(branches.map(({ kind }) => kind));
  return {
    fields: fields.data?.fields ?? [],
    brand: company.data?.brands ?? [],
    group: marks?.groups ?? [],
    tag: marks?.tags ?? [],
    tier: marks?.tiers ?? [],
    branch: branches,
    branchKind: BRANCH_KINDS.map((kind) => ({
      ...{ id: kind, name: nameKind(kind) },
      tellsApart: kinds.size > 1 && kinds.has(kind),
    })),
    form: FORMS.map((form) => ({ id: form, name: t(`form-${form}`) })),
    system: SYSTEMS.map((system) => ({ id: system, name: t(`system-${system}`) })),
    segment: useSegments().data ?? [],
    survey: (surveys.data?.surveys ?? []).map(({ id, title }) => ({
      ...{ id, name: title?.[language] ?? Object.values(title ?? {})[0] ?? id },
    })),
  };
}

/** What trees are said with on this screen. */
export function useWords(choices: Choices): Words {
  const t = useTexts();
  const { language } = useLanguage();
  return useMemo(() => {
    const {
      branch,
      branchKind,
      brand,
      form,
      segment,
      survey,
      system,
      fields: ownFields,
      group,
      tag,
      tier,
    } = choices;
    const marks = [group, tag, tier].flat();
    const lists = { branch, branchKind, brand, form, segment, survey, system, mark: marks };
    const nameOf: Words["nameOf"] = (kind, id) =>
      lists[kind].find((each) => each.id === id)?.name ?? t("gone");
    return { t, language, nameOf, ownFields };
  }, [choices, t, language]);
}
