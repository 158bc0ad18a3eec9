import { SaxesParser } from "saxes";
import { WorkbookFault } from "./workbook-fault.ts";

/** Attribute → value; names come without their namespace's prefix. */
export type Attributes = Readonly<Record<string, string>>;

export type Tags = {
  open: (name: string, attributes: Attributes) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
};

/** A text without an end would be held as a whole. */
const SILENT_CHARACTERS_MAX = 4 * 1024 * 1024;

const localOf = (name: string) => name.slice(name.indexOf(":") + 1);

/** Walks through a part of a workbook as its text comes. Entities of its own are refused, not unfolded. */
export function openTags({ open, close, text }: Tags): {
  push: (text: string) => void;
  end: () => void;
} {
  const parser = new SaxesParser({ position: false });
  let silent = 0;
  parser.on("error", (cause) => {
    throw new WorkbookFault("workbook-broken", { cause });
  });
  parser.on("opentag", ({ name, attributes }) => {
    silent = 0;
    const named = Object.entries(attributes).map(([key, value]) => [localOf(key), value]);
    open(localOf(name), Object.fromEntries(named));
  });
  parser.on("closetag", ({ name }) => {
    silent = 0;
    close?.(localOf(name));
  });
  parser.on("text", (piece) => text?.(piece));
  return {
    push: (piece) => {
      silent += piece.length;
      parser.write(piece);
      if (silent > SILENT_CHARACTERS_MAX) throw new WorkbookFault("workbook-too-large");
    },
    end: () => {
      parser.close();
    },
  };
}
