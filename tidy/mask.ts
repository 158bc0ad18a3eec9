/** A TypeScript text of unchanged length and lines, with parts of it blanked out. */
export type Masked = {
  /** Without comments; strings stand. */
  uncommented: string;
  /** Without comments and without the inside of strings, template texts and regular expressions. */
  code: string;
  /** Every template literal: where its backticks stand in the text. */
  templates: { start: number; end: number }[];
};

type Reading = {
  text: string;
  uncommented: string[];
  code: string[];
  templates: Masked["templates"];
};

/** What may stand before a slash that begins a regular expression and not a division. */
const BEFORE_REGEXP = /(?:^|[(,=:[!&|?;{+\-*%~^]|=>|\b(?:return|typeof|case|of|in|do|else))\s*$/;
const LOOK_BACK = 40;

/**
 * Reads TypeScript just well enough to tell code from comments and strings. There is no compiler
 * API to ask: TypeScript 7 has none that is stable.
 */
export function maskCode(text: string): Masked {
  const reading = { text, uncommented: text.split(""), code: text.split(""), templates: [] };
  readCode(reading, 0, null);
  const templates: Masked["templates"] = reading.templates;
  templates.sort((a, b) => a.start - b.start);
  return { uncommented: reading.uncommented.join(""), code: reading.code.join(""), templates };
}

/** Reads code up to the bracket that closes it, and gives that bracket's position. */
function readCode(reading: Reading, start: number, close: "}" | null): number {
  const { text } = reading;
  let depth = 0;
  let i = start;
  while (i < text.length) {
    const character = text[i] as string;
    if (/^\/[/*]/.test(text.slice(i, i + 2))) i = skipComment(reading, i);
    else if (character === '"' || character === "'") i = skipQuoted(reading, i, character);
    else if (character === "`") i = skipTemplate(reading, i);
    else if (character === "/" && mayBeginRegExp(reading, i)) i = skipQuoted(reading, i, "/");
    else {
      if (character === "{") depth++;
      if (character === "}" && close && depth === 0) return i;
      if (character === "}") depth--;
      i++;
    }
  }
  return i;
}

function mayBeginRegExp({ code }: Reading, at: number): boolean {
  return BEFORE_REGEXP.test(code.slice(Math.max(0, at - LOOK_BACK), at).join(""));
}

function skipComment({ text, uncommented, code }: Reading, start: number): number {
  const isBlock = text[start + 1] === "*";
  const close = isBlock ? text.indexOf("*/", start + 2) : text.indexOf("\n", start);
  const end = close < 0 ? text.length : close + (isBlock ? 2 : 0);
  blank(uncommented, start, end);
  blank(code, start, end);
  return end;
}

// A quoted string or a regular expression never spans lines; an apostrophe in JSX text does no
// more harm than blanking the rest of its line.
function skipQuoted({ text, code }: Reading, start: number, quote: string): number {
  const newline = text.indexOf("\n", start);
  const limit = newline < 0 ? text.length : newline;
  let inClass = false;
  let i = start + 1;
  for (; i < limit; i++) {
    const character = text[i];
    if (character === "\\") i++;
    else if (quote === "/" && character === "[") inClass = true;
    else if (quote === "/" && character === "]") inClass = false;
    else if (character === quote && !inClass) break;
  }
  blank(code, start + 1, i);
  return Math.min(i + 1, text.length);
}

function skipTemplate(reading: Reading, start: number): number {
  const { text, code, templates } = reading;
  let i = start + 1;
  while (i < text.length && text[i] !== "`") {
    if (text[i] === "$" && text[i + 1] === "{") i = readCode(reading, i + 2, "}") + 1;
    else {
      const length = text[i] === "\\" ? 2 : 1;
      blank(code, i, i + length);
      i += length;
    }
  }
  templates.push({ start, end: Math.min(i + 1, text.length) });
  return i + 1;
}

function blank(target: string[], from: number, to: number) {
  for (let i = from; i < to && i < target.length; i++) if (target[i] !== "\n") target[i] = " ";
}

const cache = new Map<string, Masked>();

/** maskCode, remembered by text: many rules look at one file. */
export function masked(text: string): Masked {
  const known = cache.get(text);
  if (known) return known;
  const made = maskCode(text);
  cache.set(text, made);
  return made;
}

/** The position of the bracket that closes the one at `open`, or -1. `code` is masked code. */
export function findClosing(code: string, open: number): number {
  const pairs: Record<string, string> = { "(": ")", "{": "}", "[": "]" };
  const stack: string[] = [];
  for (let i = open; i < code.length; i++) {
    const character = code[i] as string;
    const closing = pairs[character];
    if (closing) stack.push(closing);
    else if (character === stack.at(-1)) {
      stack.pop();
      if (stack.length === 0) return i;
    }
  }
  return -1;
}
