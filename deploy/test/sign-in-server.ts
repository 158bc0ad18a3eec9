// One process of the box of bench/sign-in.ts: its portal, or its RADIUS server. Tells whoever started
// it where it listens and, in the place of a message to a phone, each code.
import { startPortal } from "@foyer/portal";
import { startRadius } from "@foyer/radius";

export type SignInServer = { portal: { origin: string } } | { authPort: number; acctPort: number };
export type SentCode = { phone: string; code: string };

const [mode = "portal", stateFolder = ""] = process.argv.slice(2);
const host = "127.0.0.1";
const tell = (what: SignInServer | SentCode) => process.send?.(what);

/** As the channel `console` writes a message. */
function tellCode(line: string): void {
  const [, phone = "", code = ""] = /^To (\+\d+): .*?\b(\d{6})\b/.exec(line) ?? [];
  tell({ phone, code });
}

if (mode === "portal") {
  const { origin } = await startPortal({ stateFolder, host, port: 0, print: tellCode });
  tell({ portal: { origin } });
} else {
  const { authPort, acctPort } = await startRadius({ stateFolder, host, authPort: 0, acctPort: 0 });
  tell({ authPort, acctPort });
}
process.on("disconnect", () => process.exit(0));
