import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BOX_KEY, makeBox } from "../test/box.ts";
import { readConfig } from "./config.ts";

test.each([
  ["http://10.1.0.2:8080", "10.1.0.2"],
  ["https://192.168.4.1", "192.168.4.1"],
  ["http://172.31.0.9", "172.31.0.9"],
  ["http://172.32.0.9", null],
  ["http://203.0.113.7", null],
  ["https://wifi.example", null],
  ["http://10.example", null],
  ["", null],
])(
  "of the portal's origin %j the cloud is told the address %j: a private one, or none",
  (origin, address) => {
    const box = makeBox();
    onTestFinished(box.remove);
    const identity = { ...box.identity, cloudUrl: "https://cloud.example" };
    writeFileSync(join(box.folder, "box.json"), JSON.stringify(identity));
    writeFileSync(join(box.folder, "box-key"), BOX_KEY);
    const read = readConfig({ FOYER_STATE_FOLDER: box.folder, FOYER_PORTAL_ORIGIN: origin });
    expect(read).toMatchObject({ kind: "config", config: { portalAddress: address } });
  },
);
