import {
  COUPON_STYLE,
  chooseText,
  openTemplates,
  renderQuestions,
  SURVEY_STYLE,
  sayPromise,
} from "@foyer/blocks";
import type { Language, LocalText, Survey } from "@foyer/contract";
import { drawGuestPage, type GuestPage } from "../../platform/guest-page.ts";
import type { AnswerCoupon } from "../coupons/index.ts";
import type { LinkPlace } from "./door.ts";
import en from "./locales/guest-en.json" with { type: "json" };
import fa from "./locales/guest-fa.json" with { type: "json" };
import vi from "./locales/guest-vi.json" with { type: "json" };
import type { Step } from "./steps.ts";

type GuestKey = keyof typeof en;
const TEXTS: Readonly<Record<Language, Readonly<Record<GuestKey, string>>>> = { en, fa, vi };
const render = openTemplates(new URL("./views/", import.meta.url));

type Asks = Extract<Step, { kind: "asks" }>;

/** A step of a survey; `offer` is what it is answered for. */
export function drawStep(
  place: LinkPlace,
  survey: Survey,
  { step, offer }: { step: Asks; offer: LocalText | null },
): GuestPage {
  const { language, languages, path } = place;
  const texts = TEXTS[language];
  const words = (text: LocalText | undefined) => chooseText(text, language, languages);
  const title = words(survey.title) ?? "";
  const mayGoOn = step.shown.length < survey.questions.length;
  const body = render("step", {
    ...{ title, action: `${path}?language=${language}`, version: survey.version ?? "" },
    intro: step.isFirst ? words(survey.intro) : null,
    promise: step.isFirst && offer ? sayPromise(offer, { language, languages }) : null,
    ...{ shown: step.shown, carried: step.carried },
    blocks: renderQuestions(step.questions, step, { language, languages }),
    submit: texts[mayGoOn ? "next" : "send"],
  });
  return drawWhole(place, { title, body, style: SURVEY_STYLE });
}

/** Thanks, with what was earned and the way to the page that takes files. */
export function drawThanks(
  place: LinkPlace,
  thanked: { survey: Survey | null; coupon: AnswerCoupon | null; filesHref: string | null },
): GuestPage {
  const { language, languages, timeZone } = place;
  const texts = TEXTS[language];
  const { survey, coupon, filesHref } = thanked;
  const text = chooseText(survey?.thanks, language, languages) ?? texts.thanksText;
  const body = render("thanks", {
    ...{ title: texts.thanks, text, files: texts.files, filesHref },
    coupon: coupon && viewCoupon(coupon, { language, languages, timeZone }),
    show: texts.show,
  });
  return drawWhole(place, { title: texts.thanks, body, style: COUPON_STYLE });
}

const ALL_LANGUAGES: readonly Language[] = ["vi", "en", "fa"];

function viewCoupon(
  { offer, name, code, validUntil }: AnswerCoupon,
  { language, languages, timeZone }: Pick<LinkPlace, "language" | "languages" | "timeZone">,
) {
  // What one is good for is better read in whichever language it was written in than not.
  const say = (text: LocalText) => chooseText(text, language, [...languages, ...ALL_LANGUAGES]);
  const day = new Intl.DateTimeFormat(language, {
    ...{ day: "numeric", month: "long", year: "numeric", timeZone },
  }).format(new Date(validUntil));
  const until = TEXTS[language].until.replace("{day}", day);
  return { offer: say(offer) ?? "", name: say(name) ?? "", code, until };
}

/** What is said of a link that leads nowhere, whatever became of it. */
export function drawClosed(place: LinkPlace): GuestPage {
  const texts = TEXTS[place.language];
  const title = texts.closed;
  return drawWhole(place, { title, body: render("closed", { title, text: texts.closedText }) });
}

function drawWhole(
  { brand, branchName: name, language, languages, path }: LinkPlace,
  { title, body, style = "" }: { title: string; body: string; style?: string },
): GuestPage {
  return drawGuestPage({
    ...{ brand, name, language, title, body, style },
    languages: languages.map((each) => ({ language: each, href: `${path}?language=${each}` })),
  });
}
