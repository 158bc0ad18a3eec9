import { formatBytes, formatCount, formatDay } from "../../../shell/format.ts";
import { type Language, LOCALE } from "../../../shell/translate.ts";
import { sayHours } from "../../../shell/weekly-hours.ts";
import { fitsEverybody } from "../rules.ts";
import type { Policy } from "../schema.ts";
import { readLastDay } from "./days.ts";
import type { Texts } from "./texts.ts";

/** What a policy is said with: a language, the names of groups, tags and tiers, a clock. */
export type Words = {
  t: Texts;
  language: Language;
  /** Null: it is not there (any more). */
  nameOf: (markId: string) => string | null;
  timeZone: string;
  now: Date;
};

const METHODS = [
  "phone-code",
  "member-code",
  "email-code",
  "room",
  "click-through",
  "returning",
] as const;
const MINUTES_IN_WORDS_MAX = 120;

/** Whom a policy is for, such as "Guests of group VIP, from visit 5 on". */
export function sayWho(policy: Policy, words: Words): string {
  const { t } = words;
  if (fitsEverybody(policy)) return t("who-everybody");
  const { methods, groups = [], tags = [], tiers = [] } = policy.when;
  const name = (id: string) => words.nameOf(id) ?? t("gone");
  const known = METHODS.filter((method) => methods.includes(method));
  const others = methods.filter((method) => !known.some((each) => each === method));
  const ways = [...known.map((method) => t(`method-${method}`)), ...others];
  const conditions = [
    groups.length > 0 && t("who-groups", { names: listOr(groups.map(name), words) }),
    tags.length > 0 && t("who-tags", { names: listOr(tags.map(name), words) }),
    tiers.length > 0 && t("who-tiers", { names: listOr(tiers.map(name), words) }),
    ways.length > 0 && t("who-methods", { names: listOr(ways, words) }),
    sayVisits(policy, words),
  ].filter(Boolean);
  return t("who-guests", { conditions: conditions.join(", ") });
}

function sayVisits({ when }: Policy, { t }: Words): string {
  const { visitNumberMin: from, visitNumberMax: to = null } = when;
  if (from !== null && to !== null && from === to) return t("who-visit", { from });
  if (to !== null) return from === null ? t("who-to", { to }) : t("who-between", { from, to });
  return from !== null && from > 1 ? t("who-from", { from }) : "";
}

/** What a policy gives, such as "2 hours a visit, 20/5 Mbit/s". */
export function sayLimits(policy: Policy, words: Words): string {
  const { t } = words;
  const { quotas = [], idleSeconds, devicesMax } = policy;
  const session = {
    ...({ per: "session", seconds: policy.sessionSeconds, bytes: policy.sessionBytes } as const),
    ...{ uploadBytes: policy.sessionUploadBytes, downloadBytes: policy.sessionDownloadBytes },
  };
  const periods = [session, ...quotas];
  const limits = [
    ...periods.map(
      ({ per, seconds }) => seconds && t(`per-${per}`, { amount: sayTime(seconds, words) }),
    ),
    ...periods.flatMap(({ per, ...volumes }) =>
      sayVolumes(volumes, words).map((amount) => t(`per-${per}`, { amount })),
    ),
    sayRates(policy, words),
    devicesMax !== undefined && t("devices", { count: devicesMax }),
    idleSeconds !== null && t("idle", { amount: sayTime(idleSeconds, words) }),
    ...(policy.allowedHours ?? []).map((hours) =>
      sayHours(hours, { language: words.language, everyDay: words.t("every-day") }),
    ),
    sayEnd(policy, words),
  ].filter((each) => typeof each === "string" && each !== "");
  return limits.length === 0 ? t("unlimited") : limits.join(", ");
}

type Volumes = {
  bytes: number | null;
  downloadBytes?: number | null | undefined;
  uploadBytes?: number | null | undefined;
};

/** Of both ways together, and of each by itself. */
function sayVolumes(volumes: Volumes, { t, language }: Words): string[] {
  const { bytes, downloadBytes, uploadBytes } = volumes;
  const said: string[] = [];
  if (bytes) said.push(formatBytes(language, bytes));
  if (downloadBytes)
    said.push(t("volume-of-down", { amount: formatBytes(language, downloadBytes) }));
  if (uploadBytes) said.push(t("volume-of-up", { amount: formatBytes(language, uploadBytes) }));
  return said;
}

function sayRates({ downloadKbps, uploadKbps }: Policy, { t, language }: Words): string {
  const [down, up] = [downloadKbps, uploadKbps].map((kbps) =>
    kbps === null ? null : formatCount(language, kbps / 1000),
  );
  if (down && up) return t("rates", { down, up });
  if (down) return t("rate-down", { down });
  return up ? t("rate-up", { up }) : "";
}

/** Whole hours as such, anything else in minutes: `2 hours`, `90 minutes`. */
export function sayTime(seconds: number, { language }: Pick<Words, "language">): string {
  const minutes = Math.round(seconds / 60);
  const isHours = minutes % 60 === 0 || minutes > MINUTES_IN_WORDS_MAX;
  const [value, unit] = isHours ? [minutes / 60, "hour"] : [minutes, "minute"];
  const style = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(LOCALE[language], style).format(value);
}

function sayEnd({ validUntil }: Policy, { t, language, timeZone, now }: Words): string {
  if (validUntil === undefined) return "";
  const day = formatDay(language, readLastDay(validUntil, timeZone), "long");
  return new Date(validUntil) <= now ? t("ended", { day }) : t("until", { day });
}

function listOr(names: readonly string[], { language }: Words): string {
  return new Intl.ListFormat(LOCALE[language], { type: "disjunction" }).format(names);
}
