import { masked } from "./mask.ts";
import { featureOf, isCode, isTest, lineAt, type SourceFile } from "./source.ts";

/** A piece of SQL as it stands in a file: a statement of a migration, or one sql`…` template. */
export type Sql = {
  path: string;
  line: number;
  feature: string | null;
  /** Lower case, without comments and strings; `?` stands for each value that is put in. */
  text: string;
};

/** Everything that is neither tenant's nor feature's: looked up before a tenant is known. */
const OUTSIDE_SCHEMAS = /^(directory|graphile_worker|pg_catalog|information_schema)\./;

export function isTenantTable(name: string): boolean {
  return !OUTSIDE_SCHEMAS.test(name) && !name.startsWith("pg_");
}

/** The cloud's migrations, statement by statement. */
export function listMigrationStatements(files: readonly SourceFile[]): Sql[] {
  return files
    .filter((file) => file.path.startsWith("cloud-api/") && file.path.endsWith(".sql"))
    .flatMap((file) =>
      splitStatements(file.text).map(({ text, start }) => ({
        path: file.path,
        line: lineAt(file.text, start),
        feature: featureOf(file.path),
        text,
      })),
    );
}

/** The sql`…` templates of the cloud's code that are statements of their own. */
export function listCodeStatements(files: readonly SourceFile[]): Sql[] {
  return files
    .filter((file) => file.path.startsWith("cloud-api/src/") && isCode(file.path))
    .filter((file) => !isTest(file.path))
    .flatMap((file) =>
      listTemplates(file).filter(({ text }) =>
        /^(with|select|insert|update|delete|merge|truncate|copy|create|alter|drop|set|grant)\b/.test(
          text,
        ),
      ),
    );
}

/** Every sql`…` template of a file, statements and parts of them. */
export function listTemplates(file: SourceFile): Sql[] {
  const { code, uncommented, templates } = masked(file.text);
  return templates.flatMap(({ start, end }) => {
    const before = code.slice(Math.max(0, start - 300), start);
    if (!/\bsql(?:\.raw\()?(?:<[\s\S]*>)?\s*$/.test(before)) return [];
    const body = file.text.slice(start + 1, end - 1);
    const text = normalise(blankInterpolations(body, uncommented.slice(start + 1, end - 1)));
    return [
      { path: file.path, line: lineAt(file.text, start), feature: featureOf(file.path), text },
    ];
  });
}

/** Puts `?` in the place of each ${…}; what is nested in it is a template of its own. */
function blankInterpolations(body: string, uncommented: string): string {
  let text = "";
  for (let i = 0; i < body.length; i++) {
    if (!body.startsWith("${", i)) {
      text += uncommented[i] === " " && body[i] !== "-" ? body[i] : (uncommented[i] ?? body[i]);
      continue;
    }
    let depth = 1;
    for (i += 2; i < body.length && depth > 0; i++) {
      if (body[i] === "{") depth++;
      if (body[i] === "}") depth--;
    }
    i--;
    text += "?";
  }
  return text;
}

/** Splits SQL at its semicolons, except those in strings and dollar-quoted bodies. */
export function splitStatements(text: string): { text: string; start: number }[] {
  const statements: { text: string; start: number }[] = [];
  let begin = 0;
  const push = (end: number) => {
    const raw = text.slice(begin, end);
    const clean = normalise(raw);
    if (clean) statements.push({ text: clean, start: begin + raw.search(/\S|$/) });
    begin = end + 1;
  };
  const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$|;/g;
  for (const match of text.matchAll(TOKEN)) if (match[0] === ";") push(match.index);
  push(text.length);
  return statements;
}

/** Lower case, one space, no comments; the inside of strings is kept only in `do` bodies. */
export function normalise(sql: string): string {
  return sql
    .replace(/\/\*[\s\S]*?\*\//g, " ")
    .replace(/--[^\n]*/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase()
    .replace(/"/g, "");
}

/** The name with `public.` taken off. */
export function tableName(written: string): string {
  return written.replace(/^public\./, "").replace(/\($/, "");
}

export type CreatedTable = Sql & { table: string; columns: string };

/** The tables that migrations make. */
export function listCreatedTables(statements: readonly Sql[]): CreatedTable[] {
  return statements.flatMap((sql) => {
    const match = /^create (?:unlogged )?table (?:if not exists )?([\w.]+) ?\((.*)\)[^)]*$/.exec(
      sql.text,
    );
    return match
      ? [{ ...sql, table: tableName(match[1] as string), columns: match[2] as string }]
      : [];
  });
}

/** The definitions inside a create table, split at its own commas. */
export function splitColumns(columns: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const character of columns) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "," && depth === 0) {
      parts.push(part.trim());
      part = "";
    } else part += character;
  }
  return part.trim() ? [...parts, part.trim()] : parts;
}
