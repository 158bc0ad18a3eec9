import { createContext, useContext } from "react";

export type Tongue = "vi" | "en" | "fa";

type EditorValue = {
  /** What the page's branches speak. */
  languages: readonly Tongue[];
  /** In which of them words are written and the page is shown. */
  language: Tongue;
  setLanguage: (language: Tongue) => void;
  /** Whose clock a moment is written on: that of the first of its branches. */
  timeZone: string | undefined;
  /** Those that the page may stand on, and can be looked at. */
  branches: readonly { id: string; name: string; timeZone: string }[];
  surveys: readonly { id: string; title: Partial<Record<Tongue, string>> }[];
};

const EditorContext = createContext<EditorValue | null>(null);
export const EditorProvider = EditorContext.Provider;

export function useEditor(): EditorValue {
  const value = useContext(EditorContext);
  if (!value) throw new Error("useEditor was called outside of the editor");
  return value;
}
