import { expect, test } from "vitest";
import { openRightOfWay } from "./right-of-way.ts";

/** Work that goes on until it is told to end, or to fail. */
const openWork = () => Promise.withResolvers<string>();

test("what nobody waits for goes on at once where nobody holds the way", async () => {
  await openRightOfWay().waitForWay();
});

test("what nobody waits for rests until all who hold the way have let go of it", async () => {
  const way = openRightOfWay();
  const [first, second] = [openWork(), openWork()];
  const held = [first, second].map(({ promise }) => way.hold(() => promise));
  let goesOn = false;
  const resting = way.waitForWay().then(() => {
    goesOn = true;
  });
  first.resolve("read");
  expect(await held[0]).toBe("read");
  expect(goesOn).toBe(false);
  second.resolve("read as well");
  await Promise.all([...held, resting]);
  expect(goesOn).toBe(true);
});

test("work that fails holds the way no longer", async () => {
  const way = openRightOfWay();
  const fails = way.hold(() => Promise.reject(new Error("the disk is gone")));
  await expect(fails).rejects.toThrow("the disk is gone");
  await way.waitForWay();
});
