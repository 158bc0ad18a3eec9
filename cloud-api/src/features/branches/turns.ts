import { DatabaseAway } from "../../platform/database-away.ts";

/** So many that fail alone, with nobody answered between them, show that it is not theirs. */
const FAILED_ALONE_MAX = 10;

type Asking<Question, Answer> = {
  question: Question;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
};

type Options<Question, Answer> = {
  /** Whose questions are answered together. */
  tenantOf: (question: Question) => string;
  /** Two of the same are never in one turn: what is found for one is known by it. */
  nameOf: (question: Question) => string;
  /** How many are in one turn at most, and how many turns of a tenant there are at once. */
  questionsMax: number;
  turnsMax: number;
  /** One answer for each question, in their order. */
  answer: (tenantId: string, questions: readonly Question[]) => Promise<readonly Answer[]>;
};

/**
 * Answers questions of a tenant together. Who asks while others are being answered is in the next turn, so
 * that a turn grows with how many ask and the database is asked no more often. Where a turn fails, each of it
 * is answered alone, once: one that cannot be takes no other with it.
 */
export function openTurns<Question, Answer>({
  tenantOf,
  nameOf,
  questionsMax,
  turnsMax,
  answer,
}: Options<Question, Answer>): (question: Question) => Promise<Answer> {
  type Queue = { asking: Asking<Question, Answer>[]; turns: number };
  const queues = new Map<string, Queue>();

  const takeNext = (queue: Queue): Asking<Question, Answer>[] => {
    const taken = new Map<string, Asking<Question, Answer>>();
    const left: Asking<Question, Answer>[] = [];
    for (const each of queue.asking) {
      const name = nameOf(each.question);
      if (taken.size < questionsMax && !taken.has(name)) taken.set(name, each);
      else left.push(each);
    }
    queue.asking = left;
    return [...taken.values()];
  };
  const answerAll = async (tenantId: string, asking: readonly Asking<Question, Answer>[]) => {
    const questions = asking.map(({ question }) => question);
    const answers = await answer(tenantId, questions);
    if (answers.length !== questions.length)
      throw new Error(`${questions.length} questions got ${answers.length} answers.`);
    for (const [index, { resolve }] of asking.entries()) resolve(answers[index] as Answer);
  };
  const answerEach = async (tenantId: string, asking: readonly Asking<Question, Answer>[]) => {
    const left = [...asking];
    let failed = 0;
    for (let each = left.shift(); each; each = left.shift()) {
      try {
        await answerAll(tenantId, [each]);
        failed = 0;
      } catch (error) {
        each.reject(error);
        failed += 1;
        if (error instanceof DatabaseAway || failed === FAILED_ALONE_MAX)
          for (const { reject } of left.splice(0)) reject(error);
      }
    }
  };
  const takeTurn = async (tenantId: string, asking: readonly Asking<Question, Answer>[]) => {
    try {
      await answerAll(tenantId, asking);
    } catch (error) {
      if (asking.length > 1 && !(error instanceof DatabaseAway)) await answerEach(tenantId, asking);
      else for (const { reject } of asking) reject(error);
    }
  };
  const work = async (tenantId: string, queue: Queue) => {
    queue.turns += 1;
    // Whom the same move has woken asks in the same turn of the event loop.
    await new Promise(setImmediate);
    while (queue.asking.length > 0) await takeTurn(tenantId, takeNext(queue));
    queue.turns -= 1;
    if (queue.turns === 0) queues.delete(tenantId);
  };
  return (question) =>
    new Promise((resolve, reject) => {
      const tenantId = tenantOf(question);
      const queue = queues.get(tenantId) ?? { asking: [], turns: 0 };
      queues.set(tenantId, queue);
      queue.asking.push({ question, resolve, reject });
      if (queue.turns < turnsMax) void work(tenantId, queue);
    });
}
