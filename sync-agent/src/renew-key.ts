import { proveKey } from "@foyer/contract";
import type { Logger } from "pino";
import { keepNextKey, promoteNextKey, readBoxKey } from "./box-key.ts";
import type { Cloud } from "./cloud.ts";

export type KeyRenewal = {
  /** The cloud asks for a younger key. While one is on its way nothing else happens. */
  renew: () => void;
  /** When what is under way has ended. */
  settled: () => Promise<void>;
};

type RenewalOptions = {
  /** Where the key lies. */
  folder: string;
  boxId: string;
  cloud: () => Cloud;
  logger: Logger;
};

/**
 * Changes the box's key: written down, told to the cloud under the old one, and used once the cloud has
 * it. Whatever is killed in between, one of the two keys in the folder is good, and it is known which.
 */
export function openKeyRenewal({ folder, boxId, cloud, logger }: RenewalOptions): KeyRenewal {
  let underWay: Promise<void> | null = null;

  async function change(): Promise<void> {
    const text = keepNextKey(folder);
    const key = readBoxKey(text);
    if (!key) throw new Error(`${folder} gave back another key than was written.`);
    const proof = proveKey({ kind: "next-key", boxId }, key.privateKey);
    const answer = await cloud().addNextKey({ publicKey: key.publicKey, proof });
    // Not told, or nobody knows: the old key is good, and the cloud will ask again.
    if (answer.kind !== "answered") return;
    promoteNextKey(folder, text);
    cloud().useKey(text);
    logger.info({ boxId, keyId: key.keyId }, "the box has a new key");
  }

  return {
    renew: () => {
      underWay ??= change()
        .catch((error: unknown) => {
          // node:fs has a code for what the disk refuses; anything else is a bug of ours.
          const code = error instanceof Error && "code" in error ? error.code : null;
          if (typeof code !== "string" || !code.startsWith("E")) throw error;
          logger.error({ code }, "the box's new key was not written: look at the disk of this box");
        })
        .finally(() => {
          underWay = null;
        });
    },
    settled: async () => {
      await underWay;
    },
  };
}
