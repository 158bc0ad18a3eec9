import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";

/** What a shell gives a command that SIGINT ended: 128 and the signal's number. */
const INTERRUPTED = 130;

/** Asks whoever sits before the terminal, or what is piped in, for one line after the other. */
export type Questions = {
  /** What was typed, without the blanks around it; "" where nobody types anything any more. */
  ask: (question: string) => Promise<string>;
  close: () => void;
};

/**
 * Lines that a pipe brings all at once wait for their questions; `question()` loses all but the first.
 * Ctrl-C, which readline would take for the end of what is typed, ends the process.
 */
export function openQuestions(): Questions {
  const lines = createInterface({ input: stdin, output: stdout });
  const typed = lines[Symbol.asyncIterator]();
  let isOver = false;
  lines.once("SIGINT", () => {
    lines.close();
    stdout.write("\n");
    process.exit(INTERRUPTED);
  });
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
