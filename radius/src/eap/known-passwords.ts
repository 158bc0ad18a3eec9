import type { FindPassword } from "./phase2.ts";

/** More members than a branch's Wi-Fi sees in a day. */
export const PASSWORDS_MAX = 4096;
/** A guest who was forgotten is forgotten here too. */
export const PASSWORD_MINUTES = 10;
/** A credential's name has 16 octets; whatever is longer is looked up and not kept. */
const USER_NAME_LENGTH_MAX = 64;

/**
 * Remembers the passwords that were found, since a device that roams asks again and again. A name
 * has one password for good (branch-store makes both at once); whether the credential still lives
 * is asked of the store anew before anybody is let in. A name that is not found is not remembered.
 */
export function rememberPasswords(look: FindPassword, clock: () => Date): FindPassword {
  /** The one that was looked up longest ago is in front. */
  const known = new Map<string, { password: string; lookedUpAt: number }>();
  const find = (userName: string, now: number) => {
    const found = known.get(userName);
    if (!found) return null;
    if (Math.abs(now - found.lookedUpAt) < PASSWORD_MINUTES * 60_000) return found.password;
    known.delete(userName);
    return null;
  };
  const keep = (userName: string, password: string) => {
    if (userName.length > USER_NAME_LENGTH_MAX) return;
    const [oldest] = known.keys();
    if (known.size >= PASSWORDS_MAX && oldest !== undefined) known.delete(oldest);
    known.set(userName, { password, lookedUpAt: clock().getTime() });
  };
  return async (userName) => {
    const found = find(userName, clock().getTime());
    if (found !== null) return found;
    const password = await look(userName);
    if (password !== null) keep(userName, password);
    return password;
  };
}
