import type { Slot } from "./chart-table.tsx";
import { useLanguage, useShellTexts } from "./language.tsx";
import type { Unit } from "./periods.ts";
import { nameSlot } from "./slots.ts";

/** Names the slots of a series as the reader writes days and hours. */
export function useNameSlot(): (slot: string, unit: Unit) => Slot {
  const t = useShellTexts();
  const { language } = useLanguage();
  const weekOf = (day: string) => t("week-of", { day });
  return (slot, unit) => nameSlot(slot, { unit, language, weekOf });
}
