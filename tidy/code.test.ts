import { expect, test } from "vitest";
import {
  declarationsUseTheGlossary,
  filesAreShort,
  nothingIsSilenced,
  onlyConfigReadsTheEnvironment,
  rulesArePure,
  testsAreShort,
} from "./code.ts";

const file = (path: string, text: string) => ({ path, text });

test("an environment that is read outside config.ts is found", () => {
  const text = "const port = process.env.PORT;";
  expect(onlyConfigReadsTheEnvironment([file("portal/src/main.ts", text)])).toEqual([
    "portal/src/main.ts:1 reads process.env; config.ts does",
  ]);
  for (const path of ["portal/src/config.ts", "portal/src/main.test.ts", "vitest.config.ts"])
    expect(onlyConfigReadsTheEnvironment([file(path, text)]), path).toEqual([]);
  expect(onlyConfigReadsTheEnvironment([file("a/b.ts", "// process.env.X")])).toEqual([]);
  const handed = "const config = readConfig(process.env);";
  expect(onlyConfigReadsTheEnvironment([file("portal/src/main.ts", handed)])).toEqual([]);
  expect(onlyConfigReadsTheEnvironment([file("portal/src/start.ts", handed)])).toHaveLength(1);
});

test.each([
  'import { env } from "node:process";',
  'import process from "node:process";',
  'import * as own from "process";',
  "const { env } = process;",
  "const { argv, env: settings } = globalThis.process;",
  "const own = process;",
  "const port = process?.env.PORT;",
  'const port = process["env"].PORT;',
  'const port = process?.["env"].PORT;',
])("an environment is found by whatever way it is read: %s", (text) => {
  expect(onlyConfigReadsTheEnvironment([file("portal/src/start.ts", text)])).toHaveLength(1);
  expect(onlyConfigReadsTheEnvironment([file("portal/src/config.ts", text)])).toEqual([]);
});

test("what else a process tells is no environment", () => {
  for (const text of ['import { exit } from "node:process";', "const { pid } = f(process.argv);"])
    expect(onlyConfigReadsTheEnvironment([file("portal/src/start.ts", text)]), text).toEqual([]);
});

test("a file of 401 lines is found, a table of constants is not", () => {
  const long = "work();\n".repeat(400);
  expect(filesAreShort([file("radius/src/a.ts", long)])).toEqual([]);
  expect(filesAreShort([file("radius/src/a.ts", `${long}if (a) b();\n`)])).toHaveLength(1);
  const table = `export const numbers = {\n${"  a: 1,\n".repeat(500)}};\n`;
  expect(filesAreShort([file("radius/src/a.ts", table)])).toEqual([]);
  expect(filesAreShort([file("a/b.sql", "x\n".repeat(401))])).toHaveLength(1);
});

test("a test that goes on too long is found, a describe around short ones is not", () => {
  const long = `test("a", async () => {\n${"  work();\n".repeat(60)}});`;
  expect(testsAreShort([file("a/b.test.ts", long)])).toHaveLength(1);
  const short = `  test("a", () => {\n${"    work();\n".repeat(40)}  });\n`;
  expect(
    testsAreShort([file("a/b.test.ts", `describe("x", () => {\n${short}${short}});`)]),
  ).toEqual([]);
});

test("a rule that looks at the clock or the database is found", () => {
  const at = "cloud-api/src/features/visits/rules.ts";
  expect(rulesArePure([file(at, "export const f = (now: Date) => new Date(now);")])).toEqual([]);
  for (const bad of [
    "Date.now();",
    "new Date();",
    "new Date;",
    "const at = Date();",
    "crypto.randomUUID();",
    "const id = randomBytes(16);",
    "crypto.getRandomValues(bytes);",
    "Math.random();",
    'import { sql } from "kysely";',
    'import { findVisit } from "./queries.ts";',
    'import { readFileSync } from "node:fs";',
  ])
    expect(rulesArePure([file(at, bad)]), bad).toHaveLength(1);
  expect(rulesArePure([file(at, 'import type { Kysely } from "kysely";')])).toEqual([]);
});

test("a bare user is found, and data that could be anything", () => {
  expect(declarationsUseTheGlossary([file("a/b.ts", "const data = await read();")])).toHaveLength(
    1,
  );
  expect(declarationsUseTheGlossary([file("a/b.ts", "type User = { id: string };")])).toHaveLength(
    1,
  );
  expect(
    declarationsUseTheGlossary([file("a/b.ts", "const clientMac = 1; f({ user: 2 });")]),
  ).toEqual([]);
});

test("a silenced check and unfinished work are found", () => {
  for (const bad of ["// @ts-expect-error", "// biome-ignore lint: no", "// TODO later"])
    expect(nothingIsSilenced([file("a/b.ts", bad)]), bad).toHaveLength(1);
});
