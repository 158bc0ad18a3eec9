/**
 * Splits a migration into its statements, so that each travels in a message of its own: Citus
 * replays the whole text of a message on its workers. Knows comments, quotes and dollar quotes.
 */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    if (text[at] === ";") {
      statements.push(text.slice(from, at));
      at += 1;
      from = at;
    } else {
      at = skipToken(text, at);
    }
  }
  statements.push(text.slice(from));
  return statements.map((each) => each.trim()).filter((each) => stripComments(each) !== "");
}

/** Where the token that begins at `at` ends: a comment, a quoted text, or one character. */
function skipToken(text: string, at: number): number {
  const rest = text.slice(at, at + 64);
  if (rest.startsWith("--")) return endOf(text, "\n", at);
  if (rest.startsWith("/*")) return endOf(text, "*/", at + 2);
  if (rest.startsWith("'")) return endOf(text, "'", at + 1);
  if (rest.startsWith('"')) return endOf(text, '"', at + 1);
  const tag = /^\$[a-z_]*\$/.exec(rest)?.[0];
  return tag ? endOf(text, tag, at + tag.length) : at + 1;
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found + mark.length;
}

function stripComments(statement: string): string {
  return statement.replace(/--[^\n]*/g, "").trim();
}
