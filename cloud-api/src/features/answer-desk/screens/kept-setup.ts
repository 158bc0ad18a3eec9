import type { DeskReply } from "../schema.ts";
import { parseFields, type Shelf } from "./kept-answers.ts";

const SETUP = "answer-desk:setup";

export function keepSetup(shelf: Shelf, setup: DeskReply): void {
  try {
    shelf.setItem(SETUP, JSON.stringify(setup));
  } catch {
    // No room: what lies there serves on, and the next fetch tries again. Nothing told is held up by it.
  }
}

/**
 * What is asked where, as this device fetched it last; null: never, or what lies there is spoilt or
 * that of an older page. Then it is fetched anew.
 */
export function readSetup(shelf: Shelf): DeskReply | null {
  const text = shelf.getItem(SETUP);
  const setup = (text === null ? null : parseFields(text)) as Partial<DeskReply> | null;
  const { companyId, staff, branches, saleTypes = [] } = setup ?? {};
  const isWhole =
    typeof companyId === "string" &&
    typeof staff?.id === "string" &&
    Array.isArray(branches) &&
    Array.isArray(saleTypes) &&
    saleTypes.every((type) => typeof type?.id === "string") &&
    branches.every(isBranch);
  return isWhole ? { ...(setup as DeskReply), saleTypes } : null;
}

function isBranch(branch: Partial<DeskReply["branches"][number]> | null): boolean {
  const { languages, surveys } = branch ?? {};
  return (
    Array.isArray(languages) &&
    Array.isArray(surveys) &&
    surveys.every((survey) => Array.isArray(survey?.questions))
  );
}
