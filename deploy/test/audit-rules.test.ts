import { expect, test } from "vitest";
import { judgeAudit } from "../audit-rules.ts";

test("a registry that knows of nothing says so, and one that knows tells of each", () => {
  const clean = { advisories: {}, metadata: { vulnerabilities: { low: 0 } } };
  expect(judgeAudit({ stdout: JSON.stringify(clean), stderr: "" })).toEqual({ kind: "clean" });
  const url = "https://github.com/advisories/GHSA-0000";
  const advisory = { module_name: "left", severity: "high", title: "It leaks", url };
  const told = JSON.stringify({ advisories: { 1: advisory } });
  expect(judgeAudit({ stdout: told, stderr: "" })).toEqual({
    kind: "advisories",
    advisories: [{ name: "left", severity: "high", title: "It leaks", url }],
  });
});

test.each([
  "Error: ERR_PNPM_AUDIT_BAD_RESPONSE\n\n  × The audit endpoint (at https://registry.example/\n  │ advisories/bulk) responded with 405:",
  '{"error":{"code":"ERR_PNPM_AUDIT_BAD_RESPONSE","message":"responded with 405"}}',
  "",
  "null",
])("what is no answer is never taken for a clean one: %s", (said) => {
  for (const place of [
    { stdout: said, stderr: "" },
    { stdout: "", stderr: said },
  ]) {
    const outcome = judgeAudit(place);
    expect(outcome.kind).toBe("not-answered");
    expect(outcome).toHaveProperty("reason", expect.not.stringMatching(/[│×\n]/));
  }
});
