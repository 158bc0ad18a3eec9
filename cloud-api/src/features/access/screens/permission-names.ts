import en from "../locales/en.json";
import { useTexts } from "./texts.ts";

type Key = keyof typeof en;

/** What a permission lets somebody do, in words; its own name where a newer feature has none yet. */
export function usePermissionName(): (permission: string) => string {
  const t = useTexts();
  return (permission) => {
    const key = `may-${permission}`;
    return isKey(key) ? t(key) : permission;
  };
}

function isKey(key: string): key is Key {
  return key in en;
}
