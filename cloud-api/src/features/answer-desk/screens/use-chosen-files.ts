import { useState } from "react";
import {
  type ChooseFault,
  type ChosenFile,
  chooseFiles,
  type FileQuestion,
} from "./choose-file.ts";

/** What is being chosen for the questions of one answer, and what is wrong with what was. */
export function useChosenFiles() {
  const [faults, setFaults] = useState<Readonly<Record<string, ChooseFault | null>>>({});
  const [isReading, setReading] = useState(false);
  /** Those of the files that the question takes, read. */
  const choose = async (
    question: FileQuestion,
    picked: { files: readonly File[]; room: number },
  ): Promise<ChosenFile[]> => {
    setReading(true);
    const { chosen, fault } = await chooseFiles(question, picked);
    setFaults((before) => ({ ...before, [question.id]: fault }));
    setReading(false);
    return chosen;
  };
  const forget = (questionId: string) => setFaults((before) => ({ ...before, [questionId]: null }));
  return { faults, isReading, choose, forget };
}
