/** What style.eta draws a page with whose brand names no colour for it. */
export const LIGHT_PAPER = "#fffdf9";
export const LIGHT_PAPER_WORDS = "#26211c";
export const DARK_PAPER = "#16130f";
export const DARK_PAPER_WORDS = "#f3ede4";
