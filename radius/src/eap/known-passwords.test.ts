import { expect, test } from "vitest";
import { PASSWORD_MINUTES, PASSWORDS_MAX, rememberPasswords } from "./known-passwords.ts";

/** A store of passwords that counts how often it is asked. */
function openStore() {
  const passwords = new Map<string, string>([["an", "first"]]);
  const asked: string[] = [];
  let now = 0;
  const find = rememberPasswords(
    async (userName) => {
      asked.push(userName);
      return passwords.get(userName) ?? null;
    },
    () => new Date(now),
  );
  const advance = (minutes: number) => {
    now += minutes * 60_000;
  };
  return { passwords, asked, find, advance };
}

test("a password that was found is not looked up again for ten minutes", async () => {
  const { asked, find, advance } = openStore();
  for (const minutes of [0, 1, PASSWORD_MINUTES - 2]) {
    advance(minutes);
    expect(await find("an")).toBe("first");
  }
  expect(asked).toEqual(["an"]);
  advance(1);
  expect(await find("an")).toBe("first");
  expect(asked).toEqual(["an", "an"]);
});

test("a name that was not found is looked up each time", async () => {
  const { passwords, asked, find } = openStore();
  expect(await find("binh")).toBeNull();
  passwords.set("binh", "theirs");
  expect(await find("binh")).toBe("theirs");
  expect(asked).toEqual(["binh", "binh"]);
});

test("no more are kept than the limit, and none with a name no credential has", async () => {
  const { passwords, asked, find } = openStore();
  const long = "x".repeat(5000);
  passwords.set(long, "long");
  for (let times = 0; times < 2; times++) await find(long);
  expect(asked.splice(0)).toHaveLength(2);
  await find("an");
  for (let at = 0; at < PASSWORDS_MAX; at++) {
    passwords.set(`name ${at}`, "theirs");
    await find(`name ${at}`);
  }
  asked.splice(0);
  await find(`name ${PASSWORDS_MAX - 1}`);
  expect(asked).toEqual([]);
  // The one that was looked up longest ago gave way.
  await find("an");
  expect(asked).toEqual(["an"]);
});

test("a look-up that fails is told, and the next one asks anew", async () => {
  let fails = true;
  const find = rememberPasswords(
    async () => {
      if (fails) throw new Error("the store fails");
      return "first";
    },
    () => new Date(0),
  );
  await expect(find("an")).rejects.toThrow("the store fails");
  fails = false;
  expect(await find("an")).toBe("first");
});
