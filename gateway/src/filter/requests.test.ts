import { expect, test } from "vitest";
import { MAC_ONE } from "../../test/guest-network.ts";
import { GARDEN_NAMES_MAX, readRequest } from "./requests.ts";

const rates = { uploadKbps: 1000, downloadKbps: null };
const read = (told: unknown) => readRequest(JSON.stringify(told));

test.each([
  { op: "authorise", mac: MAC_ONE, ...rates },
  { op: "end", mac: MAC_ONE },
  { op: "list" },
  { op: "counters" },
  { op: "walled-garden", names: ["pay.example", "a-b.pay.example"] },
  { op: "public-name", name: "abcdefgh2345.wifi.example" },
  { op: "public-name", name: null },
])("$op is done as it is asked", (request) => {
  expect(read(request)).toEqual({ kind: "request", request });
});

test.each<[string, unknown]>([
  ["no JSON", null],
  ["a list", []],
  ["a number", 7],
  ["nothing to do", {}],
  ["what is not on the list", { op: "run", command: "id" }],
  ["a name that every object has", { op: "constructor" }],
  ["a field too many", { op: "list", verbose: true }],
  ["a field of another request", { op: "end", mac: MAC_ONE, uploadKbps: null }],
  ["no MAC", { op: "end" }],
  ["a MAC in another form", { op: "end", mac: MAC_ONE.toLowerCase().replaceAll("-", ":") }],
  ["a rule in the place of a MAC", { op: "end", mac: `${MAC_ONE} } ; flush ruleset` }],
  ["everybody's MAC", { op: "authorise", mac: "FF-FF-FF-FF-FF-FF", ...rates }],
  ["a group's MAC", { op: "authorise", mac: "01-00-5E-00-00-01", ...rates }],
  ["nobody's MAC", { op: "authorise", mac: "00-00-00-00-00-00", ...rates }],
  ["a rate that is not said", { op: "authorise", mac: MAC_ONE, uploadKbps: null }],
  ["no rate at all", { op: "authorise", mac: MAC_ONE, uploadKbps: 0, downloadKbps: null }],
  ["half a kilobit", { op: "authorise", mac: MAC_ONE, uploadKbps: 1.5, downloadKbps: null }],
  ["a rate in words", { op: "authorise", mac: MAC_ONE, uploadKbps: "1", downloadKbps: null }],
  ["a rate beyond any", { op: "authorise", mac: MAC_ONE, uploadKbps: 1e8, downloadKbps: null }],
  ["names in one text", { op: "walled-garden", names: "pay.example" }],
  ["a name of one word", { op: "walled-garden", names: ["example"] }],
  ["a second line in a name", { op: "walled-garden", names: ["pay.example\nport=0"] }],
  ["a path in a name", { op: "walled-garden", names: ["pay.example/4#inet#filter#x"] }],
  ["a public name that is not said", { op: "public-name" }],
  ["two lines in a public name", { op: "public-name", name: "a.example\ndhcp-script=/x" }],
  ["a wildcard", { op: "walled-garden", names: ["*.example"] }],
  [
    "too many names",
    {
      op: "walled-garden",
      names: Array.from({ length: GARDEN_NAMES_MAX + 1 }, (_, i) => `n${i}.example`),
    },
  ],
])("%s is refused, with a reason that repeats none of it", (_, told) => {
  const answer = told === null ? readRequest("{op:") : read(told);
  expect(answer).toEqual({ kind: "refused", reason: expect.any(String) });
  expect(JSON.stringify(answer)).not.toContain(MAC_ONE);
});
