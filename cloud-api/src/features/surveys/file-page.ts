import { openTemplates } from "@foyer/blocks";
import type { Brand, FileQuestion, Language } from "@foyer/contract";
import { drawGuestPage, type GuestPage } from "../../platform/guest-page.ts";
import { closesAt, FILES_DAYS, type KeptFile, viewFileQuestion } from "./file-rules.ts";
import en from "./locales/guest-en.json" with { type: "json" };
import fa from "./locales/guest-fa.json" with { type: "json" };
import vi from "./locales/guest-vi.json" with { type: "json" };

export type GuestKey = keyof typeof en;
const TEXTS: Readonly<Record<Language, Readonly<Record<GuestKey, string>>>> = { en, fa, vi };
const render = openTemplates(new URL("./views/", import.meta.url));

/** A button beside the browser's own name of what was chosen. */
const STYLE = `input.pick{height:auto;padding:.6rem;font-size:1rem}
.pick::file-selector-button{margin-inline-end:.75rem;padding:.6rem .9rem;border:0;border-radius:.6rem;background:var(--wash);color:var(--words);font:600 1rem/1.2 var(--sans)}
.pick+button{margin-top:.75rem}
form.line{margin:0 0 .5rem}`;

/** Where and for whom a customer's page of files is drawn. */
export type FilePlace = {
  brand: Brand | null;
  branchName: string;
  timeZone: string;
  languages: readonly Language[];
  language: Language;
  path: string;
};

/** Words of the page in a language; `{name}` in them is filled in. */
export function sayIn(language: Language) {
  return (key: GuestKey, values: Readonly<Record<string, string>> = {}): string =>
    TEXTS[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

export type Shown = {
  place: FilePlace;
  questions: readonly FileQuestion[];
  files: readonly KeptFile[];
  answeredAt: Date;
  /** What has just become of it. */
  told: "added" | "removed" | "same" | null;
  fault: { questionId: string; text: string } | null;
};

/** The page on which a customer adds files to an answer. */
export function drawFilePage(shown: Shown): GuestPage {
  const { place, questions, files, told, fault } = shown;
  const { language, timeZone, path } = place;
  const say = sayIn(language);
  const moment = new Intl.DateTimeFormat(language, {
    ...{ day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone },
  }).format(closesAt(shown.answeredAt));
  const body = render("files", {
    ...{ language, path, title: say("title"), lead: say("lead"), told: told && say(told) },
    words: TEXTS[language],
    until: say("until", { moment }),
    questions: questions.map((question) => ({
      ...viewFileQuestion(question, files, { language, say }),
      fault: fault?.questionId === question.id ? fault.text : null,
    })),
  });
  return drawWhole(place, { title: say("title"), body });
}

const LOOK_AGAIN_SECONDS = 10;

/** A page that says one thing; `unknown` looks again by itself. */
export function drawFileNotice(place: FilePlace, what: "unknown" | "over"): GuestPage {
  const say = sayIn(place.language);
  const days = new Intl.NumberFormat(place.language).format(FILES_DAYS);
  const title = say(`${what}.title`);
  const body = render("files-notice", { title, text: say(`${what}.text`, { days }) });
  const url = `${place.path}?language=${place.language}`;
  const refresh = what === "unknown" ? { seconds: LOOK_AGAIN_SECONDS, url } : undefined;
  return drawWhole(place, { title, body, refresh });
}

type Whole = {
  title: string;
  body: string;
  refresh?: { seconds: number; url: string } | undefined;
};

function drawWhole(place: FilePlace, { title, body, refresh }: Whole): GuestPage {
  const { brand, branchName: name, language, languages, path } = place;
  return drawGuestPage({
    ...{ brand, name, language, title, body, refresh, style: STYLE },
    languages: languages.map((each) => ({ language: each, href: `${path}?language=${each}` })),
  });
}
