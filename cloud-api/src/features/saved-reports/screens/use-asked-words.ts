import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useBranchKindName } from "../../../shell/branch-kinds.ts";
import { useBranchChoices } from "../../../shell/branches.ts";
import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { hourWords, nameWeekday } from "../../../shell/weekdays.ts";
import type { Asked } from "./asked.ts";
import { useTexts } from "./texts.ts";

type Named = { id: string; name: string };
/** Narrowed by whose visits they are or how they came: each is one word here, its page says the rest. */
const WHO = [
  ...(["segmentId", "tagId", "languages", "devices", "systems", "forms"] as const),
  ...(["methods", "surveyId", "saleTypeId", "customerId"] as const),
];

/** Of these the last of the days alone counts. */
const BY_END: readonly string[] = ["breakdown", "scores"];

/** What a kept report is of, in words: its period, its places, and what it is narrowed by. */
export function useAskedWords(): (asked: Asked) => string {
  const t = useTexts();
  const shell = useShellTexts();
  const format = useFormat();
  const { language } = useLanguage();
  const placeOf = usePlaceWords();
  return ({ report, period, days, query }) => {
    const named = days ? format.dayRange(days) : shell(`period-${period ?? "30-days"}`);
    if (BY_END.includes(report)) {
      const until = days && t("by-end", { day: format.dayRange({ from: days.to, to: days.to }) });
      const length = query.length && t("length-of", { points: query.length });
      const whose = WHO.map((name) => query[name] && t(`narrowed-${name}`));
      return [until ?? named, length, ...whose].filter(Boolean).join(" · ");
    }
    const weekdays = query.weekdays?.split(",").map((day) => Number(day)) ?? [];
    const hours = query.hours?.split(",").map((hour) => Number(hour)) ?? [];
    return [
      named,
      placeOf(query),
      weekdays.map((day) => nameWeekday(day, language, "short")).join(", "),
      hours.length > 0 && t("hours-of", { hours: hours.map(hourWords).join(", ") }),
      ...WHO.map((name) => query[name] && t(`narrowed-${name}`)),
      query.by === "brand" && t("by-brand"),
      query.counted === "branch" && t("counted-branch"),
    ]
      .filter(Boolean)
      .join(" · ");
  };
}

function usePlaceWords(): (query: Asked["query"]) => string {
  const t = useTexts();
  const shell = useShellTexts();
  const nameKind = useBranchKindName();
  const branches = useBranchChoices();
  const tenant = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<{ brands: Named[] }>("/tenant", signal),
  });
  return ({ branchIds, branchKind, brandId }) => {
    const ids = branchIds?.split(",") ?? [];
    const [only] = ids;
    const name = branches.find(({ id }) => id === only)?.name;
    if (ids.length === 1 && name !== undefined) return name;
    if (ids.length > 0) return t("branches-counted", { count: ids.length });
    if (branchKind) return nameKind(branchKind);
    const brand = brandId && tenant.data?.brands.find(({ id }) => id === brandId)?.name;
    return brand || (brandId ? t("one-brand") : shell("all-branches"));
  };
}
