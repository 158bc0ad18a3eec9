import type { GuestMarks, Language } from "@foyer/contract";
import type { ViewedGuest } from "./guests.ts";
import { findVisitsAndMarks } from "./known-guests.ts";
import type { Reader } from "./open.ts";
import { listShownPages, type ShownPage } from "./shown-pages.ts";
import { listAnsweredSurveys } from "./survey-answers.ts";
import { findLastVisitEnd, findVisitNumbers } from "./visits.ts";

/** What a page is chosen by, of a guest who is known: portal and radius both read it here. */
export type GuestViewer = {
  isReturning: true;
  visitNumber: number;
  tenantVisitNumber: number;
  marks: GuestMarks;
  answeredSurveys: readonly string[];
  birthday: string | null;
  language: Language;
  lastVisitAt: Date | null;
  shownPages: readonly ShownPage[];
};

/** What the branch's pages ask for; the rest is not looked up. */
export type ViewerQuestions = { surveys: boolean; lastVisit: boolean; shownPages: boolean };

export function findViewer(tx: Reader, guest: ViewedGuest, asks: ViewerQuestions): GuestViewer {
  const { id, birthday, language } = guest;
  const known = findVisitsAndMarks(tx, id);
  const visits = findVisitNumbers(tx, id, known.visits);
  return {
    isReturning: true,
    visitNumber: visits.here,
    tenantVisitNumber: visits.anywhere,
    marks: known.marks,
    answeredSurveys: asks.surveys ? listAnsweredSurveys(tx, id) : [],
    birthday,
    language,
    lastVisitAt: asks.lastVisit ? findLastVisitEnd(tx, id) : null,
    shownPages: asks.shownPages ? listShownPages(tx, id) : [],
  };
}
