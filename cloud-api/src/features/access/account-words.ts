import type { MailFacts, MailKind } from "./account-queries.ts";
import en from "./locales/en.json" with { type: "json" };
import mailEn from "./locales/mail-en.json" with { type: "json" };
import mailVi from "./locales/mail-vi.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import { DISOWN_HOURS, RESET_MINUTES, SIGN_UP_MINUTES } from "./rules.ts";
import type { StaffLanguage } from "./schema.ts";

const TEXTS: Record<StaffLanguage, Readonly<Record<string, unknown>>> = {
  en: { ...en, ...mailEn },
  vi: { ...vi, ...mailVi },
};
const LOCALE = { en: "en-GB", vi: "vi-VN" } as const;

export type WordedMail = {
  kind: MailKind | "sign-up-known";
  language: StaffLanguage;
  facts: MailFacts & { email: string };
  /** Empty where the mail has none. */
  link: string;
};

/** What the owner of an account is written. Nothing in it was typed by whoever caused it. */
export function writeAccountMail({ kind, language, facts, link }: WordedMail): {
  subject: string;
  text: string;
} {
  const say = (key: string, values: Readonly<Record<string, string | number>> = {}) =>
    fill(String(TEXTS[language][key] ?? key), values);
  const { browser, system, network, signedInAt, origin, email } = facts;
  const where = [browser ?? say("unknown-browser"), system, network].filter(Boolean).join(" · ");
  // Nobody's time zone is known before they are signed in.
  const when = new Intl.DateTimeFormat(LOCALE[language], {
    ...{ dateStyle: "full", timeStyle: "short", timeZone: "UTC" },
  }).format(new Date(signedInAt ?? 0));
  const values = {
    ...{ email, where, link, when: `${when} UTC`, signIn: `${origin}/sign-in` },
    ...{ resetMinutes: RESET_MINUTES, signUpMinutes: SIGN_UP_MINUTES, disownHours: DISOWN_HOURS },
  };
  const isAsked = ["reset", "sign-up", "sign-up-known"].includes(kind);
  const parts = [say(`mail-${kind}`, values), ...(isAsked ? [] : [say("mail-not-you", values)])];
  return { subject: say(`mail-${kind}-subject`), text: `${parts.join("\n\n")}\n` };
}

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
