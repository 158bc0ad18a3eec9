import type { Language } from "@foyer/contract";
import type { Configured, Outgoing } from "./adapters/adapter.ts";
import { fillIn, withoutAccents } from "./rules.ts";

/** What a guest reads where the sender has no words of its own. */
const TEXTS: Record<Language, { text: string; subject: string; link: string }> = {
  vi: {
    text: "{{code}} là mã Wi-Fi của bạn tại {{branch}}. Mã có hiệu lực {{minutes}} phút.",
    subject: "{{code}} là mã Wi-Fi của bạn",
    link: "Hoặc mở trang đã điền sẵn mã, khi đang dùng Wi-Fi này: {{link}}",
  },
  en: {
    text: "{{code}} is your Wi-Fi code for {{branch}}. It works for {{minutes}} min.",
    subject: "{{code}} is your Wi-Fi code",
    link: "Or open it filled in, on this Wi-Fi: {{link}}",
  },
  fa: {
    text: "{{code}} کد وای‌فای شما در {{branch}} است. {{minutes}} دقیقه کار می‌کند.",
    subject: "{{code}} کد وای‌فای شماست",
    link: "یا صفحه را با کد پرشده باز کنید، روی همین وای‌فای: {{link}}",
  },
};

export type Words = {
  code: string;
  branchName: string;
  minutes: number;
  language: Language;
  /** The portal's https host, or null. */
  host: string | null;
  /** Only in an e-mail: a page with the code filled in. */
  link: string | null;
};

/** The words of one message, as this sender has them. */
export function writeMessage(sender: Configured, words: Words): Pick<Outgoing, "text" | "subject"> {
  const { code, branchName: branch, language, host, link } = words;
  const values = { code, branch, minutes: String(words.minutes) };
  const own = { vi: sender.textVi, en: sender.textEn, fa: "" }[language];
  const ownSubject = { vi: sender.subjectVi, en: sender.subjectEn, fa: "" }[language];
  const filled = fillIn(own || TEXTS[language].text, values);
  const text = sender.unaccented === "on" ? withoutAccents(filled) : filled;
  // WICG, Origin-bound one-time codes delivered via SMS, §2: the last line, and nothing after it.
  const bound = host === null ? text : `${text}\n@${host} #${code}`;
  const linked = link === null ? bound : `${text}\n\n${fillIn(TEXTS[language].link, { link })}`;
  return { text: linked, subject: fillIn(ownSubject || TEXTS[language].subject, values) };
}
