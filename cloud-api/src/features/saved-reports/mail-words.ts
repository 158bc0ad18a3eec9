import type { PrintedReport } from "../../platform/printed.ts";
import en from "./locales/mail-en.json" with { type: "json" };
import vi from "./locales/mail-vi.json" with { type: "json" };

const TEXTS = { en, vi };

type Written = {
  language: "en" | "vi";
  printed: PrintedReport;
  /** Where the report's page is; empty: this process does not know. */
  address: string;
};

/** What is written above the attached pages. */
export function writeReportMail({ language, printed, address }: Written): {
  subject: string;
  text: string;
} {
  const texts = TEXTS[language];
  const { title, about, source, figures } = printed;
  const lines = figures.map(({ label, now, before }) =>
    before === null ? `${label}: ${now}` : `${label}: ${now} (${before})`,
  );
  const parts = [
    [title, ...about].join("\n"),
    lines.join("\n"),
    source,
    ...(address === "" ? [] : [texts.open.replace("{address}", () => address)]),
    texts.why,
  ];
  return { subject: [title, ...about].join(" · "), text: `${parts.join("\n\n")}\n` };
}
