import { BOX_USER, run } from "./host.ts";
import { ownedByBox } from "./install.ts";

/**
 * Does a part of a command of root's as the box's own user: what it makes in the state folder has to be
 * that user's, and root's rights are not needed for it.
 */
export async function asBoxUser<T>(work: () => Promise<T>): Promise<T> {
  const { uid, gid } = ownedByBox();
  const { setegid, seteuid, setgroups } = process;
  if (!setegid || !seteuid || !setgroups) throw new Error("this system has no users");
  // Among them the group that may use the TPM.
  setgroups.call(process, run("id", "-G", BOX_USER).trim().split(" ").map(Number));
  setegid.call(process, gid);
  seteuid.call(process, uid);
  try {
    return await work();
  } finally {
    seteuid.call(process, 0);
    setegid.call(process, 0);
    setgroups.call(process, [0]);
  }
}
