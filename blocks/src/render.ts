import type { BlockSettings } from "@foyer/contract";
import type { Block, BlockContext } from "./block.ts";
import { image } from "./image/index.ts";
import { text } from "./text/index.ts";
import { welcome } from "./welcome/index.ts";

/** Every kind there is, by its name. */
const blocks = new Map<string, RenderableBlock>(
  [prepare(welcome), prepare(text), prepare(image)].map((each) => [each.kind, each]),
);

export type BlockFault = {
  /** Which block of the page, counting from 0. */
  index: number;
  kind: string;
  reason: string;
};

export type RenderedBlocks = {
  /** The page's own part of <main>, in UTF-8, escaped. */
  html: string;
  /** Blocks that were left out: a page with one bad block still shows the others. */
  faults: BlockFault[];
};

/** Renders a page's blocks in their order. Never throws on what the settings hold. */
export function renderBlocks(
  settings: readonly BlockSettings[],
  context: BlockContext,
): RenderedBlocks {
  const parts: string[] = [];
  const faults: BlockFault[] = [];
  for (const [index, { kind, fields }] of settings.entries()) {
    const rendered = blocks.get(kind)?.render(fields, context) ?? unknownKind;
    if (rendered.kind === "html") parts.push(rendered.html);
    else faults.push({ index, kind, reason: rendered.reason });
  }
  return { html: parts.filter((each) => each !== "").join("\n"), faults };
}

/** What is wrong with a page's blocks, without rendering it: for whoever saves one. */
export function listBlockFaults(settings: readonly BlockSettings[]): BlockFault[] {
  return settings.flatMap(({ kind, fields }, index) => {
    const reason = blocks.has(kind) ? blocks.get(kind)?.findFault(fields) : unknownKind.reason;
    return reason ? [{ index, kind, reason }] : [];
  });
}

const unknownKind = { kind: "invalid", reason: "this release knows no such block" } as const;

type RenderableBlock = {
  kind: string;
  findFault(fields: unknown): string | null;
  render(
    fields: unknown,
    context: BlockContext,
  ): { kind: "html"; html: string } | { kind: "invalid"; reason: string };
};

/** Ties a block's reading to its rendering, so that blocks of different fields share one list. */
function prepare<Fields>(block: Block<Fields>): RenderableBlock {
  return {
    kind: block.kind,
    findFault(value) {
      const read = block.readFields(value);
      return read.kind === "invalid" ? read.reason : null;
    },
    render(value, context) {
      const read = block.readFields(value);
      if (read.kind === "invalid") return read;
      return { kind: "html", html: block.render(read.fields, context) };
    },
  };
}
