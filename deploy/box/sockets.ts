import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export type OpenSocket = { protocol: "tcp" | "udp"; port: number; inode: string };

/** proc(5): TCP_LISTEN; a UDP socket that is bound and not connected is in the state of TCP_CLOSE. */
const LISTENING = { tcp: "0A", udp: "07" } as const;

/** Reads the text of /proc/net/{tcp,udp}[6]: who waits at which port. */
export function readSockets(text: string, protocol: "tcp" | "udp"): OpenSocket[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      const port = Number.parseInt(local.split(":").at(-1) ?? "", 16);
      return state === LISTENING[protocol] && port > 0 ? [{ protocol, port, inode }] : [];
    });
}

export function listOpenSockets(): OpenSocket[] {
  return (["tcp", "udp"] as const).flatMap((protocol) =>
    [protocol, `${protocol}6`].flatMap((name) =>
      readSockets(readProc(`/proc/net/${name}`), protocol),
    ),
  );
}

/** By the inode of a socket, the process that has it. Root alone sees others' processes. */
export function findOwners(
  inodes: ReadonlySet<string>,
): Map<string, { pid: number; name: string }> {
  const owners = new Map<string, { pid: number; name: string }>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    for (const target of listDescriptors(pid)) {
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode !== undefined && inodes.has(inode))
        owners.set(inode, { pid: Number(pid), name: readProc(`/proc/${pid}/comm`).trim() });
    }
  return owners;
}

/** A process may end while it is looked at. */
function listDescriptors(pid: string): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap((name) => {
      try {
        return [readlinkSync(`${folder}/${name}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
