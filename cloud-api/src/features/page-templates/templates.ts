import { readFileSync } from "node:fs";
import { nameSource, type PageContent } from "../pages/index.ts";
import birthday from "./birthday.json" with { type: "json" };
import firstVisit from "./first-visit.json" with { type: "json" };
import happyHour from "./happy-hour.json" with { type: "json" };
import { asksTet, findTet, placeInYear } from "./rules.ts";
import type { TemplateId, TemplateReply } from "./schema.ts";
import survey from "./survey.json" with { type: "json" };
import tet from "./tet.json" with { type: "json" };
import welcomeBack from "./welcome-back.json" with { type: "json" };

/** In the order they are offered. */
const documents = [firstVisit, welcomeBack, birthday, happyHour, survey, tet];

/** The templates as they are at a moment: one that is of the new year begins with the coming one. */
export function listTemplates(now: Date): TemplateReply[] {
  const newYear = findTet(now);
  return known.flatMap((template) => {
    if (!asksTet(template)) return [template];
    return newYear === null ? [] : [placeInYear(template, newYear)];
  });
}

export function findTemplate(id: TemplateId, now: Date): TemplateReply | null {
  return listTemplates(now).find((each) => each.id === id) ?? null;
}

const known = documents.map(({ id, name, hint, when, blocks }): TemplateReply => {
  const content = { when, blocks: blocks.map(withPicture) };
  // What the documents hold is proved by their test, not by the compiler.
  return { id: id as TemplateId, name, hint, content: content as TemplateReply["content"] };
});

type Block = PageContent["blocks"][number];

/** A picture lies beside the documents, by its name, and stands within what is made of it. */
function withPicture({ kind, fields }: { kind: string; fields: object }): Block {
  const { picture, ...others } = fields as { picture?: string };
  if (picture === undefined) return { kind, fields: { ...fields } };
  const source = readPicture(`${picture}.jpg`, "jpeg");
  const webp = readPicture(`${picture}.webp`, "webp");
  const avif = readPicture(`${picture}.avif`, "avif");
  return { kind, fields: { source, avif, avifOf: nameSource(source), webp, ...others } };
}

function readPicture(name: string, type: string): string {
  const bytes = readFileSync(new URL(name, import.meta.url));
  return `data:image/${type};base64,${bytes.toString("base64")}`;
}
