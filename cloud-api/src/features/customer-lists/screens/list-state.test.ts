import { expect, test } from "vitest";
import { CHOSEN_MAX } from "../rules.ts";
import type { ViewReply } from "../schema.ts";
import {
  isChanged,
  isNarrowed,
  readNarrowing,
  toFilter,
  toParameters,
  toView,
} from "./list-state.ts";

const TREE = { kind: "all", of: [{ kind: "field", field: "email", test: { is: "known" } }] };
const VIEW: ViewReply = {
  ...{ id: "01930000-0000-7000-8000-000000000000", name: "Regulars", search: "Lan" },
  ...{ markId: null, segmentId: null, tree: TREE, columns: ["phone", "own.size"], sort: "-visits" },
  ...{ shared: false, isOwn: true, staffName: null },
};

const addressOf = (view: ViewReply) =>
  new URLSearchParams(
    Object.entries(toParameters(view)).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    ),
  );

test("a view becomes an address, and the address the same view", () => {
  const { id: _, shared, isOwn, staffName, ...body } = VIEW;
  expect(toView("Regulars", addressOf(VIEW), undefined)).toEqual(body);
  expect(isChanged(VIEW, addressOf(VIEW))).toBe(false);
});

test("a view without columns stays one without", () => {
  const bare = { ...VIEW, columns: [] };
  expect(toView("Bare", addressOf(bare), { columns: ["phone"], sort: "visits" }).columns).toEqual(
    [],
  );
});

test("what the address does not say is as the reader sees the list", () => {
  const look = { columns: ["tags"], sort: "visits" };
  expect(toView("Mine", new URLSearchParams("search=Lan"), look)).toMatchObject(look);
});

test("a search, a filter, an order or other columns change a view; its name does not", () => {
  for (const [name, value] of [
    ["search", "Minh"],
    ["sort", "visits"],
    ["columns", "phone"],
    ["markId", VIEW.id],
  ] as const) {
    const address = addressOf(VIEW);
    address.set(name, value);
    expect(isChanged(VIEW, address), name).toBe(true);
  }
});

test("conditions that are no JSON are handed on as they are", () => {
  expect(readNarrowing(new URLSearchParams("tree=%7B")).tree).toBe("{");
  expect(isNarrowed(new URLSearchParams("tree=%7B"))).toBe(true);
  expect(isNarrowed(new URLSearchParams("view=x"))).toBe(false);
});

test("an action is of all who were chosen, of the whole list where nobody is, and of none where they are too many", () => {
  const narrowing = { search: "lan" };
  const ids = Array.from({ length: CHOSEN_MAX }, (_, index) => `${index}`);
  expect(toFilter(narrowing, new Set())).toEqual(narrowing);
  expect(toFilter(narrowing, new Set(ids))).toEqual({ ...narrowing, customerIds: ids });
  expect(toFilter(narrowing, new Set([...ids, "one more"]))).toBeNull();
});
