import { type PrintedReport, printCell } from "../../platform/printed.ts";
import en from "./locales/mail-en.json" with { type: "json" };
import vi from "./locales/mail-vi.json" with { type: "json" };

export const MAIL_TEXTS = { en, vi };

/** To whom, and why they get it. */
type Around = {
  language: "en" | "vi";
  /** Where the report's page is, and where its reader ends these mails. */
  links: { open: string; stop: string };
  /** The colleague who had it written; null: its reader themselves. */
  orderer: string | null;
};
type Written = Around & { printed: PrintedReport };
/** `days`: those of its days that can be told; null: none. */
type Untold = Around & { name: string; days: { from: string; to: string } | null };

type MailText = { subject: string; text: string };

/** What is written above the attached pages. */
export function writeReportMail({ printed, ...around }: Written): MailText {
  const { title, about, source, figures } = printed;
  const lines = figures.map(({ label, now, before }) =>
    before === null ? `${label}: ${now}` : `${label}: ${now} (${before})`,
  );
  return {
    subject: [title, ...about].join(" · "),
    text: join([[title, ...about].join("\n"), lines.join("\n"), source], around),
  };
}

/** What is written in place of a report of more visits than are counted. */
export function writeUntoldMail({ name, days, ...around }: Untold): MailText {
  const texts = MAIL_TEXTS[around.language];
  const way = days
    ? texts["untold-days"].replace(/\{(from|to)\}/g, (_, each: "from" | "to") =>
        printCell(around.language, days[each]),
      )
    : texts["untold-none"];
  return { subject: name, text: join([name, texts.untold, way], around) };
}

function join(told: readonly string[], { language, links, orderer }: Around): string {
  const texts = MAIL_TEXTS[language];
  const parts = [
    ...told,
    texts.open.replace("{address}", () => links.open),
    orderer === null ? texts.why : texts["why-colleague"].replace("{name}", () => orderer),
    texts.stop.replace("{address}", () => links.stop),
  ];
  return `${parts.join("\n\n")}\n`;
}
