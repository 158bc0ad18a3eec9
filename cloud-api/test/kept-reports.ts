import { expect } from "vitest";
import type { SavedBody, SavedReply, ToldReply } from "../src/features/saved-reports/schema.ts";
import { newId } from "../src/platform/clock.ts";
import type { TestStaff } from "./open-test-site.ts";

const PATH = "/api/v1/saved-reports";

/** Keeps reports of one kind, and reads what they say. */
export function openKeptReports(first: Pick<SavedBody, "report" | "days">) {
  const bodyOf = (more: Partial<SavedBody> = {}): SavedBody => ({
    ...{ name: newId(), period: null, compared: "before", query: {}, shared: true },
    ...{ ...first, ...more },
  });
  const keep = (who: TestStaff, more: Partial<SavedBody> = {}) =>
    who.request("POST", PATH, bodyOf(more));
  return {
    keep,
    save: async (who: TestStaff, more: Partial<SavedBody> = {}): Promise<string> => {
      const { status, body } = await keep(who, more);
      expect(status).toBe(201);
      return (body as SavedReply).id;
    },
    tell: (who: TestStaff, id: string, asked = "") =>
      who.get<ToldReply>(`${PATH}/${id}/figures?file=en${asked}`),
    /** As it is answered, refused or not; `form`: `.csv`. */
    look: (who: TestStaff, id: string, form = "") =>
      who.request("GET", `${PATH}/${id}/figures${form}`),
    take: async (who: TestStaff, id: string, form: "csv" | "xlsx" | "pdf") =>
      (await who.download(`${PATH}/${id}/figures.${form}?file=vi`)).bytes,
  };
}

/** The status of a refusal, and the field that it names. */
export async function refusalOf(asked: Promise<{ status: number; body: unknown }>) {
  const { status, body } = await asked;
  return [status, (body as { field?: string }).field];
}

/** Each main number beside that of before. */
export const numbersOf = ({ figures }: ToldReply) =>
  Object.fromEntries(figures.map(({ name, now, before }) => [name, [now, before]]));

/** The rows of a part, each with the numbers of before behind its own. */
export const rowsOf = ({ parts }: ToldReply, name: string) => {
  const part = parts.find((each) => each.name === name);
  return part?.rows.map(({ cells, before }) => [...cells, ...(before?.slice(part.keys) ?? [null])]);
};
