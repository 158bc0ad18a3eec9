/** Each company is counted in a transaction of its own. */
export const TENANTS_A_PAGE = 50;

/** The companies whose name holds what was typed, whatever its case and accents. */
export function findNamed<T extends { name: string }>(all: readonly T[], typed: string): T[] {
  const plain = (text: string) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  return all.filter(({ name }) => plain(name).includes(plain(typed.trim())));
}

/** The page that begins at an offset, and where the next begins; null: there is none. */
export function cutPage<T>(all: readonly T[], offset: number): { page: T[]; next: number | null } {
  const next = offset + TENANTS_A_PAGE;
  return { page: all.slice(offset, next), next: next < all.length ? next : null };
}
