import type { BranchSettings } from "@foyer/contract";
import type { Logger } from "../log.ts";
import { noteFiles } from "../server/renewed-files.ts";
import type { SettingsInForce } from "../server/settings.ts";
import { must } from "../store/box-store.ts";
import type { Reads } from "../store/reads.ts";
import type { StoreThread } from "../store/thread.ts";
import { type CertificateFiles, openCertificate } from "./certificate.ts";
import { createEap, type Eap } from "./eap.ts";
import { rememberPasswords } from "./known-passwords.ts";

export type ServeEapOptions = {
  stateFolder: string;
  /** Null: a certificate of the box's own. */
  configured: CertificateFiles | null;
  settings: Pick<SettingsInForce, "current" | "onChange">;
  reader: Pick<StoreThread<Reads>, "ask">;
  clock: () => Date;
  log: Logger;
};

/** EAP with the certificate that it is to be served with now: it may be another one while this runs. */
export async function serveEap(options: ServeEapOptions): Promise<Eap> {
  const { stateFolder, configured, settings, reader, clock, log } = options;
  const open = (domain: string | null) =>
    openCertificate({ stateFolder, configured, domain, now: clock() });
  let domain = domainOf(settings.current());
  const { certificateFile, keyFile, lookSeconds } = configured ?? {};
  const files =
    certificateFile && keyFile ? noteFiles([certificateFile, keyFile], lookSeconds) : null;
  let secureContext = await open(domain);
  const openNow = async (fault: string): Promise<boolean> => {
    try {
      secureContext = await open(domain);
      return true;
    } catch (error) {
      log.error({ err: error }, fault);
      return false;
    }
  };
  let opening: Promise<unknown> = Promise.resolve();
  /** One after the other: what was asked for last is what is served, and what lies in the files. */
  const openAnew = (fault: string): Promise<boolean> => {
    const opened = opening.then(() => openNow(fault));
    opening = opened;
    return opened;
  };
  files?.follow(async () => {
    const isTaken = await openAnew("EAP's files were changed and those from before stay in force");
    if (isTaken) log.info("EAP goes by files that were renewed");
  });
  // Devices whose profile names another domain from now on look for it in the certificate.
  settings.onChange(async (changed) => {
    if (domainOf(changed) === domain) return;
    domain = domainOf(changed);
    await openAnew("no certificate could be made for the domain of the member Wi-Fi");
  });
  const look = (userName: string) => must(reader.ask("findPassword", { userName }));
  const findPassword = rememberPasswords(look, clock);
  const eap = createEap({ secureContext: () => secureContext, findPassword, clock });
  return {
    ...eap,
    close: () => {
      files?.stop();
      return eap.close();
    },
  };
}

const domainOf = (settings: BranchSettings | null) => settings?.memberWifi?.domain ?? null;
