import { expect, test } from "vitest";
import {
  featureOrder,
  featuresImportOnlyThoseAbove,
  importsAreDeclared,
  listImports,
  packagesImportAsTheTableSays,
  platformKnowsNoFeature,
  screensImportOnlyTheirOwn,
} from "./imports.ts";

const file = (path: string, text: string) => ({ path, text });

test("every form of import is seen, and none in a comment or a string", () => {
  const text = [
    'import { a } from "@foyer/one";',
    "import {\n  b,\n} from './two.ts';",
    'export * from "../three.ts";',
    'import "four";',
    'const five = await import("five");',
    '// import { x } from "never";',
    "const text = 'import { y } from \"never\"';",
  ].join("\n");
  const specifiers = listImports("portal/src/a/b.ts", text).map((each) => each.specifier);
  expect(specifiers).toEqual(["@foyer/one", "./two.ts", "../three.ts", "four", "five"]);
  expect(listImports("portal/src/a/b.ts", text)[2]?.target).toBe("portal/src/three.ts");
});

test.each([
  "await import(`@foyer/radius`);",
  'require("@foyer/radius");',
  'const load = createRequire(import.meta.url);\nload("@foyer/radius");',
  'import { createRequire as make } from "node:module";\nconst load = make(at);\nload("@foyer/radius");',
  'createRequire(import.meta.url)("@foyer/radius");',
  'const load = module.createRequire(at);\nload.resolve("@foyer/radius");',
])("a module is seen by whatever call it is loaded: %s", (text) => {
  expect(packagesImportAsTheTableSays([file("portal/src/a.ts", text)])).toHaveLength(1);
});

test("a package that imports one it may not know is found", () => {
  const found = packagesImportAsTheTableSays([
    file("portal/src/a.ts", 'import { startRadius } from "@foyer/radius";'),
    file("radius/src/a.ts", 'import { openBranchStore } from "@foyer/branch-store";'),
    file("cloud-api/src/a.ts", 'import { x } from "@foyer/deploy";'),
  ]);
  expect(found).toEqual([
    "portal/src/a.ts:1 imports radius, which portal may not know",
    "cloud-api/src/a.ts:1 imports deploy, which cloud-api may not know",
  ]);
});

test("a package is entered by its door alone, in tests too", () => {
  const found = packagesImportAsTheTableSays([
    file("portal/src/a.ts", 'import { x } from "@foyer/contract/src/event.ts";'),
    file("portal/src/b.ts", 'import { x } from "../../contract/src/event.ts";'),
    file("portal/src/c.test.ts", 'import { x } from "../../contract/src/event.ts";'),
    file("portal/src/d.test.ts", 'import x from "../../contract/fixtures/x.json";'),
    file("portal/src/f.test.ts", 'import x from "@foyer/contract/fixtures/events/x.json";'),
    file("portal/src/t.test.ts", 'import x from "@foyer/branch-store/test";'),
    file("portal/src/g.ts", 'import x from "@foyer/contract/fixtures/events/x.json";'),
    file("deploy/test/h.test.ts", 'import { runEapolTest } from "@foyer/radius/test/eapol";'),
    file("deploy/demo/i.ts", 'import { runEapolTest } from "@foyer/radius/test/eapol";'),
    file("portal/src/e.test.ts", 'import x from "../../radius/test/x.ts";'),
  ]);
  expect(found.map((each) => each.split(":")[0])).toEqual([
    "portal/src/a.ts",
    "portal/src/b.ts",
    "portal/src/c.test.ts",
    "portal/src/g.ts",
    "deploy/demo/i.ts",
    "portal/src/e.test.ts",
  ]);
});

const list = file(
  "cloud-api/src/features.ts",
  `import { access } from "./features/access/index.ts";
import { accessPolicies } from "./features/access-policies/index.ts";
import { tenants } from "./features/tenants/index.ts";
export const features: readonly Feature[] = [tenants, access, accessPolicies];`,
);

test("the order of features is that of the list and not of its imports", () => {
  expect(featureOrder(list.text)).toEqual(["tenants", "access", "access-policies"]);
});

test("a feature that imports one below it, or past a door, is found", () => {
  const found = featuresImportOnlyThoseAbove([
    list,
    file("cloud-api/src/features/access/routes.ts", 'import { t } from "../tenants/index.ts";'),
    file("cloud-api/src/features/tenants/routes.ts", 'import { a } from "../access/index.ts";'),
    file("cloud-api/src/features/access/jobs.ts", 'import { q } from "../tenants/queries.ts";'),
    file("cloud-api/src/features/lost/index.ts", "export const lost = 1;"),
  ]);
  expect(found).toHaveLength(3);
  expect(found[0]).toBe("the feature lost is not in features.ts");
  expect(found[1]).toContain("imports access, which is not above tenants");
  expect(found[2]).toContain("reaches into the feature tenants");
});

test("a screen that imports the server's files is found", () => {
  const at = "cloud-api/src/features/visits/screens/index.tsx";
  const good = `import { useState } from "react";
import { Visit } from "../schema.ts";
import { useApi } from "../../../shell/api.ts";`;
  expect(screensImportOnlyTheirOwn([file(at, good)])).toEqual([]);
  for (const bad of ["../queries.ts", "../../customers/schema.ts", "node:fs", "@foyer/blocks"])
    expect(screensImportOnlyTheirOwn([file(at, `import { x } from "${bad}";`)])).toHaveLength(1);
});

test("a platform that knows a feature is found, and a server file that knows the shell", () => {
  const found = platformKnowsNoFeature([
    file("cloud-api/src/platform/db.ts", 'import { t } from "../features/tenants/index.ts";'),
    file("cloud-api/src/app.ts", 'import { s } from "./shell/api.ts";'),
  ]);
  expect(found).toHaveLength(2);
});

test("a library that runs on the box and is declared for development alone is found", () => {
  const manifest = file(
    "portal/package.json",
    JSON.stringify({ dependencies: { eta: "1" }, devDependencies: { "@x/dev": "1" } }),
  );
  const text = 'import { a } from "eta";\nimport { b } from "@x/dev/deep";';
  expect(importsAreDeclared([manifest, file("portal/src/a.ts", text)])).toEqual([
    "portal/src/a.ts:2 @x/dev is not declared by portal",
  ]);
  expect(importsAreDeclared([manifest, file("portal/src/a.test.ts", text)])).toEqual([]);
});
