import { expect, test } from "vitest";
import { everyPackageHasAReadme, foldersAreTheDesigns, namesSayWhatTheyHold } from "./folders.ts";

const at = (path: string, text = "{}") => ({ path, text });

test("a folder that the design does not have is found, and one a level too deep", () => {
  const good = [
    at("radius/src/protocol/packet.ts"),
    at("radius/test/packets.ts"),
    at("portal/src/sign-in/phone/form.eta"),
    at("blocks/src/welcome/locales/vi.json"),
    at("cloud-api/src/features/visits/migrations/1_visits.sql"),
    at("cloud-api/src/features/visits/queries.ts"),
    at("contract/package.json"),
  ];
  expect(foldersAreTheDesigns(good)).toEqual([]);
  for (const path of [
    "radius/src/services/a.ts",
    "radius/src/protocol/deep/a.ts",
    "contract/lib/a.ts",
    "cloud-api/src/features/visits/domain/a.ts",
    "cloud-api/src/features/visits/service.ts",
  ])
    expect(foldersAreTheDesigns([at(path)]), path).toHaveLength(1);
});

test("a name that says nothing is found wherever it stands", () => {
  expect(namesSayWhatTheyHold([at("contract/src/event.ts"), at("tidy.test.ts")])).toEqual([]);
  for (const path of ["shared/a.ts", "radius/src/utils.ts", "portal/src/types/a.ts", "a/helper.ts"])
    expect(namesSayWhatTheyHold([at(path)]), path).toHaveLength(1);
  expect(namesSayWhatTheyHold([at("radius/src/ReplyCache.ts")])).toHaveLength(1);
  expect(namesSayWhatTheyHold([at("x/package.json", '{"name":"@foyer/common"}')])).toHaveLength(1);
});

test("a package without a README is found", () => {
  expect(everyPackageHasAReadme([at("radius/README.md")])).toContain("portal has no README.md");
  expect(everyPackageHasAReadme([at("radius/README.md")])).not.toContain("radius has no README.md");
});
