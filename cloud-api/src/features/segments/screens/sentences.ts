import { formatDay } from "../../../shell/format.ts";
import { type Language, LOCALE } from "../../../shell/translate.ts";
import type { Condition, CountRange, Tree, TreeNode, VisitFilter, When } from "../schema.ts";
import { sayField } from "./field-sentences.ts";
import type { Texts } from "./texts.ts";
import { list, nameOfMonth, type Words } from "./words.ts";

/** 2024-01-01 was a Monday and in January. */
const nameOfDay = (language: Language, day: number) =>
  new Intl.DateTimeFormat(LOCALE[language], { weekday: "short", timeZone: "UTC" }).format(
    new Date(Date.UTC(2024, 0, day)),
  );
/** The days of a week and the months of a year, as choices. */
export const listDays = (language: Language) =>
  [1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: String(day), label: nameOfDay(language, day) }));
export const listMonths = (language: Language) =>
  Array.from({ length: 12 }, (_, index) => ({
    ...{ value: String(index + 1), label: nameOfMonth(language, index + 1) },
  }));

/** The whole tree, such as "Customers who visited at least 3 times and have tag VIP". */
export function sayTree(tree: Tree, words: Words): string {
  return words.t("everybody-who", { conditions: sayGroup(tree, words) });
}

function sayGroup(tree: Tree, words: Words): string {
  const said = tree.of.map((each) => sayNode(each, words));
  if (tree.kind === "all") return list(said, "conjunction", words);
  const any = list(said, "disjunction", words);
  return tree.kind === "any" ? any : words.t("none-group", { conditions: any });
}

/** One part of a tree; a group stands in brackets. */
export function sayNode(node: TreeNode, words: Words): string {
  if (!("of" in node)) return sayCondition(node, words);
  const conditions = sayGroup(node, words);
  return node.of.length === 1 && node.kind !== "none"
    ? conditions
    : words.t("or-group", { conditions });
}

function sayCondition(condition: Condition, words: Words): string {
  const { t, nameOf } = words;
  switch (condition.kind) {
    case "field":
      return sayField(condition, words);
    case "joined":
      return t("say-joined", {
        how: join([sayBranches(condition, words), sayWhen(condition.when, words)]),
      });
    case "mark": {
      const { mark, has, ids } = condition;
      const type = has === "all" ? "conjunction" : "disjunction";
      const names = list(
        ids.map((id) => nameOf("mark", id)),
        type,
        words,
      );
      return t(`say-${mark}-${has === "none" ? "none" : "any"}`, { names });
    }
    case "visit-count": {
      const { count, visits, when } = condition;
      const how = [sayCount(count, words), ...sayVisits(visits, words), sayWhen(when, words)];
      return t(count.max === 0 ? "say-not-visited" : "say-visited", { how: join(how) }).trim();
    }
    case "visit-time": {
      const { which, visits, when } = condition;
      const how = join([...sayVisits(visits, words), sayWhen(when, words)]);
      return t(which === "last" ? "say-last-visited" : "say-first-visited", { how });
    }
    case "visit-length": {
      const { which, minutes, visits, when } = condition;
      const { min, max } = minutes;
      const long = [
        min === undefined ? "" : t("say-stayed-min", { count: min }),
        max === undefined ? "" : t("say-stayed-max", { count: max }),
      ];
      const how = [...long, ...sayVisits(visits, words), sayWhen(when, words)];
      return t(`say-${which}`, { how: join(how) });
    }
    case "score": {
      const { min, max } = condition.points;
      const points = [
        min === undefined ? "" : t("say-points-min", { count: min }),
        max === undefined ? "" : t("say-points-max", { count: max }),
      ];
      return t("say-score", { points: join(points), part: t(`part-${condition.part}`) });
    }
    case "event":
      return sayEvent(condition, words);
    case "consent":
      return t(`say-${condition.state}`, { purpose: sayPurpose(condition, t) });
    case "segment": {
      const names = nameOf("segment", condition.id);
      return t(condition.member ? "say-in-segment" : "say-not-in-segment", { names });
    }
  }
}

function sayPurpose({ purpose, channel }: Of<"consent">, t: Texts): string {
  const name = t(`purpose-${purpose}`);
  if (purpose !== "marketing" || !channel) return name;
  return t("purpose-by", { purpose: name, channel: t(`channel-${channel}`) });
}

type Of<Kind extends Condition["kind"]> = Extract<Condition, { kind: Kind }>;

function sayEvent({ event, detail, count, when, branchIds }: Of<"event">, words: Words): string {
  const { t, nameOf } = words;
  const how = join([
    sayCount(count, words),
    sayBranches({ branchIds }, words),
    sayWhen(when, words),
  ]);
  const isNever = count.max === 0;
  if (event === "guest.connected")
    return t(isNever ? "say-not-sign-in" : "say-sign-in", { how }).trim();
  if (event === "access-code.used") return t(isNever ? "say-not-code" : "say-code", { how }).trim();
  const survey = detail === undefined ? t("any-survey") : nameOf("survey", detail);
  return t(isNever ? "say-not-survey" : "say-survey", { survey, how }).trim();
}

function sayCount({ min = 0, max }: CountRange, { t }: Words): string {
  if (max === 0) return "";
  if (max === undefined) return t("say-at-least", { count: min });
  if (min === max) return t("say-exactly", { count: max });
  return min === 0 ? t("say-at-most", { count: max }) : t("say-between", { min, max });
}

function sayVisits(visits: VisitFilter, words: Words): string[] {
  const { t, language } = words;
  const { brandIds, branchKinds, source, weekdays, hours, minutesMin, minutesMax } = visits;
  const { systems, forms } = visits;
  const days = weekdays?.toSorted().map((day) => nameOfDay(language, day));
  return [
    source ? t(`say-${source}`) : "",
    sayBranches(visits, words),
    brandIds ? t("say-of-brand", { names: sayNames("brand", brandIds, words) }) : "",
    branchKinds
      ? t("say-of-branch-kind", { names: sayNames("branchKind", branchKinds, words) })
      : "",
    forms ? t("say-with", { names: sayNames("form", forms, words) }) : "",
    systems ? t("say-running", { names: sayNames("system", systems, words) }) : "",
    days ? t("say-on", { names: list(days, "disjunction", words) }) : "",
    hours ? t("say-hours", hours) : "",
    minutesMin ? t("say-long", { count: minutesMin }) : "",
    minutesMax ? t("say-short", { count: minutesMax }) : "",
  ];
}

function sayBranches({ branchIds }: { branchIds?: string[] | undefined }, words: Words): string {
  if (!branchIds) return "";
  return words.t("say-at", { names: sayNames("branch", branchIds, words) });
}

function sayNames(
  kind: "branch" | "brand" | "branchKind" | "form" | "system",
  ids: readonly string[],
  words: Words,
): string {
  const names = ids.map((id) => words.nameOf(kind, id));
  return list(names, "disjunction", words);
}

function sayWhen(when: When | undefined, { t, language }: Words): string {
  if (!when) return "";
  if (when.is !== "days") return t(`say-${when.is}-${when.unit}`, { count: when.amount });
  const [from, to] = [when.from, when.to].map((day) => day && formatDay(language, day, "long"));
  if (from && to) return t("say-from-to", { from, to });
  return from ? t("say-from", { day: from }) : t("say-to", { day: to ?? "" });
}

const join = (parts: readonly string[]) => parts.filter(Boolean).join(" ");
