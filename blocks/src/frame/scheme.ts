import { contrastOf, luminanceOf, mix, moveAway } from "./colours.ts";

/** The colours of a page but for its accent. Every pair that carries words is readable. */
export type Scheme = {
  paper: string;
  card: string;
  words: string;
  quiet: string;
  line: string;
  edge: string;
  wash: string;
  bad: string;
  badwash: string;
  /** The accent where it is itself words. */
  link: string;
};

/** WCAG 2.2 §1.4.6: what is read most has more than it must. */
export const WORDS_CONTRAST_MIN = 7;
const DARK_WORDS = "#1b1713";
const LIGHT_WORDS = "#f7f2ea";
/** As dark as a page is at night. */
const DARK_LUMINANCE_MAX = 0.012;
/** Where black and white are as readable. */
const MIDDLE_LUMINANCE = 0.18;
const STEPS = 50;

/** By day the page has the brand's colour, and by night the same one darkened. */
export function schemesOf(pageColour: string, accent: string): { light: Scheme; dark: Scheme } {
  const isDark = (colour: string) => luminanceOf(colour) <= DARK_LUMINANCE_MAX;
  const night = mixUntil(pageColour, "#000000", isDark);
  return { light: schemeOf(pageColour, accent), dark: schemeOf(night, accent) };
}

/** A page colour that is too much in the middle to be read on is moved, as little as is enough. */
function schemeOf(pageColour: string, accent: string): Scheme {
  const isLight = luminanceOf(pageColour) > MIDDLE_LUMINANCE;
  const words = isLight ? DARK_WORDS : LIGHT_WORDS;
  const washOf = (paper: string) => mix(paper, words, 0.06);
  const paper = mixUntil(
    pageColour,
    isLight ? "#ffffff" : "#000000",
    (colour) => contrastOf(words, washOf(colour)) >= WORDS_CONTRAST_MIN,
  );
  const wash = washOf(paper);
  return {
    ...{ paper, words, wash },
    card: isLight ? mix(paper, "#ffffff", 0.6) : wash,
    quiet: moveAway(mix(words, paper, 0.35), wash),
    line: mix(paper, words, 0.16),
    // WCAG 2.2 §1.4.11: what shows where a field is has 3:1.
    edge: mixUntil(mix(paper, words, 0.3), words, (colour) => contrastOf(colour, paper) >= 3),
    bad: moveAway(isLight ? "#b3261e" : "#ff9d94", wash),
    badwash: wash,
    link: moveAway(accent, wash),
  };
}

function mixUntil(from: string, to: string, isEnough: (colour: string) => boolean): string {
  for (let step = 0; step <= STEPS; step += 1) {
    const mixed = mix(from, to, step / STEPS);
    if (isEnough(mixed)) return mixed;
  }
  return to;
}
