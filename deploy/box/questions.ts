import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";

/** Asks whoever sits before the terminal, or what is piped in, for one line after the other. */
export type Questions = {
  /** What was typed, without the blanks around it; "" where nobody types anything any more. */
  ask: (question: string) => Promise<string>;
  close: () => void;
};

/** Lines that a pipe brings all at once wait for their questions; `question()` loses all but the first. */
export function openQuestions(): Questions {
  const lines = createInterface({ input: stdin, output: stdout });
  const typed = lines[Symbol.asyncIterator]();
  let isOver = false;
  lines.once("close", () => {
    isOver = true;
  });
  return {
    ask: async (question) => {
      lines.setPrompt(question);
      // What came before the end is read after it.
      if (isOver) stdout.write(question);
      else lines.prompt();
      const { value, done } = await typed.next();
      return done === true ? "" : value.trim();
    },
    close: () => lines.close(),
  };
}

/** Asks for a single line. */
export async function askFor(question: string): Promise<string> {
  const questions = openQuestions();
  try {
    return await questions.ask(question);
  } finally {
    questions.close();
  }
}
