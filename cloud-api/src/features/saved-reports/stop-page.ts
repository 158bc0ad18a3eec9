import { openTemplates } from "@foyer/blocks";
import { drawGuestPage, type GuestPage } from "../../platform/guest-page.ts";
import { MAIL_TEXTS } from "./mail-words.ts";

const render = openTemplates(new URL("./views/", import.meta.url));
/** Whoever reads it need not be signed in: it says what the mail said, and no numbers. */
const HEAD = "Foyer";

type Shown = {
  what: "stop" | "stopped" | "nothing";
  language: "en" | "vi";
  path: string;
  report?: string;
  company?: string;
};

/** The page behind the link at the end of a report's mail. */
export function drawStopPage({
  what,
  language,
  path,
  report = "",
  company = "",
}: Shown): GuestPage {
  const texts = MAIL_TEXTS[language];
  const title = texts[`${what}-title`];
  const text = texts[`${what}-text`].replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === "report" ? report : company,
  );
  const button = what === "stop" ? texts["stop-button"] : null;
  // What is said after it is said in the language that was chosen.
  const body = render("stop", { title, text, button, path: `${path}?language=${language}` });
  const languages = (["vi", "en"] as const).map((each) => ({
    ...{ language: each, href: `${path}?language=${each}` },
  }));
  return drawGuestPage({ brand: null, name: company || HEAD, language, languages, title, body });
}
