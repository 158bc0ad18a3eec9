import { openBranchStore, readBoxIdentity, signInGuest, useAccessCode } from "../src/index.ts";

// Opens a store, says so, waits for a word on standard input, uses a code, and says what came of it.
// argv: state folder, device, code.
const [folder = "", deviceId = "", code = ""] = process.argv.slice(2);
const clock = () => new Date("2026-03-01T02:00:00.000Z");
const store = openBranchStore({ folder, identity: readBoxIdentity(folder), clock });
const nasId = "01990000-0000-7000-8000-000000000010";

process.stdin.once("data", () => {
  const used = store.transaction((tx) =>
    useAccessCode(tx, {
      code,
      deviceId,
      nasId,
      triedBy: deviceId,
      guestOf: () =>
        signInGuest(tx, {
          deviceId,
          nasId,
          language: "vi",
          details: {},
          termsVersion: 1,
          phone: null,
          proved: false,
        }).id,
    }),
  );
  process.stdout.write(`${used.kind === "granted" ? used.kind : used.reason}\n`);
  store.close();
  process.stdin.destroy();
});
process.stdout.write("ready\n");
