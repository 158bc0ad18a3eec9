import en from "./locales/en.json" with { type: "json" };
import mailEn from "./locales/mail-en.json" with { type: "json" };
import mailVi from "./locales/mail-vi.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import type { NamedSilence } from "./silence-queries.ts";

type Texts = Readonly<Record<string, string | { one?: string; other: string }>>;
const TEXTS: Record<"en" | "vi", Texts> = {
  en: { ...en, ...mailEn },
  vi: { ...vi, ...mailVi },
};
const LOCALE = { en: "en-GB", vi: "vi-VN" } as const;

export type SilenceMail = {
  language: "en" | "vi";
  begun: readonly NamedSilence[];
  over: readonly NamedSilence[];
  /** Where staff reach Foyer; empty: this process does not know. */
  origin: string;
};

/** What staff are written: one mail of all that fell silent, or was heard again, about the same time. */
export function writeSilenceMail(mail: SilenceMail): { subject: string; text: string } {
  const { language, begun, over, origin } = mail;
  const say = (key: string, values: Readonly<Record<string, string | number>> = {}) =>
    fill(language, key, values);
  const at = (moment: Date, timeZone: string) =>
    new Intl.DateTimeFormat(LOCALE[language], {
      ...{ timeZone, weekday: "short", day: "numeric", month: "numeric" },
      ...{ hour: "2-digit", minute: "2-digit" },
    }).format(moment);
  const lineOf = (key: string, { boxId, boxName, branchName, ...silence }: NamedSilence) => {
    const moment = key === "mail-over-line" ? silence.endedAt : silence.lastHeardAt;
    const when = moment ? at(moment, silence.timeZone) : "";
    const line = `- ${say(key, { branch: branchName, box: boxName, when })}`;
    return origin === "" ? line : `${line}\n  ${origin}/boxes/${boxId}`;
  };
  const parts = [
    begun.length > 0 && [
      say("mail-begun"),
      ...begun.map((each) => lineOf("mail-begun-line", each)),
      "",
      say("silent-advice"),
    ],
    over.length > 0 && [say("mail-over"), ...over.map((each) => lineOf("mail-over-line", each))],
    [say("mail-why")],
  ];
  const told = begun.length > 0 ? begun : over;
  const subject = say(begun.length > 0 ? "mail-begun-subject" : "mail-over-subject", {
    count: told.length,
    branch: told[0]?.branchName ?? "",
  });
  const text = parts.flatMap((part) => (part === false ? [] : part.join("\n"))).join("\n\n");
  return { subject, text: `${text}\n` };
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
