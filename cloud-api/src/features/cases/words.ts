import mailEn from "./locales/mail-en.json" with { type: "json" };
import mailVi from "./locales/mail-vi.json" with { type: "json" };
import type { ToldCase } from "./mail-queries.ts";

type Texts = Readonly<Record<string, string | { one?: string; other: string }>>;
const TEXTS: Record<"en" | "vi", Texts> = { en: mailEn, vi: mailVi };
const LOCALE = { en: "en-GB", vi: "vi-VN" } as const;
/** A mail that names more than these says how many more there are. */
const NAMED_MAX = 20;

export type CaseMail = {
  language: "en" | "vi";
  cases: readonly ToldCase[];
  /** Where staff reach Foyer; empty: this process does not know. */
  origin: string;
};

/** What staff are written. What guests wrote stays in Foyer: a mailbox forgets nobody. */
export function writeCaseMail({ language, cases, origin }: CaseMail): {
  subject: string;
  text: string;
} {
  const say = (key: string, values: Readonly<Record<string, string | number>> = {}) =>
    fill(language, key, values);
  const at = (moment: Date, timeZone: string) =>
    new Intl.DateTimeFormat(LOCALE[language], {
      ...{ timeZone, weekday: "short", day: "numeric", month: "numeric" },
      ...{ hour: "2-digit", minute: "2-digit" },
    }).format(moment);
  const lineOf = ({ id, branchName, place, lowest, answeredAt, dueAt, timeZone }: ToldCase) => {
    const line = say("mail-line", {
      branch: place === null ? branchName : `${branchName} · ${place}`,
      stars: say("mail-stars", { count: lowest ?? 0 }),
      when: at(answeredAt, timeZone),
      due: at(dueAt, timeZone),
    });
    return origin === "" ? `- ${line}` : `- ${line}\n  ${origin}/cases/${id}`;
  };
  const more = cases.length - NAMED_MAX;
  const parts = [
    say("mail-begin", { count: cases.length }),
    cases.slice(0, NAMED_MAX).map(lineOf).join("\n"),
    ...(more > 0 ? [say("mail-more", { count: more })] : []),
    say("mail-why"),
  ];
  const subject = say("mail-subject", { count: cases.length, branch: cases[0]?.branchName ?? "" });
  return { subject, text: `${parts.join("\n\n")}\n` };
}

function fill(
  language: "en" | "vi",
  key: string,
  values: Readonly<Record<string, string | number>>,
): string {
  const text = TEXTS[language][key] ?? key;
  const isOne = Number(values.count) === 1;
  const form = typeof text === "string" ? text : (isOne && text.one) || text.other;
  return form.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
