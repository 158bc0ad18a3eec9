import { expect, test } from "vitest";
import { splitStatements } from "./statements.ts";

test("each statement of a migration is a text of its own", () => {
  expect(splitStatements("create table a (b int);\n\nselect distribute('a');\n")).toEqual([
    "create table a (b int)",
    "select distribute('a')",
  ]);
});

test("a semicolon inside a quote, a comment or a function's body does not end a statement", () => {
  const body = "create function f() returns void language plpgsql as $$ begin perform 1; end; $$";
  expect(
    splitStatements(`${body};select ';', "a;b"; -- not; here\nselect 'it''s;' /* ; */`),
  ).toEqual([body, `select ';', "a;b"`, `-- not; here\nselect 'it''s;' /* ; */`]);
});

test("what holds only comments is not a statement", () => {
  expect(splitStatements("-- nothing\n;\n-- to do\n")).toEqual([]);
});
