import type { BlockSettings } from "@foyer/contract";
import type { Block, BlockContext, ReadFields } from "./block.ts";
import { button } from "./button/index.ts";
import { countdown } from "./countdown/index.ts";
import { coupon } from "./coupon/index.ts";
import { heading } from "./heading/index.ts";
import { image } from "./image/index.ts";
import type { Reads } from "./picture.ts";
import { pictures } from "./pictures/index.ts";
import { social } from "./social/index.ts";
import { survey } from "./survey/index.ts";
import { text } from "./text/index.ts";
import { video } from "./video/index.ts";
import { welcome } from "./welcome/index.ts";

const FIRST_RELEASE = "0.1.0";

/** Every kind there is, by its name. */
const blocks = new Map<string, RenderableBlock>(
  [
    ...[prepare(welcome), prepare(heading), prepare(text), prepare(image), prepare(pictures)],
    ...[prepare(button), prepare(survey), prepare(coupon), prepare(countdown), prepare(social)],
    prepare(video),
  ].map((each) => [each.kind, each]),
);

/** All pictures of a page together: what a phone at the edge of the Wi-Fi loads while it is read. */
export const PAGE_PICTURE_BYTES_MAX = 288 * 1024;
const TOO_HEAVY = `the pictures of the page weigh more than ${PAGE_PICTURE_BYTES_MAX} bytes with it`;

export type BlockFault = {
  /** Which block of the page, counting from 0. */
  index: number;
  kind: string;
  reason: string;
};

export type RenderedBlocks = {
  /** The page's own part of <main>, in UTF-8, escaped. */
  html: string;
  /** The rules that its blocks need beside the host's. Nothing in it needs escaping. */
  style: string;
  /** Blocks that were left out: a page with one bad block still shows the others. */
  faults: BlockFault[];
};

/** Renders the blocks of a page that stand on this half of it. Never throws on what the settings hold. */
export function renderBlocks(
  settings: readonly BlockSettings[],
  context: BlockContext,
): RenderedBlocks {
  const parts: string[] = [];
  const styles = new Set<string>();
  const faults: BlockFault[] = [];
  let pictureBytes = 0;
  for (const [index, { kind, fields }] of settings.entries()) {
    const block = blocks.get(kind);
    if (block && !block.stages.includes(context.stage)) continue;
    const rendered = block?.render(fields, context) ?? unknownKind;
    if (rendered.kind === "invalid") {
      faults.push({ index, kind, reason: rendered.reason });
    } else if (pictureBytes + rendered.pictureBytes > PAGE_PICTURE_BYTES_MAX) {
      faults.push({ index, kind, reason: TOO_HEAVY });
    } else if (rendered.html !== "") {
      pictureBytes += rendered.pictureBytes;
      parts.push(rendered.html);
      styles.add(rendered.style);
    }
  }
  return { html: parts.join("\n"), style: [...styles].join("\n").trim(), faults };
}

/** What is wrong with a page's blocks, without rendering it: for whoever saves one. */
export function listBlockFaults(settings: readonly BlockSettings[]): BlockFault[] {
  let pictureBytes = 0;
  return settings.flatMap(({ kind, fields }, index) => {
    const check = blocks.get(kind)?.check(fields) ?? unknownKind;
    if (check.kind === "invalid") return [{ index, kind, reason: check.reason }];
    if (pictureBytes + check.pictureBytes > PAGE_PICTURE_BYTES_MAX)
      return [{ index, kind, reason: TOO_HEAVY }];
    pictureBytes += check.pictureBytes;
    return [];
  });
}

/**
 * The blocks of a page that a box of this release would leave out, each kind once. A release that is
 * no version of ours, such as a developer's own, is taken for the newest.
 */
export function listBlocksUnknownTo(
  release: string,
  settings: readonly BlockSettings[],
): { index: number; kind: string }[] {
  const numbers = readRelease(release);
  return settings.flatMap(({ kind }, index) => {
    const isFirst = settings.findIndex((each) => each.kind === kind) === index;
    const since = blocks.get(kind)?.since;
    const isKnown = since !== undefined && !isBefore(numbers, readRelease(since));
    return isFirst && !isKnown ? [{ index, kind }] : [];
  });
}

/** 1.2.3 or 1.2.3-rc.1; null: none. */
function readRelease(text: string): readonly number[] | null {
  const found = /^(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text);
  return found ? found.slice(1).map(Number) : null;
}

function isBefore(one: readonly number[] | null, other: readonly number[] | null): boolean {
  if (!one || !other) return false;
  const at = one.findIndex((number, index) => number !== other[index]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}

/**
 * What the pictures of a page weigh together for a browser, as far as its blocks can be read. Pages are
 * bound by what they weigh where AVIF and WebP are not read.
 */
export function weighPictures(settings: readonly BlockSettings[], reads: Reads = "source"): number {
  return settings.reduce((sum, { kind, fields }) => {
    const check = blocks.get(kind)?.check(fields, reads);
    return sum + (check?.kind === "fine" ? check.pictureBytes : 0);
  }, 0);
}

const unknownKind = { kind: "invalid", reason: "this release knows no such block" } as const;

type Invalid = { kind: "invalid"; reason: string };

type RenderableBlock = {
  kind: string;
  since: string;
  stages: readonly BlockContext["stage"][];
  check(fields: unknown, reads?: Reads): { kind: "fine"; pictureBytes: number } | Invalid;
  render(
    fields: unknown,
    context: BlockContext,
  ): { kind: "html"; html: string; style: string; pictureBytes: number } | Invalid;
};

/** Ties a block's reading to its rendering, so that blocks of different fields share one list. */
function prepare<Fields>(block: Block<Fields>): RenderableBlock {
  const countBytes = (fields: Fields, reads: Reads) =>
    block.countPictureBytes?.(fields, reads) ?? 0;
  /** By what the settings hold, which are the same for all guests. */
  const known = new WeakMap<object, ReadFields<Fields>>();
  const readOnce = (value: unknown): ReadFields<Fields> => {
    const found = known.get(value as object);
    if (found) return found;
    const read = block.readFields(value);
    if (read.kind === "fields") known.set(value as object, read);
    return read;
  };
  return {
    kind: block.kind,
    since: block.since ?? FIRST_RELEASE,
    stages: block.stages,
    check(value, reads = "source") {
      const read = block.readFields(value);
      if (read.kind === "invalid") return read;
      return { kind: "fine", pictureBytes: countBytes(read.fields, reads) };
    },
    render(value, context) {
      const read = readOnce(value);
      if (read.kind === "invalid") return read;
      const html = block.render(read.fields, context);
      const style = block.style?.(read.fields) ?? "";
      return { kind: "html", html, style, pictureBytes: countBytes(read.fields, "source") };
    },
  };
}
