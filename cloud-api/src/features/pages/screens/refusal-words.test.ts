import { listBlockFaults } from "@foyer/blocks";
import { expect, test } from "vitest";
import { ApiError } from "../../../shell/api.ts";
import { readReason, readRefusal } from "./refusal-words.ts";

const reasonOf = (kind: string, fields: Record<string, unknown>) =>
  readReason(`${kind}: ${listBlockFaults([{ kind, fields }])[0]?.reason}`).key;

test("what the blocks say against their fields has sentences of ours", () => {
  expect(reasonOf("image", { source: "" })).toBe("reason-picture");
  expect(reasonOf("pictures", { pictures: [] })).toBe("reason-pictures");
  expect(reasonOf("button", { label: { en: "Menu" }, url: "" })).toBe("reason-url");
  expect(reasonOf("social", { links: [] })).toBe("reason-links");
  expect(reasonOf("social", { links: [{ network: "x", url: "" }] })).toBe("reason-url");
  expect(reasonOf("survey", { survey: "" })).toBe("reason-survey");
  expect(reasonOf("countdown", { text: {}, until: "" })).toBe("reason-until");
  expect(reasonOf("coupon", { heading: {}, validUntil: "x" })).toBe("reason-valid-until");
  expect(reasonOf("coupon", { heading: {}, code: "!" })).toBe("reason-code");
  expect(reasonOf("text", {})).toBe("reason-words");
  expect(reasonOf("video", { title: {}, url: "https://a.example", still: { source: "" } })).toBe(
    "reason-picture",
  );
  expect(reasonOf("hologram", {})).toBe("reason-unknown");
});

test("a reason that has no sentence of ours is told as the API does", () => {
  expect(readReason("text: text.en is not a text of at most 4000 characters")).toEqual({
    key: "reason-other",
    values: { reason: "text.en is not a text of at most 4000 characters" },
  });
});

const refused = (message: string, code: "invalid" | "conflict" = "invalid") =>
  readRefusal(new ApiError({ code, message }));

test("a refused publication says which block it is about and where", () => {
  expect(
    refused("The page cannot be shown: /blocks/2 survey: survey is not the id of a survey."),
  ).toMatchObject({ key: "refused-block", block: { index: 2, reason: { key: "reason-survey" } } });
  expect(
    refused(
      "Hồ Gươm cannot show this page: /pages/0/blocks/1 button: url is not a web address of at most 500 characters.",
    ),
  ).toMatchObject({
    ...{ key: "refused-branch", values: { branch: "Hồ Gươm" } },
    block: { index: 1, reason: { key: "reason-url" } },
  });
});

test("an address that is not allowed and a survey that is not there are said of the branch", () => {
  const values = { branch: "Hồ Gươm" };
  const say = (fault: string) => refused(`Hồ Gươm cannot show this page: ${fault}.`);
  expect(say("/pages/0/landingUrl is not on the list of allowed destinations")).toEqual({
    ...{ key: "refused-landing", values, block: null },
  });
  expect(say("/pages/3/when/survey/id spring is no survey of /surveys")).toEqual({
    ...{ key: "refused-survey", values, block: null },
  });
});

test("a box that is too old, a time that is over and a page saved meanwhile are each said", () => {
  const old =
    "Phố Cổ: its box Kitchen runs release 0.1.0, which lacks the block video. Upgrade it, or leave the block out.";
  expect(refused(old, "conflict")).toEqual({
    ...{ key: "refused-release", block: null },
    values: { branch: "Phố Cổ", box: "Kitchen", release: "0.1.0", kind: "video" },
  });
  expect(refused("At Phố Cổ it is later than that already.")).toMatchObject({
    ...{ key: "refused-late", values: { branch: "Phố Cổ" } },
  });
  const meanwhile = "Somebody saved this page meanwhile. Look at it again.";
  expect(refused(meanwhile, "conflict")?.key).toBe("refused-meanwhile");
  expect(refused("Anything else.")).toMatchObject({ key: "refused-other" });
  expect(readRefusal(new Error("no answer"))).toBeNull();
});
