import { createContext, type ReactNode, useContext, useMemo, useState } from "react";

/** Rows that were chosen in a list, and ways to choose: pieces of other features act on them. */
export type Selection = {
  ids: ReadonlySet<string>;
  choose: (ids: readonly string[], isChosen: boolean) => void;
  clear: () => void;
};

const NOTHING: Selection = { ids: new Set(), choose: () => {}, clear: () => {} };
const SelectionContext = createContext<Selection>(NOTHING);

/** Around a list whose rows can be chosen. */
export function SelectionProvider({ children }: { children: ReactNode }) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const selection = useMemo<Selection>(
    () => ({
      ids,
      choose: (named, isChosen) =>
        setIds((before) => {
          const after = new Set(before);
          for (const id of named) {
            if (isChosen) after.add(id);
            else after.delete(id);
          }
          return after;
        }),
      clear: () => setIds(new Set()),
    }),
    [ids],
  );
  return <SelectionContext.Provider value={selection}>{children}</SelectionContext.Provider>;
}

export const useSelection = () => useContext(SelectionContext);
