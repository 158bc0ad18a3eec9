import { strangerOf, type Viewer } from "@foyer/admission";
import type { BranchSettings, GuestMarks, Language } from "@foyer/contract";
import type { FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import { refuse } from "../../platform/errors.ts";
import { enterBeside } from "../../platform/session.ts";
import { listAnsweredBy } from "../surveys/index.ts";
import { findViewedCustomer } from "../visits/index.ts";
import type { MadeUpViewer } from "./schema.ts";

/** What somebody known still has to do before they are let in, and by what access is chosen. */
export type Standing = {
  /** The last version of the terms that they agreed to; 0: none. */
  agreedTerms: number;
  /** Whether their number was proved. */
  hasNumber: boolean;
  /** Keys of the fields that they are asked for no more. */
  given: readonly string[];
  marks: GuestMarks;
};

/** Somebody as a box would know them: what pages are chosen by, and what is said of them. */
export type Person = { viewer: Viewer; guestName: string | null; standing: Standing };

/** Of whoever is made up: nothing is in their way. */
export const USUAL_STANDING: Standing = {
  agreedTerms: Number.POSITIVE_INFINITY,
  hasNumber: true,
  given: [],
  marks: { groups: [], tags: [], tier: null },
};

const DAY_MS = 24 * 60 * 60 * 1000;

/** A customer as they are, for whoever may see customers; they read the branch's first language else. */
export async function findCustomerAsPerson(
  request: FastifyRequest,
  context: Context,
  { customerId, branch }: { customerId: string; branch: BranchSettings["branch"] },
): Promise<Person> {
  const entry = await enterBeside(request, "customers.read", context);
  return context.database.readTenant(entry, async (tx) => {
    const place = { customerId, branchId: branch.id };
    const found = await findViewedCustomer(tx, place);
    if (!found) throw refuse("not-found", "There is no such customer whose pages could be shown.");
    const { name, language, birthday, visitNumber, tenantVisitNumber, lastVisitAt } = found;
    const marks = { groups: found.groups, tags: found.tags, tier: found.tier };
    const viewer: Viewer = {
      ...{ isReturning: true, visitNumber, tenantVisitNumber, birthday, lastVisitAt },
      marks,
      answeredSurveys: await listAnsweredBy(tx, place),
      language: speak(language, branch.languages),
      shownPages: [],
    };
    const { agreedTerms, hasNumber, hasEmail, filledFields } = found;
    const usual = { name: name !== null, email: hasEmail, birthday: birthday !== null };
    const told = Object.entries(usual).flatMap(([key, isGiven]) => (isGiven ? [key] : []));
    const given = [...new Set([...told, ...filledFields])];
    const standing = { agreedTerms: agreedTerms ?? 0, hasNumber, given, marks };
    return { viewer, guestName: name, standing };
  });
}

/** Somebody who is not: known where they have been here before. */
export function makeUpPerson(
  given: MadeUpViewer,
  { now, languages }: { now: Date; languages: readonly Language[] },
): Person {
  const { name, visitNumber, daysSinceVisit } = given;
  const language = speak(given.language ?? null, languages);
  const standing = USUAL_STANDING;
  if (visitNumber === undefined && name === undefined)
    return { viewer: { ...strangerOf(language), ...answersOf(given) }, guestName: null, standing };
  const here = visitNumber ?? 1;
  const marks = { groups: given.groups ?? [], tags: given.tags ?? [], tier: given.tier ?? null };
  const viewer: Viewer = {
    ...answersOf(given),
    ...{ isReturning: true, visitNumber: here, language, shownPages: [] },
    tenantVisitNumber: given.tenantVisitNumber ?? here,
    marks,
    birthday: given.birthday ?? null,
    lastVisitAt:
      daysSinceVisit === undefined ? null : new Date(now.getTime() - daysSinceVisit * DAY_MS),
  };
  const told = name === undefined ? [] : ["name"];
  return { viewer, guestName: name ?? null, standing: { ...standing, given: told, marks } };
}

const answersOf = ({ answeredSurveys = [] }: MadeUpViewer) => ({ answeredSurveys });

function speak(language: Language | null, languages: readonly Language[]): Language {
  return languages.find((each) => each === language) ?? languages[0] ?? "en";
}
