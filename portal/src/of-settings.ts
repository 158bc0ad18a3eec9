import type { BranchSettings } from "@foyer/contract";

/**
 * Makes something of a settings document once, for as long as it is in force: nothing of a guest may be
 * in it.
 */
export function onceForSettings<Made>(
  make: (settings: BranchSettings) => Made,
): (settings: BranchSettings) => Made {
  const known = new WeakMap<BranchSettings, { made: Made }>();
  return (settings) => {
    const found = known.get(settings);
    if (found) return found.made;
    const made = make(settings);
    known.set(settings, { made });
    return made;
  };
}
