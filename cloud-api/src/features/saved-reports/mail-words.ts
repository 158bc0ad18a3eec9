import type { PrintedReport } from "../../platform/printed.ts";
import en from "./locales/mail-en.json" with { type: "json" };
import vi from "./locales/mail-vi.json" with { type: "json" };

export const MAIL_TEXTS = { en, vi };

type Written = {
  language: "en" | "vi";
  printed: PrintedReport;
  /** Where the report's page is, and where its reader ends these mails. */
  links: { open: string; stop: string };
  /** The colleague who had it written; null: its reader themselves. */
  orderer: string | null;
};

/** What is written above the attached pages. */
export function writeReportMail({ language, printed, links, orderer }: Written): {
  subject: string;
  text: string;
} {
  const texts = MAIL_TEXTS[language];
  const { title, about, source, figures } = printed;
  const lines = figures.map(({ label, now, before }) =>
    before === null ? `${label}: ${now}` : `${label}: ${now} (${before})`,
  );
  const parts = [
    [title, ...about].join("\n"),
    lines.join("\n"),
    source,
    texts.open.replace("{address}", () => links.open),
    orderer === null ? texts.why : texts["why-colleague"].replace("{name}", () => orderer),
    texts.stop.replace("{address}", () => links.stop),
  ];
  return { subject: [title, ...about].join(" · "), text: `${parts.join("\n\n")}\n` };
}
