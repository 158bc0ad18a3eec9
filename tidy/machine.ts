import { lineAt, type Rule } from "./source.ts";

// In pieces, so that this file does not say what it looks for.
const FOLDERS = ["home/[a-z]", "Users/[A-Za-z]", "root/", "work/", "tmp/plan"].join("|");
const ABSOLUTE = new RegExp(`(?<![\\w.~})/-])/(?:${FOLDERS})`, "g");
const SECRET = /-----BEGIN [A-Z ]*PRIVATE KEY-----/g;

/** Nothing in the repository knows the machine it was written on, or keeps a secret. */
export const nothingNamesThisMachine: Rule = (files) =>
  files.flatMap((file) =>
    [...file.text.matchAll(ABSOLUTE), ...file.text.matchAll(SECRET)].map(
      (match) => `${file.path}:${lineAt(file.text, match.index)} has ${match[0]}`,
    ),
  );
