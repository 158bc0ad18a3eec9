import type { ComponentData, Data } from "@puckeditor/core";
import type { PageContent } from "../schema.ts";
import { isKnownKind } from "./block-kinds.ts";

/** A block of a release newer than this app: kept as it is, shown as one that cannot be changed here. */
export const UNKNOWN = "unknown";

export type Block = PageContent["blocks"][number];
type Root = Omit<PageContent, "blocks">;

/** A page as Puck holds it: its blocks as components, all else as the root's. */
export function toData({ blocks, ...root }: PageContent): Data {
  return {
    root: { props: { ...root } as Data["root"]["props"] & object },
    content: blocks.map((block, index) => toComponent(block, `block-${index}`)),
  };
}

export function toComponent({ kind, fields }: Block, id: string): ComponentData {
  if (!isKnownKind(kind)) return { type: UNKNOWN, props: { id, kind, fields } };
  return { type: kind, props: { ...fields, id } };
}

export function toContent({ root, content }: Data): PageContent {
  const { id: _id, title: _title, ...rest } = (root.props ?? {}) as Root & Record<string, unknown>;
  return { ...leaveNothingOut(rest), blocks: content.map(toBlock) };
}

export function toBlock({ type, props: { id: _id, ...fields } }: ComponentData): Block {
  if (type === UNKNOWN)
    return { kind: String(fields.kind), fields: fields.fields as Record<string, unknown> };
  return { kind: type, fields: leaveNothingOut(fields) };
}

/** JSON knows no undefined: what is emptied is left out. */
function leaveNothingOut<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** The first words of a block, for the list of blocks; null: it has none. */
export function findWords(
  fields: Record<string, unknown>,
  languages: readonly string[],
): string | null {
  for (const name of ["heading", "text", "title", "label", "alt"]) {
    const text = fields[name];
    if (typeof text !== "object" || text === null) continue;
    const words = text as Record<string, string>;
    const found = [...languages, ...Object.keys(words)].find((each) => words[each]?.trim());
    if (found) return words[found]?.trim() ?? null;
  }
  return null;
}
