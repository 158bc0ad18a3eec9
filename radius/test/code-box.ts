import type { AccessCode, BranchSettings } from "@foyer/contract";
import { findValue } from "../src/protocol/values.ts";
import { coovaOf, sampleSettings, startTestBox } from "./box.ts";
import { type AccessOptions, openTestNas } from "./nas.ts";

export const CODE: AccessCode = {
  ...{ id: "01990000-0000-7000-8000-0000000000a0", code: "ABCD2345", devicesMax: 2, minutes: 30 },
  ...{ validFrom: null, validUntil: null, policyId: null },
};

export type By = "pap" | "chap" | "mschapv2";

/** A box whose branch takes one access code, at a NAS with a log-in page of its own. */
export async function openCodeBox(
  code: Partial<AccessCode> = {},
  change: (settings: BranchSettings) => void = () => {},
) {
  const settings = sampleSettings((each) => {
    each.signIn.accessCode = { enabled: true };
    // Nothing is kept of who signs, and unsigned requests are heard.
    coovaOf(each).messageAuthenticator = "no";
    each.accessCodes = [{ ...CODE, ...code }];
    change(each);
  });
  const box = await startTestBox({ settings });
  const nas = await openTestNas();
  const count = (table: "access_code_uses" | "access_code_tries" | "guests" | "devices") =>
    box.store.read((tx) => {
      const row = tx.sql(`select count(*) as count from ${table}`).get();
      return (row as { count: number }).count;
    });
  return {
    ...{ box, nas, settings, count },
    /** The seconds of a session that was granted, or why none was. */
    type: async (asked: Partial<AccessOptions> & { mac: string | null }, by: By = "pap") => {
      const bytes = nas[by]({ userName: CODE.code, password: CODE.code, ...asked });
      const reply = await nas.exchange(box.authPort, bytes, 4000);
      if (!reply) return "silence";
      const error = findValue(reply, "Reply-Message");
      return findValue(reply, "Session-Timeout") ?? error ?? "MS-CHAP-Error";
    },
  };
}
