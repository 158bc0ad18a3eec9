import { useEffect, useRef, useState } from "react";

/**
 * What is typed stands at once; what it is typed into hears of it and tells it back later. An input
 * that waited for that would lose the caret, and letters that an input method is composing. Words
 * that come back and were not sent from here are somebody's undo: they are shown.
 */
export function useTyped(
  value: string,
  put: (typed: string) => void,
): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  const sent = useRef<string[]>([]);
  useEffect(() => {
    const at = sent.current.indexOf(value);
    sent.current = at < 0 ? [] : sent.current.slice(at + 1);
    if (at < 0) setTyped(value);
  }, [value]);
  return [
    typed,
    (next) => {
      sent.current.push(next);
      setTyped(next);
      put(next);
    },
  ];
}
