import { expect, test } from "vitest";
import { bindToOrigin, secureHostOf } from "./origin-bound.ts";

test("a message is bound to a secure origin by its last line, and to no other", () => {
  const host = secureHostOf("https://wifi.example.test:8443");
  expect(bindToOrigin("Your code is 493027.", { host, code: "493027" })).toBe(
    "Your code is 493027.\n@wifi.example.test #493027",
  );
  expect(secureHostOf("http://10.1.0.2:8080")).toBeNull();
  expect(bindToOrigin("Your code.", { host: null, code: "493027" })).toBe("Your code.");
});
