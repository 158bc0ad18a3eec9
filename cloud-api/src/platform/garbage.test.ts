import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** Makes rows, holds each batch for a while, and says the most that was held of old ones, in MiB. */
const SCRIPT = `
  import { getHeapSpaceStatistics } from "node:v8";
  import { withLittleGarbage } from ${JSON.stringify(join(import.meta.dirname, "garbage.ts"))};
  const make = (rows) => Array.from({ length: rows }, (_, row) => ({ row, text: "row " + row }));
  const live = make(600_000);
  const countOld = () => getHeapSpaceStatistics()
    .filter(({ space_name }) => /^(old|large)/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size / 2 ** 20, 0);
  const work = async () => {
    let most = 0;
    const held = [];
    for (let batch = 0; batch < 300; batch += 1) {
      held.push(make(20_000));
      if (held.length > 4) held.shift();
      most = Math.max(most, countOld());
      await new Promise((resolve) => setImmediate(resolve));
    }
    return most;
  };
  const inside = withLittleGarbage(work);
  // Another that ends first changes nothing for the one that goes on.
  await withLittleGarbage(async () => {});
  console.log(JSON.stringify({ little: await inside, else: await work(), live: live.length }));
`;

test("a work that holds little garbage leaves less of it than the same work without, and only while it lasts", async () => {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", SCRIPT]);
  const most = JSON.parse(stdout) as { little: number; else: number };
  expect(most.little).toBeLessThan(most.else * 0.8);
}, 60_000);
